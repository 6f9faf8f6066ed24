"""The main job, whole: every way a request can go, through the deployed template, its workflow and its people."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from ishtirak.kernel.money import format_riyals
from local.client import Person, eventually
from local.demo.acts import decide, submit_request, submit_with_code
from tests.flows import evidence
from tests.flows.drafts import a_ready_draft
from tests.flows.evidence import Canaries
from tests.flows.world import World, later, months, period

LLC = "7000000001"
GOVERNMENT = "7000000003"
FORCES = "7000000004"
RESEND_AFTER = 61
ABOVE_THE_LIMIT = 4_000_000
BETWEEN_PROOFS = 4 * 60
"""So apart, four codes of one officer fall in any quarter of an hour, of the five there may be."""
DECIDED_LATER = count()

APPROVE = {"verdict": "APPROVE"}
REJECT = {"verdict": "REJECT", "reason_code": "NOT_EMPLOYED", "note": "لم تثبت علاقة العمل"}
RETURN = {"verdict": "RETURN", "reason_code": "DATES_NOT_PROVED", "note": "أرفق ما يثبت تاريخ المباشرة"}
OBJECTION = {"answer": "OBJECT", "note": "باشر بعد التاريخ المذكور"}


def submitted_by(world: World, person: Person, **changes: Any) -> str:
    """A request that was ready, and submitted with the code from the phone."""
    owner = world.who(person.username).person_id
    request_id = a_ready_draft(world.cloud.outputs, owner, period(**changes)).id
    submit_with_code(person, request_id)
    return request_id


def employer_says(world: World, username: str, request_id: str, answer: dict[str, Any]) -> None:
    employer = world.signed_in(username)
    employer.ask("POST", f"/v1/employer/claims/{request_id}/response", answer).expect(200)


def with_the_employer(world: World, person: Person, **changes: Any) -> str:
    request_id = submitted_by(world, person, **changes)
    person.until(request_id, "WITH_EMPLOYER")
    return request_id


def under_review(world: World, person: Person, **changes: Any) -> str:
    """A request the employer has confirmed."""
    request_id = with_the_employer(world, person, **changes)
    employer_says(world, "noura", request_id, {"answer": "CONFIRM"})
    person.until(request_id, "UNDER_REVIEW")
    return request_id


def returned(world: World, person: Person) -> str:
    """A request the officer sent back to the person."""
    request_id = under_review(world, person)
    decide(world.signed_in("faisal"), request_id, RETURN)
    person.until(request_id, "RETURNED")
    return request_id


def with_a_supervisor(world: World, person: Person) -> str:
    """A request above the limit, approved by one officer."""
    request_id = under_review(world, person, basic=ABOVE_THE_LIMIT, ago=20, count=18)
    with later(BETWEEN_PROOFS * next(DECIDED_LATER)):  # the officer proves each of them by a code of its own
        decide(world.holding_a_token("faisal"), request_id, APPROVE)
    person.until(request_id, "SECOND_REVIEW")
    return request_id


def receipt_of(person: Person, request_id: str) -> dict[str, Any]:
    receipt: dict[str, Any] = person.ask("GET", f"/v1/requests/{request_id}/receipt").expect(200).body
    return receipt


def desk(world: World, queue: str) -> dict[str, dict[str, Any]]:
    """What lies on a desk of the authority, by request."""
    answer = world.signed_in("huda").ask("GET", f"/v1/reviews?queue={queue}").expect(200)
    return {entry["request_id"]: entry for entry in answer.body["entries"]}


def notices(person: Person, about: str = "") -> list[str]:
    """What the person was told, or so much of it as names a reference, oldest first."""
    return [text for text in person.phone() if "رمز" not in text and about in text]


def test_a_confirmed_and_approved_period_is_recorded_billed_and_told(world: World) -> None:
    person = world.signed_in("majid")

    request_id = submit_request(person, "SOCIAL_INSURANCE", period())
    person.until(request_id, "WITH_EMPLOYER")
    employer_says(world, "noura", request_id, {"answer": "CONFIRM"})
    person.until(request_id, "UNDER_REVIEW")
    decide(world.signed_in("faisal"), request_id, APPROVE)
    billed = person.until(request_id, "BILLED")

    receipt = receipt_of(person, request_id)
    assert world.ended(request_id) == "SUCCEEDED Billed"
    assert len(receipt["rows"]) == 6
    assert receipt["debtor"] == LLC
    assert receipt["total"] == receipt["contributions"] + receipt["fines"] > 0
    recorded = person.ask("GET", "/v1/me/periods").expect(200).body["periods"]
    assert (billed["data"]["starts_on"], billed["data"]["ends_on"]) in [
        (one["starts_on"], one["ends_on"]) for one in recorded
    ]
    world.quiet()
    to_worker = notices(person, billed["reference"])
    assert len(to_worker) == 4  # submitted, asked, approved, billed
    assert sum("المستحق على صاحب العمل" in text for text in to_worker) == 1
    employer = world.signed_in("noura")
    assert len(notices(employer, billed["reference"])) == 1  # asked
    [to_pay] = notices(employer, receipt["bill_reference"])
    assert "المستحق على منشأتكم" in to_pay
    assert format_riyals(receipt["total"]) in to_pay
    assert not notices(world.signed_in("badr"))
    events = evidence.events_of(world, request_id)
    assert events[events.index("RequestSubmitted") :] == [
        "RequestSubmitted",
        "EmployerAsked",
        "EmployerReplied",
        "ReviewAsked",
        "ReviewClaimed",
        "ReviewDecided",
        "RequestBilled",
    ]


def test_of_a_partially_approved_civil_period_only_the_part_is_billed(world: World) -> None:
    person = world.somebody()
    request_id = submit_request(person, "CIVIL_PENSION", period(establishment=GOVERNMENT))
    person.until(request_id, "WITH_EMPLOYER")

    employer_says(world, "reem", request_id, OBJECTION)
    objected = person.until(request_id, "UNDER_REVIEW")
    first, last = months(ago=8, count=4)
    decide(
        world.signed_in("faisal"),
        request_id,
        {"verdict": "PARTIALLY_APPROVE", "approved_from": first, "approved_to": last},
    )
    person.until(request_id, "BILLED")

    assert objected["employer_reply"]["outcome"] == "OBJECTED"
    assert [row["month"] for row in receipt_of(person, request_id)["rows"]] == [
        months(ago=ago, count=1)[0][:7] for ago in (8, 7, 6, 5)
    ]
    assert world.ended(request_id) == "SUCCEEDED Billed"


def test_the_silence_of_a_military_body_does_not_stop_the_request(world: World) -> None:
    person = world.signed_in("turki")
    request_id = submit_request(person, "MILITARY_PENSION", period(establishment=FORCES))
    person.until(request_id, "WITH_EMPLOYER")

    world.expire(request_id)
    reviewed = person.until(request_id, "UNDER_REVIEW")
    too_late = world.signed_in("reem").ask(
        "POST", f"/v1/employer/claims/{request_id}/response", {"answer": "CONFIRM"}
    )
    decide(world.signed_in("faisal"), request_id, APPROVE)
    person.until(request_id, "BILLED", "SECOND_REVIEW")

    assert reviewed["employer_reply"]["outcome"] == "NO_REPLY"
    too_late.expect(409)
    assert world.ended(request_id) == "SUCCEEDED Billed"
    world.quiet()
    asked, passed = notices(world.signed_in("reem"), reviewed["reference"])
    assert "انتهت مهلة ردكم" in passed
    assert "انتهت" not in asked


def test_a_returned_request_is_completed_and_goes_the_whole_way_again(world: World) -> None:
    person = world.somebody()
    request_id = returned(world, person)
    reference = person.request(request_id)["reference"]
    path = f"/v1/requests/{request_id}"

    person.ask("POST", f"{path}/code").expect(429, "code_too_soon")
    with later(RESEND_AFTER):
        submit_with_code(person, request_id)
        again = person.until(request_id, "WITH_EMPLOYER")
        employer_says(world, "noura", request_id, {"answer": "CONFIRM"})
        person.until(request_id, "UNDER_REVIEW")
        decide(world.signed_in("faisal"), request_id, APPROVE)
        person.until(request_id, "BILLED")

    assert again["reference"] == reference
    assert again["employer_reply"] is None
    assert evidence.events_of(world, request_id).count("EmployerAsked") == 2
    assert world.ended(request_id) == "SUCCEEDED Billed"


def test_a_rejected_request_says_why_and_bills_nothing(world: World) -> None:
    person = world.somebody()
    request_id = under_review(world, person)

    decide(world.signed_in("faisal"), request_id, REJECT)
    rejected = person.until(request_id, "REJECTED")

    assert rejected["decisions"][-1]["reason_code"] == "NOT_EMPLOYED"
    assert world.ended(request_id) == "SUCCEEDED Rejected"
    person.ask("GET", f"/v1/requests/{request_id}/receipt").expect(409)
    assert person.ask("GET", "/v1/me/periods").expect(200).body["periods"] == []


def test_a_large_sum_is_approved_by_two_people(world: World) -> None:
    person = world.somebody()
    request_id = with_a_supervisor(world, person)

    world.signed_in("faisal").ask("POST", f"/v1/reviews/{request_id}/claim").expect(404)
    decide(world.signed_in("huda"), request_id, APPROVE)
    billed = person.until(request_id, "BILLED")

    assert [decision["outcome"] for decision in billed["decisions"]] == ["NEEDS_SECOND", "APPROVED"]
    assert [decision["desk"] for decision in billed["decisions"]] == ["OFFICER", "SUPERVISOR"]
    assert {decision["by"] for decision in billed["decisions"]} == {None}
    case = world.signed_in("huda").ask("GET", f"/v1/reviews/{request_id}").expect(200).body
    assert len({decision["by"] for decision in case["request"]["decisions"]}) == 2
    assert world.ended(request_id) == "SUCCEEDED Billed"


@pytest.mark.parametrize(
    "waiting", [with_the_employer, under_review, with_a_supervisor, returned], ids=lambda one: one.__name__
)
def test_a_request_is_withdrawn_whoever_is_waited_for(
    world: World, waiting: Callable[[World, Person], str]
) -> None:
    person = world.somebody()
    request_id = waiting(world, person)

    withdrawn = person.ask("POST", f"/v1/requests/{request_id}/withdrawal").expect(200)

    assert withdrawn.body["state"] == "WITHDRAWN"
    assert withdrawn.body["waits_for"] is None
    assert world.ended(request_id) == "SUCCEEDED Withdrawn"
    assert request_id not in desk(world, "officer") | desk(world, "supervisor")
    person.ask("POST", f"/v1/requests/{request_id}/withdrawal").expect(409, "nothing_to_withdraw")


def test_a_request_withdrawn_before_anybody_was_asked_asks_nobody(world: World) -> None:
    person = world.somebody()
    world.quiet()
    world.cloud.arm(
        "drive_workflow", call=1, when="before"
    )  # the workflow starts only when its message returns

    request_id = submitted_by(world, person)
    world.quiet()
    person.ask("POST", f"/v1/requests/{request_id}/withdrawal").expect(200)
    world.cloud.redeliver_soon()

    assert world.ended(request_id) == "SUCCEEDED Withdrawn"
    assert "EmployerAsked" not in evidence.events_of(world, request_id)


def test_a_draft_is_withdrawn_without_any_workflow(world: World) -> None:
    person = world.somebody()
    draft = person.ask("POST", "/v1/requests", {"kind": "ADD", "system": "SOCIAL_INSURANCE"}).expect(201)

    person.ask("POST", f"/v1/requests/{draft.body['id']}/withdrawal").expect(200)

    world.quiet()
    assert person.request(draft.body["id"])["state"] == "WITHDRAWN"
    assert draft.body["id"] not in evidence.executions(world)


def test_a_returned_request_nobody_completes_expires(world: World) -> None:
    person = world.somebody()
    request_id = returned(world, person)

    world.expire(request_id)
    person.until(request_id, "EXPIRED")

    assert world.ended(request_id) == "SUCCEEDED Expired"
    with later(RESEND_AFTER):
        person.ask("POST", f"/v1/requests/{request_id}/code").expect(409, "already_submitted")
    world.quiet()
    assert any(person.request(request_id)["reference"] in text for text in notices(person)[-1:])


def test_an_overdue_review_goes_to_the_supervisor(world: World) -> None:
    person = world.somebody()
    request_id = under_review(world, person)

    world.expire(request_id)
    overdue = eventually(lambda: desk(world, "supervisor").get(request_id), "it on the supervisor's desk")
    decide(world.signed_in("huda"), request_id, APPROVE)
    person.until(request_id, "BILLED")

    assert overdue["overdue"] is True
    assert world.ended(request_id) == "SUCCEEDED Billed"


def test_what_nobody_decides_is_shown_as_needing_attention(world: World) -> None:
    person = world.somebody()
    request_id = under_review(world, person)

    world.expire(request_id)
    eventually(lambda: desk(world, "supervisor").get(request_id), "it on the supervisor's desk")
    world.expire(request_id)
    person.until(request_id, "NEEDS_ATTENTION")

    assert request_id in desk(world, "attention")
    assert world.ended(request_id) == "FAILED Needs attention"


def test_a_step_that_fails_for_good_shows_on_the_attention_desk(world: World) -> None:
    person = world.somebody()
    request_id = under_review(world, person)
    evidence.damage_account(world, world.who(person.username).person_id, "SOCIAL_INSURANCE")

    decide(world.signed_in("faisal"), request_id, APPROVE)
    shown = person.until(request_id, "NEEDS_ATTENTION")

    assert shown["failure"] == "ValidationError"
    assert desk(world, "attention")[request_id]["failure"] == "ValidationError"
    assert world.ended(request_id) == "FAILED Needs attention"
    billed = {bill.person_id for bill in evidence.bills(world)}
    assert world.who(person.username).person_id not in billed


def test_the_same_days_are_not_recorded_twice_by_two_requests(world: World) -> None:
    person = world.somebody()
    first = under_review(world, person)
    with later(RESEND_AFTER):
        second = under_review(world, person)

        decide(world.signed_in("faisal"), first, APPROVE)
        person.until(first, "BILLED")
        officer = world.signed_in("faisal")
        officer.ask("POST", f"/v1/reviews/{second}/claim").expect(200)
        refused = officer.ask("POST", f"/v1/reviews/{second}/decision", APPROVE)
        rejected = {"verdict": "REJECT", "reason_code": "DUPLICATE"}
        officer.ask("POST", f"/v1/reviews/{second}/decision", rejected).expect(200)

    refused.expect(409, "overlaps_recorded_period")
    assert world.ended(second) == "SUCCEEDED Rejected"


@pytest.fixture(scope="module")
def afterwards(world: World) -> World:
    """The same world once everything has come to rest, a whole life at least behind it."""
    person = world.somebody()
    request_id = under_review(world, person)
    decide(world.signed_in("faisal"), request_id, APPROVE)
    person.until(request_id, "BILLED")
    person.ask("POST", "/v1/requests", {"kind": "ADD", "system": person.username}).expect(422)
    world.quiet()
    return world


def test_no_workflow_is_left_running(afterwards: World) -> None:
    standing = evidence.executions(afterwards)

    assert standing
    assert set(standing.values()) <= {"SUCCEEDED", "FAILED"}


def test_nothing_ends_as_a_dead_letter(afterwards: World) -> None:
    assert evidence.dead_letters(afterwards) == []


def test_an_effect_is_the_last_thing_an_operation_asks_of_the_cloud(afterwards: World) -> None:
    """What is read for the answer is read before: afterwards it could fail an effect that was done."""
    effect = "dynamodb.TransactWriteItems"
    committed = {
        (one["trigger"], tuple(one["calls"]))
        for one in afterwards.cloud.call_log.invocations()
        if one["trigger"].startswith(("POST /", "PUT /", "DELETE /")) and effect in one["calls"]
    }

    assert len({trigger for trigger, _ in committed}) >= 8
    assert {trigger: calls for trigger, calls in committed if calls[-1] != effect} == {}


def test_every_ledger_comes_to_what_its_account_says(afterwards: World) -> None:
    assert evidence.bills(afterwards)
    assert evidence.accounts_that_do_not_add_up(afterwards) == []


def test_every_chain_of_events_verifies(afterwards: World) -> None:
    kinds = {key.partition("/")[0] for key in evidence.chains(afterwards)}

    assert kinds >= {"request", "document", "challenge", "account"}
    assert evidence.broken_chains(afterwards) == []


def test_nothing_personal_is_in_what_many_can_read(afterwards: World) -> None:
    canaries = Canaries.of(afterwards)

    assert canaries.codes
    assert canaries.in_any(afterwards.problems) == []
    assert canaries.in_any(evidence.event_items(afterwards)) == []
    assert canaries.in_any(evidence.histories(afterwards)) == []
    assert canaries.in_any(evidence.queued(afterwards)) == []
    assert canaries.in_any(evidence.dead_letters(afterwards)) == []
    assert canaries.in_text(afterwards.logged()) == []


def test_a_canary_would_be_seen(afterwards: World) -> None:
    canaries = Canaries.of(afterwards)
    [code, *_], majid = sorted(canaries.codes), afterwards.who("majid")

    assert afterwards.problems
    assert '"message": "answered"' in afterwards.logged()
    assert canaries.in_text(f'{{"code": "{code}"}}') == [code]
    assert canaries.in_text(f"of {majid.name_ar}") == [majid.name_ar]
    assert canaries.in_text(f"{code}9 a{code} 0.{code}") == []
