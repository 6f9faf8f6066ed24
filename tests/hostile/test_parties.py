"""Nobody decides where they are a party: every deciding operation, by every relation there is."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

import pytest

from ishtirak.delegations.model import delegation_id
from ishtirak.delegations.rules import resign
from ishtirak.kernel.caller import Role
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.register.rules import post
from local.client import Person, eventually
from local.demo.acts import decide, decide_about_bill
from local.simulators.qiwa import AuthenticateOrder
from tests.fakes.register import a_cause, a_period, register_on
from tests.flows import evidence
from tests.flows.test_main_job import (
    ABOVE_THE_LIMIT,
    APPROVE,
    RESEND_AFTER,
    RETURN,
    employer_says,
    under_review,
    with_the_employer,
)
from tests.flows.world import World, later, months
from tests.hostile.effects import COUNTERS, no_effect
from tools import openapi

MITHAL = EstablishmentNumber("7000000001")
TOOK_OVER = EstablishmentNumber("7000000003")
"""A number Al-Mithal has since a merger, as far as this test is concerned."""
REASONED: Final = {"reason_code": "OTHER", "note": "سبب القرار"}
PLAN: Final = {**REASONED, "count": 2, "first_due_on": date.today().isoformat(), "guarantee": "G-1"}  # noqa: DTZ011

PARTIES_OF_THE_EMPLOYER = {"acts_for", "acts_for_merged", "owns", "employed_now", "employed_then"}
PARTIES_OF_A_REQUEST = {"owner", "replied", *PARTIES_OF_THE_EMPLOYER}
DECIDING: Final[dict[str, set[str]]] = {
    "claim_case": {*PARTIES_OF_A_REQUEST, "decided"},
    "decide_case": {*PARTIES_OF_A_REQUEST, "decided"},
    "resume_case": PARTIES_OF_A_REQUEST,
    "waive_fines": {"owner", *PARTIES_OF_THE_EMPLOYER},
    "grant_instalments": {"owner", *PARTIES_OF_THE_EMPLOYER},
    "extend_counting": {"owner", *PARTIES_OF_THE_EMPLOYER},
    "answer_decision": {"owner", "decided", *PARTIES_OF_THE_EMPLOYER},
    "respond_to_claim": {"owner", "decided"},
}
"""Every operation somebody decides by, and who may not: by how they are a party."""
NOT_DECIDING: Final = {
    "certify_compliance": "states what the bills say, and changes nothing",
    "reveal_personal_data": "a reading, on record and shown to the person",
    "search_contributors": "a reading, on record",
    "begin_offer": "who acts for an establishment is no decision of the authority: scopes say who may appoint",
    "offer_delegation": "as begin_offer",
    "revoke_delegation": "as begin_offer; nobody revokes their own",
    "release_case": "who finds that a claimed case concerns them steps aside by it",
    "issue_decision_code": "a code for a proof",
    "prove_decision": "a proof alone decides nothing: the decision it is for asks who is a party",
    "begin_enrolment": "everybody's own authenticator",
    "change_password": "everybody's own password",
    "end_my_session": "everybody's own sessions",
    "end_other_sessions": "everybody's own sessions",
    "issue_password_code": "everybody's own password",
    "confirm_enrolment": "everybody's own authenticator",
    "replace_recovery_codes": "everybody's own recovery codes",
    "issue_removal_code": "everybody's own authenticator",
    "remove_authenticator": "everybody's own authenticator",
}
CELLS: Final = [(operation, relation) for operation in DECIDING for relation in sorted(DECIDING[operation])]


@dataclass
class Desks:
    """A matter for each deciding operation, and somebody for each relation."""

    world: World
    paths: dict[str, tuple[str, Any]] = field(default_factory=dict)
    parties: dict[str, Person] = field(default_factory=dict)
    owners: dict[str, Person] = field(default_factory=dict)
    deciders: dict[str, Person] = field(default_factory=dict)

    def who(self, operation: str, relation: str) -> Person:
        """Who is a party to the operation's matter in that way."""
        if relation == "owner":
            return official(self.world, self.owners[operation].username)
        if relation == "decided":
            return self.deciders[operation]
        return self.parties[relation]

    def tries(self, operation: str, by: Person) -> Any:
        path, body = self.paths[operation]
        return by.ask("POST", path, body)


def official(world: World, username: str) -> Person:
    """Somebody with every role there is, holding a token."""
    for group in ("officer", "supervisor"):
        world.cloud.client("cognito-idp").admin_add_user_to_group(
            UserPoolId=world.cloud.outputs["UserPoolId"], Username=username, GroupName=group
        )
    return world.holding_a_token(username)


def new_official(world: World) -> Person:
    return official(world, world.somebody().username)


def person_id(world: World, person: Person) -> str:
    return world.who(person.username).person_id


def appointed(world: World, person: Person, number: EstablishmentNumber = MITHAL) -> Person:
    """The person, acting for an establishment from now on."""
    register = register_on(world.cloud.outputs["RegisterTable"])
    register.transaction.commit(register.appoint(person_id(world, person), number))
    return person


def dismissed(world: World, person: Person) -> Person:
    """The person, acting for Al-Mithal no more."""
    register = register_on(world.cloud.outputs["RegisterTable"])
    delegation = register.delegations.find(delegation_id(MITHAL, person_id(world, person)))
    assert delegation is not None
    ended = resign(delegation, by=delegation.person_id, at=datetime.now(UTC))
    register.transaction.commit(register.delegations.save(ended))
    return person


def employed(world: World, person: Person, first: str, last: str) -> Person:
    """The person, recorded with Al-Mithal for these days."""
    register = register_on(world.cloud.outputs["RegisterTable"])
    period = a_period(first, last, person_id=person_id(world, person))
    state = register.accounts.state(period.person_id, period.system)
    register.store(post(state, period=period, rows=(), cause=a_cause()), before=state)
    return person


def employed_by_contract(world: World, person: Person) -> Person:
    """The person, recorded by a contract that was authenticated on Qiwa just now."""
    order = AuthenticateOrder(worker=person.username, establishment="mithal", deliver=False)
    event = world.simulators.qiwa.authenticate(order)
    world.simulators.qiwa.deliver(event)
    accounts = register_on(world.cloud.outputs["RegisterTable"]).accounts
    eventually(lambda: accounts.periods(person_id(world, person)) or None, "the contract to be recorded")
    return person


def merged_and_owned(world: World, owner: Person) -> Person:
    """Al-Mithal, owned by this person alone and under a second number since a merger."""
    register = register_on(world.cloud.outputs["RegisterTable"])
    employer = register.establishments.find(MITHAL)
    assert employer is not None
    changed = employer.model_copy(
        update={"single_owner": person_id(world, owner), "merged_with": (TOOK_OVER,)}
    )
    register.transaction.commit(register.establishments.save(changed, before=employer))
    return owner


def confirmed_by(world: World, employer: Person, owner: Person, **changes: Any) -> str:
    """A request this person confirmed for the employer, on the officers' queue."""
    request_id = with_the_employer(world, owner, **changes)
    path = f"/v1/employer/claims/{request_id}/response"
    employer.ask("POST", path, {"answer": "CONFIRM"}).expect(200)
    owner.until(request_id, "UNDER_REVIEW")
    return request_id


@pytest.fixture(scope="module")
def desks(world: World) -> Desks:
    made = Desks(world)
    replier = appointed(world, new_official(world))
    decider = new_official(world)
    _requests(made, replier=replier, decider=decider)
    _claim(made)
    _bills(made, decider=decider)
    first, last = months(ago=12, count=4)
    made.parties = {
        "replied": dismissed(world, replier),
        "acts_for": appointed(world, new_official(world)),
        "acts_for_merged": appointed(world, new_official(world), TOOK_OVER),
        "owns": merged_and_owned(world, new_official(world)),
        "employed_now": employed_by_contract(world, new_official(world)),
        "employed_then": employed(world, new_official(world), first, last),
    }
    world.quiet()
    return made


def _requests(made: Desks, *, replier: Person, decider: Person) -> None:
    world = made.world
    second, stands = world.somebody(), world.somebody()
    waiting = confirmed_by(world, replier, second, basic=ABOVE_THE_LIMIT, ago=20, count=18)
    decide(decider, waiting, APPROVE)
    second.until(waiting, "SECOND_REVIEW")
    failed = confirmed_by(world, replier, stands)
    evidence.damage_account(world, person_id(world, stands), "SOCIAL_INSURANCE")
    decide(world.signed_in("faisal"), failed, APPROVE)
    stands.until(failed, "NEEDS_ATTENTION")
    made.paths["claim_case"] = (f"/v1/reviews/{waiting}/claim", None)
    made.paths["decide_case"] = (f"/v1/reviews/{waiting}/decision", APPROVE)
    made.paths["resume_case"] = (f"/v1/reviews/{failed}/resumption", {"step": "REVIEW"})
    made.owners |= {"claim_case": second, "decide_case": second, "resume_case": stands}
    made.deciders |= {"claim_case": decider, "decide_case": decider}


def _claim(made: Desks) -> None:
    """Returned by an officer, completed, and with the employer again; the officer acts for the employer since."""
    world, owner, returning = made.world, made.world.somebody(), new_official(made.world)
    request_id = under_review(world, owner)
    decide(returning, request_id, RETURN)
    owner.until(request_id, "RETURNED")
    with later(RESEND_AFTER):
        challenge, code = owner.ask_for_code(request_id)
        owner.submit(request_id, challenge, code).expect(201)
        owner.until(request_id, "WITH_EMPLOYER")
    made.paths["respond_to_claim"] = (f"/v1/employer/claims/{request_id}/response", {"answer": "CONFIRM"})
    made.owners["respond_to_claim"] = appointed(world, owner)
    made.deciders["respond_to_claim"] = appointed(world, returning)


def _bills(made: Desks, *, decider: Person) -> None:
    world = made.world
    for operations in (("waive_fines", "grant_instalments", "extend_counting"), ("answer_decision",)):
        owner = world.somebody()
        request_id = under_review(world, owner)
        decide(world.signed_in("faisal"), request_id, APPROVE)
        bill_id = owner.until(request_id, "BILLED")["bill_id"]
        made.paths |= (
            {
                "waive_fines": (f"/v1/bills/{bill_id}/waiver", {**REASONED, "percent": 10}),
                "grant_instalments": (f"/v1/bills/{bill_id}/instalments", PLAN),
                "extend_counting": (f"/v1/bills/{bill_id}/extension", REASONED),
            }
            if "waive_fines" in operations
            else {}
        )
        made.owners |= dict.fromkeys(operations, owner)
    with later(RESEND_AFTER):  # the decider proved another decision just now
        proposed = decide_about_bill(decider, bill_id, "extension", REASONED)
    decision_id = proposed["decisions"][0]["decision_id"]
    made.paths["answer_decision"] = (
        f"/v1/bills/{bill_id}/decisions/{decision_id}/approval",
        {"approved": True},
    )
    made.deciders["answer_decision"] = decider


@pytest.mark.parametrize(("operation", "relation"), CELLS)
def test_a_party_does_not_decide(desks: Desks, operation: str, relation: str) -> None:
    party = desks.who(operation, relation)

    with no_effect(desks.world, but=COUNTERS):
        refused = desks.tries(operation, party)

    assert (refused.status, refused.body.get("code")) == (403, "own_interest"), refused.body
    assert "تعارض مصالح" in refused.body["title"]


def test_a_party_with_a_proof_does_not_decide_either(desks: Desks) -> None:
    """A code and a proof are given to whoever may decide at all; what is refused is the decision."""
    party = desks.parties["acts_for"]
    path, decision = desks.paths["extend_counting"]
    proof = party.prove({"about_id": path.split("/")[3], "extension": decision})

    with no_effect(desks.world, but=COUNTERS):
        party.ask("POST", path, {**decision, "proof_id": proof}).expect(403, "own_interest")


def test_every_operation_of_an_official_is_decided_here() -> None:
    """A new one is declared in `DECIDING`, and so tried by every party, or says why it decides nothing."""
    officials = {Role.OFFICER, Role.SUPERVISOR}
    declared = {
        name
        for function in openapi.functions()
        for name, operation in openapi.built(function).operations.items()
        if operation.method != "GET"
        and (officials & (operation.roles or frozenset()) or operation.path.startswith("/v1/employer"))
    }

    assert declared == DECIDING.keys() | NOT_DECIDING.keys()


def test_in_the_queues_a_partys_cases_are_marked(desks: Desks) -> None:
    party, nobody = desks.parties["acts_for"], new_official(desks.world)

    for path, entries in (
        ("/v1/reviews?queue=supervisor", "entries"),
        ("/v1/reviews?queue=attention", "entries"),
        ("/v1/bills", "waiting"),
    ):
        marks = [
            {entry["own_interest"] for entry in who.ask("GET", path).expect(200).body[entries]}
            for who in (party, nobody)
        ]
        assert marks == [{True}, {False}], path


def test_an_employers_officer_sees_which_claim_is_their_own(desks: Desks) -> None:
    owner = desks.who("respond_to_claim", "owner")

    claims = owner.ask("GET", "/v1/employer/claims").expect(200).body["claims"]

    request_id = desks.paths["respond_to_claim"][0].split("/")[4]
    assert {claim["request_id"]: claim["own_interest"] for claim in claims}[request_id] is True


def test_who_is_appointed_after_claiming_does_not_decide_and_steps_aside(world: World) -> None:
    request_id = under_review(world, world.somebody())
    officer, other = new_official(world), new_official(world)
    path = f"/v1/reviews/{request_id}"
    officer.ask("POST", f"{path}/claim").expect(200)
    appointed(world, officer)

    with no_effect(world, but=COUNTERS):
        officer.ask("POST", f"{path}/decision", APPROVE).expect(403, "own_interest")

    officer.ask("POST", f"{path}/release").expect(200)
    decide(other, request_id, APPROVE)


def test_who_is_employed_by_a_contract_recorded_after_claiming_does_not_decide(world: World) -> None:
    request_id = under_review(world, world.somebody())
    officer = new_official(world)
    officer.ask("POST", f"/v1/reviews/{request_id}/claim").expect(200)
    employed_by_contract(world, officer)

    with no_effect(world, but=COUNTERS):
        refused = officer.ask("POST", f"/v1/reviews/{request_id}/decision", APPROVE, language="en")

    refused.expect(403, "own_interest")
    assert "you are recorded with the establishment" in refused.body["detail"]


def test_who_worked_there_long_before_is_no_party(world: World) -> None:
    request_id = under_review(world, world.somebody())
    officer = employed(world, new_official(world), "2015-01-01", "2016-12-31")

    decide(officer, request_id, APPROVE)


def test_who_confirmed_an_earlier_round_does_not_decide_the_next(world: World) -> None:
    owner, employer = world.somebody(), appointed(world, new_official(world))
    request_id = confirmed_by(world, employer, owner)
    decide(world.signed_in("faisal"), request_id, RETURN)
    owner.until(request_id, "RETURNED")
    with later(RESEND_AFTER):
        challenge, code = owner.ask_for_code(request_id)
        owner.submit(request_id, challenge, code).expect(201)
        owner.until(request_id, "WITH_EMPLOYER")
        employer_says(world, "noura", request_id, {"answer": "CONFIRM"})
        owner.until(request_id, "UNDER_REVIEW")
    dismissed(world, employer)

    employer.ask("POST", f"/v1/reviews/{request_id}/claim").expect(403, "own_interest")
