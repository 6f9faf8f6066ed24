"""A contributor and an employer are told the desk, the time and the reason; whose person that was is the authority's.

Every reading there is, walked through: no id of another person occurs in any answer.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from ishtirak.delegations.model import delegation_id
from ishtirak.kernel.caller import Role
from ishtirak.kernel.identity import EstablishmentNumber
from local.client import Person
from local.demo.acts import decide, decide_about_bill
from tests.flows.test_main_job import (
    ABOVE_THE_LIMIT,
    APPROVE,
    OBJECTION,
    RESEND_AFTER,
    RETURN,
    employer_says,
    under_review,
    with_the_employer,
)
from tests.flows.world import World, later
from tools import openapi

LLC = "7000000001"
EMPLOYERS = "/v1/employer"
"""What those read who act for an establishment: nobody's token says for which."""
PUBLIC_OR_OWN: set[str] = {"read_code_dispatch", "read_my_invitation"}
"""How the sending of one's own code went, asked while it is sent; what one is invited to be, where one is. Both name
nobody."""


class Known:
    """What a reading of the API may be asked about, by the names of path parameters."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.contributor, self.employer = world.somebody(), world.signed_in("noura")
        self.officer, self.supervisor = world.signed_in("faisal"), world.signed_in("huda")
        self.request_id = self._a_whole_life()
        self.waiting = with_the_employer(world, world.somebody())
        request = self.contributor.request(self.request_id)
        self.bill_id: str = request["bill_id"]
        self._decided_bill()
        self.parameters = {
            "request_id": self.request_id,
            "bill_id": self.bill_id,
            "number": LLC,
            "delegation_id": delegation_id(EstablishmentNumber(LLC), world.who("noura").person_id),
            "document_id": request["attachments"][0]["id"],
            "contributor_id": self._listed(),
            "certificate_code": self._certified(),
        }

    def _listed(self) -> str:
        """Somebody the employer has on its list."""
        self.world.quiet()
        page = self.employer.ask("GET", f"{EMPLOYERS}/establishments/{LLC}/contributors").expect(200).body
        return str(page["contributors"][0]["contributor_id"])

    def _certified(self) -> str:
        issued = self.contributor.ask("POST", "/v1/me/certificates").expect(201).body
        return str(issued["verification_code"])

    def _a_whole_life(self) -> str:
        """Objected to, returned, completed, confirmed, approved by two people, and billed."""
        world, owner = self.world, self.contributor
        request_id = with_the_employer(world, owner, basic=ABOVE_THE_LIMIT, ago=20, count=18)
        employer_says(world, "noura", request_id, OBJECTION)
        owner.until(request_id, "UNDER_REVIEW")
        decide(self.officer, request_id, RETURN)
        owner.until(request_id, "RETURNED")
        with later(RESEND_AFTER):
            challenge, code = owner.ask_for_code(request_id)
            owner.submit(request_id, challenge, code).expect(201)
            owner.until(request_id, "WITH_EMPLOYER")
            employer_says(world, "noura", request_id, {"answer": "CONFIRM"})
            owner.until(request_id, "UNDER_REVIEW")
            decide(self.officer, request_id, APPROVE)
            owner.until(request_id, "SECOND_REVIEW")
            decide(self.supervisor, request_id, APPROVE)
            owner.until(request_id, "BILLED")
        return request_id

    def _decided_bill(self) -> None:
        reasoned = {"reason_code": "OTHER", "note": "سبب القرار"}
        with later(2 * RESEND_AFTER):  # both proved their decision on the request a minute before
            proposed = decide_about_bill(self.officer, self.bill_id, "extension", reasoned)
            decision_id = proposed["decisions"][0]["decision_id"]
            answer = {"decision_id": decision_id, "approved": True}
            decide_about_bill(self.supervisor, self.bill_id, "approval", answer)

    def people(self) -> set[str]:
        """The id of everybody there is."""
        return {person.person_id for person in self.world.people.people}

    def path(self, template: str) -> str:
        """A reading's path, about what is known here."""
        for name, value in self.parameters.items():
            template = template.replace(f"<{name}>", value)
        return template


@pytest.fixture(scope="module")
def known(world: World) -> Known:
    return Known(world)


def readings(of_employers: bool) -> Iterator[tuple[str, str]]:
    """Every GET of a contributor about themselves, or of who acts for an establishment, by name, with its path."""
    for function in openapi.functions():
        for name, operation in openapi.built(function).operations.items():
            allowed = operation.roles is None or Role.CONTRIBUTOR in operation.roles
            employers = operation.path.startswith(("/v1/employer", "/v1/establishments"))
            if operation.method == "GET" and allowed and employers == of_employers:
                yield name, operation.path


def named_in(body: Any, people: set[str]) -> set[str]:
    """The ids of people anywhere in an answer: as a value, as a key, or inside a text."""
    text = json.dumps(body, ensure_ascii=False)
    return {person for person in people if person in text}


def asked(known: Known, by: Person, *, of_employers: bool) -> dict[str, Any]:
    """The body of every such reading, by the operation's name; each of them was answered."""
    bodies = {}
    for name, path in readings(of_employers):
        answer = by.ask("GET", known.path(path))
        if name in PUBLIC_OR_OWN:
            continue
        assert answer.status == 200, (name, answer.body)
        bodies[name] = answer.body
    return bodies


def test_a_contributor_reads_no_persons_id_but_their_own(known: Known) -> None:
    own = known.world.who(known.contributor.username).person_id

    bodies = asked(known, known.contributor, of_employers=False)

    assert len(bodies) >= 8
    found = {name: named_in(body, known.people() - {own}) for name, body in bodies.items()}
    assert {name: ids for name, ids in found.items() if ids} == {}


def test_an_employers_officer_reads_no_persons_id_but_their_own(known: Known) -> None:
    own = known.world.who("noura").person_id

    bodies = asked(known, known.employer, of_employers=True)
    bodies |= {"waiting": known.employer.ask("GET", f"/v1/employer/claims/{known.waiting}").expect(200).body}

    assert len(bodies) >= 6
    found = {name: named_in(body, known.people() - {own}) for name, body in bodies.items()}
    assert {name: ids for name, ids in found.items() if ids} == {}


def test_what_is_told_instead_is_the_desk_the_time_and_the_reason(known: Known) -> None:
    request = known.contributor.request(known.request_id)

    told = [(one["desk"], one["outcome"], one["reason_code"]) for one in request["decisions"]]

    assert told == [
        ("OFFICER", "RETURNED", "DATES_NOT_PROVED"),
        ("OFFICER", "NEEDS_SECOND", None),
        ("SUPERVISOR", "APPROVED", None),
    ]
    assert all(one["at"].endswith("Z") for one in request["decisions"])
    assert (request["employer_reply"]["outcome"], request["employer_reply"]["by"]) == ("CONFIRMED", None)


def test_the_authority_sees_who_decided_and_who_replied(known: Known) -> None:
    case = known.supervisor.ask("GET", f"/v1/reviews/{known.request_id}").expect(200).body["request"]

    ids = {name: known.world.who(name).person_id for name in ("faisal", "huda", "noura")}
    assert [one["by"] for one in case["decisions"]] == [ids["faisal"], ids["faisal"], ids["huda"]]
    assert case["employer_reply"]["by"] == ids["noura"]


def test_an_answer_to_an_act_names_nobody_either(known: Known) -> None:
    world, person = known.world, world_person(known)
    request_id = under_review(world, person)

    replied = known.employer.ask("GET", f"/v1/employer/claims/{request_id}").expect(200).body
    withdrawn = person.ask("POST", f"/v1/requests/{request_id}/withdrawal").expect(200).body

    own = {world.who(each.username).person_id for each in (person, known.employer)}
    assert named_in([replied, withdrawn], known.people() - own) == set()
    assert named_in(withdrawn, known.people() - {world.who(person.username).person_id}) == set()


def world_person(known: Known) -> Person:
    return known.world.somebody()
