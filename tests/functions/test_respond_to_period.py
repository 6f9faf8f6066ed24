"""respond_to_period: an employer's officer answers the claims of the establishments they act for, and sees no other."""

from typing import Any

import pytest

from functions.respond_to_period.handler import build
from functions.respond_to_period.settings import Settings
from ishtirak.kernel.caller import Role
from ishtirak.kernel.scope import Scope
from ishtirak.requests.model import Request, WaitOutcome
from tests.fakes.delegations import terms
from tests.fakes.register import MITHAL, NAMUDHAJ
from tests.fakes.requests import (
    CONTRIBUTOR,
    EMPLOYER,
    NOW,
    OTHER_REQUEST,
    OWNER,
    REQUEST,
    caller,
    declared,
    returned,
    submitted,
    under_review,
    with_employer,
)
from tests.functions.access_world import World
from tests.functions.events import Answer, answer_of, call, sample
from tests.functions.scene import Scene

ANOTHER_EMPLOYER = caller("00000000-0000-4000-8000-000000000012", Role.CONTRIBUTOR)
CLAIM = f"/v1/employer/claims/{REQUEST}"


class Responding(Scene):
    def __init__(self, cloud: World) -> None:
        super().__init__(cloud)
        settings = Settings(
            access_table=cloud.access,
            requests_table=cloud.requests,
            register_table=cloud.register,
            mac_key_arn=cloud.mac_key,
        )
        self.api = build(settings, clock=self.clock)
        self.register.transaction.commit(self.register.appoint(ANOTHER_EMPLOYER.person_id, NAMUDHAJ))

    def call(self, method: str, path: str, *body: Any, **given: Any) -> Answer:
        given.setdefault("by", EMPLOYER)
        return call(self.api, method, path, *body, **given)

    def respond(
        self, answer: str = "CONFIRM", note: str | None = None, *, key: str = "key-1", **given: Any
    ) -> Answer:
        body = {"answer": answer} | ({"note": note} if note is not None else {})
        return self.call("POST", f"{CLAIM}/response", body, key=key, **given)


@pytest.fixture
def scene(cloud: World) -> Responding:
    return Responding(cloud)


def code_of(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["code"]


def test_every_sample_event_is_answered(scene: Responding) -> None:
    scene.holds(with_employer())

    names = ("list_claims", "read_claim", "respond_to_claim")

    assert [answer_of(scene.api, sample("respond_to_period", name)).status for name in names] == [200] * 3


def test_a_claim_shows_the_worker_masked_and_the_deadline(scene: Responding) -> None:
    scene.holds(with_employer())

    (listed,) = scene.call("GET", "/v1/employer/claims").json["claims"]
    read = scene.call("GET", CLAIM)

    assert listed == read.json
    assert read.json["worker"] == "••••0008"
    assert read.json["reply_by"].startswith("2026-12-02")
    assert "1000000008" not in read.text


@pytest.mark.parametrize(
    ("answer", "note", "outcome"), [("CONFIRM", None, "CONFIRMED"), ("OBJECT", "لم يعمل لدينا", "OBJECTED")]
)
def test_a_reply_is_kept_and_takes_the_claim_off_the_desk(
    scene: Responding, answer: str, note: str | None, outcome: str
) -> None:
    scene.holds(with_employer())

    replied = scene.respond(answer, note)

    assert (replied.status, replied.json["reply"]["outcome"]) == (200, outcome)
    assert scene.call("GET", "/v1/employer/claims").json == {"claims": [], "next": None}
    (event,) = scene.requests.timeline(REQUEST)
    assert (event.type, event.data["outcome"]) == ("EmployerReplied", outcome)
    assert event.data["wait_id"]
    assert "لم يعمل" not in str(event.data)


def test_a_reply_sent_again_is_one_reply_and_another_is_refused(scene: Responding) -> None:
    scene.holds(with_employer())

    first, again = scene.respond(), scene.respond()
    other = scene.respond("OBJECT", "سبب الاعتراض", key="key-2")

    assert (first.status, again.text) == (200, first.text)
    assert code_of(other) == (409, "not_waiting_for_reply")
    assert scene.events(REQUEST) == ["EmployerReplied"]


def test_a_reply_after_the_deadline_is_too_late(scene: Responding) -> None:
    from datetime import timedelta

    scene.holds(with_employer())
    scene.clock.passes(timedelta(days=10, seconds=1))

    assert code_of(scene.respond()) == (409, "reply_too_late")


@pytest.mark.parametrize("note", [None, "لا"])
def test_an_objection_says_why(scene: Responding, note: str | None) -> None:
    scene.holds(with_employer())

    answer = scene.respond("OBJECT", note)

    assert code_of(answer) == (422, "fields_not_accepted")
    assert scene.events(REQUEST) == []


def test_what_nobody_asked_this_employer_does_not_exist(scene: Responding) -> None:
    """To another employer, before anybody was asked, after it came back: all like an absent claim."""
    absent = scene.call("GET", f"/v1/employer/claims/{OTHER_REQUEST}")
    scene.holds(with_employer())
    theirs = scene.call("GET", CLAIM, by=ANOTHER_EMPLOYER)
    reply = scene.respond(by=ANOTHER_EMPLOYER)
    early = [self_standing(declared().after, 2), self_standing(submitted().after, 3)]
    for request in early:
        scene.holds(request)
    answers = [scene.call("GET", f"/v1/employer/claims/{request.id}") for request in early]

    for answer in (theirs, reply, *answers):
        assert (answer.status, answer.text) == (404, absent.text)
    assert scene.call("GET", "/v1/employer/claims", by=ANOTHER_EMPLOYER).json == {"claims": [], "next": None}


def test_an_employer_still_reads_what_it_answered(scene: Responding) -> None:
    scene.holds(under_review())
    scene.holds(returned().model_copy(update={"id": OTHER_REQUEST}))

    read = scene.call("GET", CLAIM)

    assert read.json["reply"]["outcome"] == WaitOutcome.CONFIRMED
    assert read.json["reply_by"] is None


def test_nobody_answers_their_own_claim_for_the_employer(scene: Responding) -> None:
    themselves = caller(OWNER, Role.CONTRIBUTOR)
    scene.register.transaction.commit(scene.register.appoint(OWNER, MITHAL))
    scene.holds(with_employer())

    assert code_of(scene.respond(by=themselves)) == (403, "own_interest")


def test_a_contributor_who_acts_for_nobody_finds_an_empty_list_and_nothing_else(scene: Responding) -> None:
    scene.holds(with_employer())

    assert scene.call("GET", "/v1/employer/claims", by=CONTRIBUTOR).json == {"claims": [], "next": None}
    assert scene.call("GET", CLAIM, by=CONTRIBUTOR).status == 404
    assert code_of(scene.respond(by=CONTRIBUTOR)) == (404, "not_found")


def test_whoever_may_only_read_the_bills_replies_to_nothing(scene: Responding) -> None:
    clerk = caller("00000000-0000-4000-8000-000000000013", Role.CONTRIBUTOR)
    bills_only = terms(Scope.BILLS)
    scene.register.transaction.commit(scene.register.appoint(clerk.person_id, MITHAL, terms=bills_only))
    scene.holds(with_employer())

    assert scene.call("GET", "/v1/employer/claims", by=clerk).json == {"claims": [], "next": None}
    assert code_of(scene.respond(by=clerk)) == (404, "not_found")


def self_standing(request: Request, number: int) -> Request:
    return request.model_copy(update={"id": f"11111111-1111-4111-8111-{number:012}"})


def test_the_clock_of_these_tests_stands_on_a_working_day() -> None:
    assert NOW.strftime("%A") == "Sunday"
