"""review_request: the authority's desk. No draft lies on it; decisions have reasons and, above a sum, two people."""

from typing import Any

import pytest

from functions.review_request.handler import build
from functions.review_request.settings import Settings
from ishtirak.kernel.caller import Role
from ishtirak.register.rules import post
from ishtirak.requests import rules
from ishtirak.requests.model import Party, RequestChange, RequestState, SubmittedRequest
from tests.fakes.register import a_cause, a_period
from tests.fakes.requests import (
    CONTRIBUTOR,
    EMPLOYER,
    NOW,
    OFFICER,
    OTHER_OFFICER,
    OTHER_REQUEST,
    OWNER,
    REQUEST,
    SUPERVISOR,
    asked,
    attachments,
    caller,
    claimed,
    decided,
    declared,
    period_data,
    policy,
    submitted,
    under_review,
)
from tests.fakes.residency import InMemoryResidency
from tests.functions.access_world import World
from tests.functions.events import Answer, answer_of, call, sample
from tests.functions.proofs import kept_proof
from tests.functions.scene import Scene

CASE = f"/v1/reviews/{REQUEST}"


class Reviewing(Scene):
    def __init__(self, cloud: World) -> None:
        super().__init__(cloud)
        settings = Settings(
            access_table=cloud.access,
            requests_table=cloud.requests,
            register_table=cloud.register,
            clean_bucket="clean-of-the-test",
            data_key_arn=cloud.data_key,
            mac_key_arn=cloud.mac_key,
            jawazat_secret_arn="arn:jawazat",
        )
        self.residency = InMemoryResidency()
        self.api = build(settings, clock=self.clock, residency=self.residency)

    def call(self, method: str, path: str, *body: Any, **given: Any) -> Answer:
        given.setdefault("by", OFFICER)
        return call(self.api, method, path, *body, **given)

    def decide(
        self, verdict: str = "APPROVE", *, key: str = "key-1", by: Any = OFFICER, **facts: Any
    ) -> Answer:
        return self.call(
            "POST", f"{CASE}/decision", {"verdict": verdict, **facts}, key=key, by=by, language="en"
        )

    def proof(self, verdict: str = "APPROVE", *, by: Any = OFFICER, **facts: Any) -> str:
        """A fresh proof of this decision on the request as it stands."""
        return kept_proof(
            self.cloud.access,
            "decide_case",
            REQUEST,
            version=self.request.version,
            content={"verdict": verdict, **facts},
            by=by,
            clock=self.clock,
        )

    def commits(self, change: RequestChange[SubmittedRequest]) -> None:
        self.register.transaction.commit(self.requests.save(change))

    @property
    def request(self) -> SubmittedRequest:
        return self.requests.submitted(REQUEST)


@pytest.fixture
def scene(cloud: World) -> Reviewing:
    return Reviewing(cloud)


def code_of(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["code"]


def test_every_sample_event_is_answered(scene: Reviewing) -> None:
    scene.holds(under_review())
    statuses = {
        name: answer_of(scene.api, sample("review_request", name)).status
        for name in ("read_queue", "read_case", "claim_case", "decide_case", "release_case", "open_document")
    }

    assert statuses == {
        "read_queue": 200,
        "read_case": 200,
        "claim_case": 200,
        "decide_case": 200,
        "release_case": 409,  # it is decided
        "open_document": 404,
    }


def test_the_queue_shows_what_waits_and_who_has_it(scene: Reviewing) -> None:
    scene.holds(claimed())

    (mine,) = scene.call("GET", "/v1/reviews").json["entries"]
    (theirs,) = scene.call("GET", "/v1/reviews", by=OTHER_OFFICER).json["entries"]

    assert (mine["claimed"], mine["claimed_by_me"]) == (True, True)
    assert (theirs["claimed"], theirs["claimed_by_me"]) == (True, False)
    assert mine["due_at"].startswith("2026-12-02")


def test_to_an_officer_there_is_no_supervisors_queue(scene: Reviewing) -> None:
    assert scene.call("GET", "/v1/reviews", query={"queue": "supervisor"}).status == 404


@pytest.mark.parametrize("queue", ["", "OFFICER", "EMPLOYER#7000000001", "nothing"])
def test_what_is_no_queue_is_a_parameter_to_correct(scene: Reviewing, queue: str) -> None:
    answer = scene.call("GET", "/v1/reviews", query={"queue": queue})

    assert code_of(answer) == (422, "fields_not_accepted")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/queue"]


def test_the_queues_of_a_supervisor(scene: Reviewing) -> None:
    for queue in ("officer", "supervisor", "attention"):
        answer = scene.call("GET", "/v1/reviews", query={"queue": queue}, by=SUPERVISOR)
        assert answer.json == {"entries": [], "next": None}


def test_a_long_queue_comes_in_pages_each_case_once(scene: Reviewing) -> None:
    ids = [f"11111111-1111-4111-8111-{number:012}" for number in range(5)]
    for request_id in reversed(ids):
        scene.holds(under_review().model_copy(update={"id": request_id}))
    seen: list[list[str]] = []
    query = {"limit": "2"}

    while True:
        page = scene.call("GET", "/v1/reviews", query=query).json
        seen.append([entry["request_id"] for entry in page["entries"]])
        if page["next"] is None:
            break
        query = {"limit": "2", "after": page["next"]}

    assert seen == [ids[:2], ids[2:4], ids[4:]]


def test_a_cursor_of_another_queue_or_a_touched_one_is_refused_at_its_parameter(scene: Reviewing) -> None:
    for number in range(2):
        scene.holds(under_review().model_copy(update={"id": f"11111111-1111-4111-8111-{number:012}"}))
    cursor = scene.call("GET", "/v1/reviews", query={"limit": "1"}).json["next"]

    refused = [
        scene.call("GET", "/v1/reviews", query={"queue": "attention", "after": cursor}),
        scene.call("GET", "/v1/reviews", query={"after": cursor[:-1] + ("A" if cursor[-1] != "A" else "B")}),
    ]

    for answer in refused:
        assert code_of(answer) == (422, "field_not_accepted")
        assert [error["pointer"] for error in answer.json["errors"]] == ["/after"]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", ""])
def test_a_page_has_between_one_and_a_hundred_cases(scene: Reviewing, limit: str) -> None:
    answer = scene.call("GET", "/v1/reviews", query={"limit": limit})

    assert code_of(answer) == (422, "fields_not_accepted")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/limit"]


def test_an_officer_cannot_see_or_touch_a_draft(scene: Reviewing) -> None:
    absent = scene.call("GET", f"/v1/reviews/{OTHER_REQUEST}")
    scene.holds(declared().after)
    document = attachments()[0].id

    for method, tail, body, given in (
        ("GET", "", (), {}),
        ("POST", "/claim", (), {"key": "key-1"}),
        ("POST", "/release", (), {"key": "key-1"}),
        ("POST", "/decision", ({"verdict": "APPROVE"},), {"key": "key-1"}),
        ("GET", f"/documents/{document}", (), {}),
    ):
        answer = scene.call(method, f"{CASE}{tail}", *body, **given)
        assert (answer.status, answer.text) == (404, absent.text), tail


@pytest.mark.parametrize(
    "by", [CONTRIBUTOR, EMPLOYER, caller(OWNER)], ids=["contributor", "employer", "nobody"]
)
def test_the_desk_is_the_authoritys(scene: Reviewing, by: Any) -> None:
    assert scene.call("GET", "/v1/reviews", by=by).status == 403
    assert scene.call("GET", CASE, by=by).status == 403


def test_a_case_shows_todays_estimate_and_the_person_masked(scene: Reviewing) -> None:
    scene.holds(under_review())

    case = scene.call("GET", CASE).json

    assert case["estimate_today"]["assessment"]["total"] > 0
    assert case["worker"] == "••••0008"
    assert case["establishment_name"] == "شركة المثال"


def test_a_case_a_rule_objects_to_by_now_is_still_shown(scene: Reviewing) -> None:
    scene.holds(under_review())
    overlaps(scene)

    assert scene.call("GET", CASE).json["estimate_today"] is None


def test_a_case_whose_employer_left_the_register_is_still_shown(scene: Reviewing) -> None:
    gone = period_data(establishment="7000000009")
    scene.holds(under_review().model_copy(update={"data": gone}))

    answer = scene.call("GET", CASE)

    assert (answer.status, answer.json["estimate_today"]) == (200, None)
    assert answer.json["establishment_name"] == "—"


def overlaps(scene: Reviewing) -> None:
    state = scene.register.accounts.state(OWNER, a_period().system)
    scene.register.store(post(state, period=a_period(), rows=(), cause=a_cause()), before=state)


def test_a_case_is_claimed_by_one(scene: Reviewing) -> None:
    scene.holds(under_review())

    first = scene.call("POST", f"{CASE}/claim", key="key-1")
    again = scene.call("POST", f"{CASE}/claim", key="key-1")
    other = scene.call("POST", f"{CASE}/claim", key="key-1", by=OTHER_OFFICER)

    assert (first.status, again.text) == (200, first.text)
    assert code_of(other) == (409, "claimed_by_another")
    assert scene.events(REQUEST) == ["ReviewClaimed"]


def test_an_unclaimed_case_is_not_decided(scene: Reviewing) -> None:
    scene.holds(under_review())

    assert code_of(scene.decide()) == (409, "not_claimed")


def test_an_approval_is_kept_with_the_wait_it_ends(scene: Reviewing) -> None:
    scene.holds(claimed())

    answer = scene.decide()

    assert answer.status == 200
    assert scene.request.state is RequestState.APPROVED
    (event,) = scene.requests.timeline(REQUEST)
    assert event.data["outcome"] == "APPROVED"
    assert event.data["wait_id"]


@pytest.mark.parametrize("verdict", ["RETURN", "REJECT"])
def test_a_return_or_a_rejection_has_a_reason(scene: Reviewing, verdict: str) -> None:
    scene.holds(claimed())

    without = scene.decide(verdict)
    with_one = scene.decide(verdict, key="key-2", reason_code="DATES_NOT_PROVED")

    assert code_of(without) == (422, "fields_not_accepted")
    assert without.json["errors"][0]["code"] == "decision_needs_a_reason"
    assert with_one.status == 200


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({}, "fields_not_accepted"),
        ({"approved_from": "2025-02-01"}, "fields_not_accepted"),
        ({"approved_from": "2025-02-30", "approved_to": "2025-03-31"}, "fields_not_accepted"),
        ({"approved_from": "2024-12-31", "approved_to": "2025-03-31"}, "outside_the_period_asked"),
        ({"approved_from": "2025-01-01", "approved_to": "2025-04-01"}, "outside_the_period_asked"),
        ({"approved_from": "2025-03-02", "approved_to": "2025-03-01"}, "outside_the_period_asked"),
    ],
)
def test_a_partial_approval_names_days_within_those_asked_for(
    scene: Reviewing, facts: dict[str, str], code: str
) -> None:
    scene.holds(claimed())

    answer = scene.decide("PARTIALLY_APPROVE", **facts)

    assert code_of(answer) == (422, code)
    assert scene.request.state is RequestState.UNDER_REVIEW


def test_a_whole_approval_names_no_days(scene: Reviewing) -> None:
    scene.holds(claimed())

    answer = scene.decide("APPROVE", approved_from="2025-01-01", approved_to="2025-03-31")

    assert answer.json["errors"][0]["code"] == "partial_needs_dates"


def much() -> SubmittedRequest:
    """A claim of two years at the largest wage: above the limit of one approval."""
    line = {"first_month": "2024-08", "last_month": "2026-07", "basic": 4_500_000}
    data = period_data(starts_on="2024-08-01", ends_on="2026-07-31", wage_lines=[line])
    return claimed().model_copy(update={"data": data})


def test_above_the_limit_an_approval_waits_for_a_second_person(scene: Reviewing) -> None:
    scene.holds(much())

    without = scene.decide(key="key-0")
    first = scene.decide(proof_id=scene.proof())
    waiting = asked(scene.request, Party.SUPERVISOR)
    scene.commits(waiting)
    by_supervisor = [
        scene.call("POST", f"{CASE}/claim", key="key-2", by=SUPERVISOR).status,
        scene.decide(key="key-3", by=SUPERVISOR, proof_id=scene.proof(by=SUPERVISOR)).status,
    ]

    assert code_of(without) == (403, "step_up_required")
    assert first.json["decided"] == "NEEDS_SECOND"
    assert first.json["state"] == "UNDER_REVIEW"
    assert by_supervisor == [200, 200]
    assert scene.request.state is RequestState.APPROVED


def test_the_same_person_does_not_second_themselves(scene: Reviewing) -> None:
    both = caller(OFFICER.person_id, Role.OFFICER, Role.SUPERVISOR)
    scene.holds(much())
    scene.decide(by=both, proof_id=scene.proof(by=both))
    scene.commits(asked(scene.request, Party.SUPERVISOR))

    assert code_of(scene.call("POST", f"{CASE}/claim", key="key-2", by=both)) == (403, "own_interest")
    assert code_of(scene.decide(key="key-3", by=both)) == (403, "own_interest")


def test_an_approval_a_rule_objects_to_by_now_is_refused_with_the_rule(scene: Reviewing) -> None:
    scene.holds(claimed())
    overlaps(scene)

    answer = scene.decide()

    assert code_of(answer) == (409, "overlaps_recorded_period")
    assert answer.json["rule"]
    assert scene.request.state is RequestState.UNDER_REVIEW
    assert scene.decide("REJECT", key="key-2", reason_code="DUPLICATE").status == 200


def test_a_decision_sent_again_is_one_decision(scene: Reviewing) -> None:
    scene.holds(claimed())

    first, again = scene.decide(), scene.decide()

    assert again.text == first.text
    assert len(scene.request.decisions) == 1


def test_a_decision_on_what_was_withdrawn_is_refused(scene: Reviewing) -> None:
    scene.holds(rules.withdraw(claimed(), by=CONTRIBUTOR, at=NOW).after)

    assert code_of(scene.decide()) == (409, "not_waiting_for_reply")


def test_nobody_decides_in_their_own_matter(scene: Reviewing) -> None:
    themselves = caller(OWNER, Role.CONTRIBUTOR, Role.OFFICER)
    scene.holds(under_review())

    assert code_of(scene.call("POST", f"{CASE}/claim", key="key-1", by=themselves)) == (403, "own_interest")


def test_a_document_of_another_request_is_not_reached_through_this_one(scene: Reviewing) -> None:
    scene.holds(submitted().after)

    answer = scene.call("GET", f"{CASE}/documents/22222222-2222-4222-8222-999999999999")

    assert code_of(answer) == (404, "not_found")


def test_a_decided_case_is_still_read(scene: Reviewing) -> None:
    scene.holds(decided())

    assert scene.call("GET", CASE).json["request"]["state"] == "APPROVED"
    assert policy().second_approval_above_halalas > 0
