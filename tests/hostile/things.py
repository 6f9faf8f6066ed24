"""One thing of each kind the authorisation table names, and for each relation to it somebody who stands so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final

from ishtirak.adapters.aws.official_table import OfficialTable
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.delegations.model import DelegationState, delegation_id
from ishtirak.kernel.caller import Role
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.officials.policy import policy_on
from ishtirak.officials.rules import invite
from ishtirak.register.listing import contributor_id_of
from ishtirak.register.rules import post
from local.client import Person
from local.demo.acts import decide, decide_about_bill
from tests.fakes.register import NAMUDHAJ, a_cause, a_period, register_on
from tests.flows.drafts import a_ready_draft
from tests.flows.test_main_job import APPROVE, RETURN, employer_says, submitted_by
from tests.flows.world import World, later, period
from tests.hostile.cells import NO_ROLE, NOBODY
from tests.hostile.test_parties import MITHAL, appointed, dismissed, person_id
from tests.hostile.wire import ABSENT

AYYINAH: Final = EstablishmentNumber("7000000005")
NO_ESTABLISHMENT: Final = "7999999999"
NOTE: Final = "سبب لا يقرؤه إلا المختصون"
RESEND_AFTER: Final = 61
SOMEBODY: Final = {"identity_number": "1000000073", "birth_date": "1990-01-31"}
CODE: Final = {"challenge_id": ABSENT, "code": "000000"}
PROVEN: Final = CODE | {"password": "a password of nobody's 1"}


@dataclass
class Things:
    """What the cells are about. `own` and the others are kept apart for each kind of thing."""

    world: World
    ids: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    """The values of path and body parameters, by the kind of thing; the first is what every cell is about."""
    people: dict[str, dict[str, Person]] = field(default_factory=dict)
    """By the kind of thing and the relation to it."""
    _tokens: dict[tuple[str, str], Person] = field(default_factory=dict)

    def __post_init__(self) -> None:
        world = self.world
        self.owner = world.somebody()
        former = appointed(world, world.somebody(), NAMUDHAJ)
        ties = {
            "own": self.owner,
            "own_establishment": appointed(world, world.somebody()),
            "former_establishment": former,
            "other": appointed(world, world.somebody(), AYYINAH),
        }
        self._employed_before()
        self.people = dict.fromkeys(("request", "claim", "case", "bill"), ties)
        left = dismissed(world, appointed(world, world.somebody()))
        self.people["establishment"] = ties | {"former_establishment": left}
        self.people["contributor"] = self.people["establishment"]
        self.people["delegation"] = self.people["establishment"] | {"own": world.somebody()}
        self.people["session"] = ties | {"own": world.signed_in("saleh")}
        self.people["official"] = dict.fromkeys(ties, world.somebody())
        self.people["self"] = ties | {"own": world.somebody()}
        self._make()
        world.quiet()

    def caller(self, about: str, relation: str, role: str) -> Person:
        """Whoever stands in that relation, with a token that has this role and no other."""
        people = self.people.get(about, self.people["request"])
        person = people.get(relation, people["own"])
        if role == NOBODY:
            return self.world.person(person.username)
        key = (person.username, role)
        if key not in self._tokens:
            self._tokens[key] = self._holding(person.username, role)
        return self._tokens[key]

    def absent(self, about: str) -> dict[str, str]:
        """The same parameters, of what does not exist."""
        return {
            name: NO_ESTABLISHMENT if name == "number" else ABSENT for name in self.ids.get(about, [{}])[0]
        }

    @cached_property
    def told(self) -> Mapping[str, frozenset[str]]:
        """What is recognised as of a field group wherever it stands in an answer."""
        owner = self.world.who(self.owner.username)
        officials = {self.world.who(name).person_id for name in ("faisal", "huda", "noura")}
        return {
            "officials": frozenset(officials),
            "notes": frozenset({NOTE}),
            "identity": frozenset({owner.identity_number.reveal()}),
            "identity_masked": frozenset({owner.identity_number.masked()}),
            "phone": frozenset({owner.mobile.reveal() if owner.mobile else ""}),
            "name": frozenset({owner.name_ar, owner.name_en}),
        }

    def _holding(self, username: str, role: str) -> Person:
        pool = self.world.cloud.client("cognito-idp")
        named = {"UserPoolId": self.world.cloud.outputs["UserPoolId"], "Username": username}
        for group in Role:
            pool.admin_remove_user_from_group(**named, GroupName=group.value)
        if role != NO_ROLE:
            pool.admin_add_user_to_group(**named, GroupName=role)
        return self.world.holding_a_token(username)

    def _employed_before(self) -> None:
        """The owner worked for an establishment they left."""
        register = register_on(self.world.cloud.outputs["RegisterTable"])
        past = a_period(
            "2016-01-01", "2018-12-31", person_id=person_id(self.world, self.owner), establishment=NAMUDHAJ
        )
        state = register.accounts.state(past.person_id, past.system)
        register.store(post(state, period=past, rows=(), cause=a_cause()), before=state)

    def _make(self) -> None:
        world, owner = self.world, self.owner
        draft = a_ready_draft(world.cloud.outputs, person_id(world, owner), period(ago=3, count=2))
        challenge, _ = owner.ask_for_code(draft.id)
        with later(RESEND_AFTER):
            claim = submitted_by(world, owner, ago=6, count=2)
        with later(2 * RESEND_AFTER):
            case = submitted_by(world, owner, ago=9, count=2)
        with later(3 * RESEND_AFTER):
            billed = submitted_by(world, owner, ago=20, count=6)
        for request_id in (claim, case, billed):
            owner.until(request_id, "WITH_EMPLOYER")
        for request_id in (case, billed):
            employer_says(world, "noura", request_id, {"answer": "CONFIRM", "note": "باشر لدينا"})
            owner.until(request_id, "UNDER_REVIEW")
        decide(world.signed_in("faisal"), billed, APPROVE)
        bill_id = str(owner.until(billed, "BILLED")["bill_id"])
        extension = {"reason_code": "OTHER", "note": NOTE}
        with later(4 * RESEND_AFTER):
            bill = decide_about_bill(world.signed_in("huda"), bill_id, "extension", extension)
        requests = [self._request(each, challenge_id=challenge) for each in (draft.id, billed)]
        cases = [self._request(each) for each in (case, billed)]
        self.ids = {
            "request": requests,
            "claim": [{"request_id": claim}, {"request_id": case}, {"request_id": billed}],
            "case": cases,
            "bill": [{"bill_id": bill_id, "decision_id": bill["decisions"][0]["decision_id"]}],
            "establishment": [{"number": MITHAL.reveal()}],
            "contributor": [self._contributor()],
            "delegation": [self._delegation()],
            "session": [{"session_id": self._session()}],
            "official": [{"official_id": self._official(world.somebody())}],
            "nothing": [{"certificate_code": self._certificate()}],
        }
        self._official(self.people["self"]["own"])

    def _contributor(self) -> dict[str, str]:
        found = contributor_id_of(MITHAL, person_id(self.world, self.owner))
        return {"number": MITHAL.reveal(), "contributor_id": found}

    def _delegation(self) -> dict[str, str]:
        """An offer to somebody who acts for nobody yet."""
        register = register_on(self.world.cloud.outputs["RegisterTable"])
        delegate = person_id(self.world, self.people["delegation"]["own"])
        until = datetime.now(UTC) + timedelta(days=1)
        offered = register.appoint(delegate, MITHAL, state=DelegationState.OFFERED, open_until=until)
        register.transaction.commit(offered)
        return {"number": MITHAL.reveal(), "delegation_id": delegation_id(MITHAL, delegate)}

    def _session(self) -> str:
        signed_in = self.people["session"]["own"]
        return str(signed_in.ask("GET", "/v1/me/sessions").expect(200).body["sessions"][0]["id"])

    def _official(self, person: Person) -> str:
        """An invitation, under an administrator nobody here is."""
        outputs, at = self.world.cloud.outputs, datetime.now(UTC)
        table = OfficialTable(outputs["RegisterTable"], access=outputs["AccessTable"])
        invited = invite(
            person_id(self.world, person),
            Role.OFFICER,
            by="operator/test",
            existing=None,
            at=at,
            policy=policy_on(at.date()),
        )
        DynamoTransaction().commit(table.save(invited))
        return str(invited.after.id)

    def _certificate(self) -> str:
        issued = self.owner.ask("POST", "/v1/me/certificates").expect(201).body
        return str(issued["verification_code"])

    def _request(self, request_id: str, **more: str) -> dict[str, str]:
        documents = self.owner.ask("GET", f"/v1/requests/{request_id}/documents").expect(200)
        return {"request_id": request_id, "document_id": documents.body["documents"][0]["id"], **more}


def body_of(operation: str, ids: Mapping[str, str]) -> Any:
    """A body the operation accepts, about the thing with these ids; None where it takes none."""
    about = ids.get("request_id", ABSENT)
    review = {"about_id": about, "review": APPROVE}
    reasoned = {"reason_code": "OTHER", "note": "سبب القرار"}
    bodies: dict[str, Any] = {
        "accept_declaration": {"version": "1"},
        "begin_invitation": {**SOMEBODY, "role": "officer"},
        "begin_offer": {**SOMEBODY, "scopes": ["VIEW"], "starts_on": "2026-12-01"},
        "change_password": {
            "current_password": "nothing",
            "password": "a password of nobody's 1",
            "kind": "SMS",
            "code": "000000",
            "challenge_id": ABSENT,
        },
        "complete_recovery": PROVEN,
        "complete_sign_up": PROVEN | {"username": "nobody.at.all"},
        "confirm_official": CODE,
        "invite_official": CODE,
        "offer_delegation": CODE,
        "reveal_personal_data": {"field": "MOBILE", "reason_code": "OTHER", "reason": "سبب الاطلاع"},
        "search_contributors": {"name": "ماجد"},
        "set_first_password": PROVEN | {"username": "nobody"},
        "start_first_password": {"username": "nobody", "password": "nothing"},
        "start_recovery": {**SOMEBODY, "username": "nobody"},
        "start_sign_up": SOMEBODY,
        "answer_decision": {"approved": True},
        "begin_request": {"kind": "ADD", "system": "SOCIAL_INSURANCE"},
        "complete_sign_in": {"challenge_id": ABSENT, "code": "000000"},
        "confirm_enrolment": {"code": "000000", "authenticator_code": "000000"},
        "decide_case": RETURN,
        "declare_document": {
            "kind": "PAYSLIP",
            "file_name": "a.pdf",
            "content_type": "application/pdf",
            "size": 10,
            "sha256": "0" * 64,
        },
        "extend_counting": reasoned,
        "grant_instalments": {**reasoned, "count": 2, "first_due_on": "2027-01-01", "guarantee": "G-1"},
        "issue_decision_code": {"decision": review},
        "prove_decision": {"decision": review, "kind": "SMS", "code": "000000", "challenge_id": ABSENT},
        "refresh_session": {"session": "none"},
        "remove_authenticator": {"kind": "TOTP", "code": "000000"},
        "replace_recovery_codes": {"code": "000000"},
        "respond_to_claim": {"answer": "CONFIRM"},
        "resume_case": {"step": "REVIEW"},
        "save_data": period(ago=3, count=2),
        "sign_out": {"session": "none"},
        "start_sign_in": {"username": "nobody", "password": "nothing"},
        "submit_request": {"challenge_id": ids.get("challenge_id", ABSENT), "code": "000000"},
        "waive_fines": {**reasoned, "percent": 10},
    }
    return bodies.get(operation)
