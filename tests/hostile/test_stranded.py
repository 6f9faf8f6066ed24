"""A request whose workflow died is a state somebody sees, and a wrong event moves nothing."""

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from ishtirak.adapters.aws.bus import EventBridgeBus
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.eventlog.event import Event
from ishtirak.requests.model import SubmittedRequest
from local.client import Person, eventually
from local.demo.acts import decide
from tests.flows import evidence
from tests.flows.test_main_job import (
    APPROVE,
    employer_says,
    returned,
    submitted_by,
    under_review,
    with_a_supervisor,
    with_the_employer,
)
from tests.flows.world import World, later
from tests.hostile.effects import no_effect

HALF_AN_HOUR = 31 * 60
TEXTS = ("SMS#", "TEXT#")
TOLD_OF = {"RequestResubmitted", "RequestWithdrawn"}
"""A known gap (SECURITY.md): of these a text is sent without a look at the event log, and counted."""
WAITING: list[Callable[[World, Person], str]] = [
    with_the_employer,
    under_review,
    with_a_supervisor,
    returned,
]


def stored(world: World, request_id: str) -> SubmittedRequest:
    return RequestTable(world.cloud.outputs["RequestsTable"]).submitted(request_id)


def said(world: World, request_id: str, type: str, **data: Any) -> None:
    """An event nobody's act stands behind, on the bus all the same."""
    true: Event = RequestTable(world.cloud.outputs["RequestsTable"]).timeline(request_id)[-1]
    facts = {each.name: getattr(true, each.name) for each in fields(Event)}
    EventBridgeBus(world.cloud.outputs["BusName"]).publish([Event(**facts | {"type": type, "data": data})])


def status_of(world: World, run: str) -> str:
    return str(world.cloud.executions.describe(run)["status"])


def killed(world: World, run: str) -> None:
    """Somebody stops the execution from outside."""
    machine = world.cloud.outputs["AddPeriodArn"]
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{run}"
    world.cloud.client("stepfunctions").stop_execution(executionArn=arn)


def unheard(world: World) -> None:
    """What Step Functions reports of failed runs from now on reaches nobody; undone by `heard`."""
    for rule in failed_runs(world):
        world.cloud.client("events").disable_rule(Name=rule)


def heard(world: World) -> None:
    for rule in failed_runs(world):
        world.cloud.client("events").enable_rule(Name=rule)


def failed_runs(world: World) -> list[str]:
    rules = world.cloud.client("events").list_rules()["Rules"]
    return [rule["Name"] for rule in rules if "aws.states" in rule.get("EventPattern", "")]


def swept(world: World) -> None:
    """The schedule of the sweep fires, and what it found is looked at."""
    assert world.cloud.fire("WorkflowSweep")
    world.quiet()


def shown(world: World, request_id: str) -> dict[str, Any]:
    """It lies on the desk of attention."""

    def there() -> dict[str, Any] | None:
        listed = world.holding_a_token("huda").ask("GET", "/v1/reviews?queue=attention&limit=100").expect(200)
        entries = {entry["request_id"]: entry for entry in listed.body["entries"]}
        return entries.get(request_id)

    return eventually(there, "it on the desk of attention")


def resumed(world: World, request_id: str, step: str = "REVIEW") -> None:
    path = f"/v1/reviews/{request_id}/resumption"
    world.holding_a_token("huda").ask("POST", path, {"step": step}).expect(200)


@pytest.mark.parametrize("waiting", WAITING, ids=lambda one: one.__name__)
@pytest.mark.parametrize(
    "type", ["EmployerReplied", "ReviewDecided", "RequestResubmitted", "RequestWithdrawn"]
)
def test_an_event_of_what_nobody_did_moves_nothing(
    world: World, waiting: Callable[[World, Person], str], type: str
) -> None:
    person = world.somebody()
    request_id = waiting(world, person)
    wait = stored(world, request_id).wait
    assert wait is not None

    with no_effect(world, but=TEXTS if type in TOLD_OF else ()):
        for outcome in ("CONFIRMED", "APPROVED", "RESUBMITTED", "WITHDRAWN"):
            said(world, request_id, type, wait_id=wait.id, outcome=outcome)
        world.quiet()

    assert status_of(world, request_id) == "RUNNING"


def test_after_a_wrong_event_the_real_reply_works(world: World) -> None:
    person = world.somebody()
    request_id = with_the_employer(world, person)
    wait = stored(world, request_id).wait
    assert wait is not None
    said(world, request_id, "EmployerReplied", wait_id=wait.id, outcome="CONFIRMED")
    world.quiet()

    employer_says(world, "noura", request_id, {"answer": "OBJECT", "note": "لم يعمل لدينا"})

    assert person.until(request_id, "UNDER_REVIEW")["employer_reply"]["outcome"] == "OBJECTED"


def test_how_a_wait_ended_is_read_from_the_table_not_from_the_event(world: World) -> None:
    """The event of the real decision is overtaken by one that says something else."""
    person = world.somebody()
    request_id = under_review(world, person)
    wait = stored(world, request_id).wait
    assert wait is not None
    world.quiet()
    world.cloud.arm("drive_workflow", call=1, when="before")
    rejected = {"verdict": "REJECT", "reason_code": "NOT_EMPLOYED"}
    decide(world.signed_in("faisal"), request_id, rejected)
    world.quiet()

    said(world, request_id, "ReviewDecided", wait_id=wait.id, outcome="APPROVED")
    world.quiet()
    world.cloud.redeliver_soon()

    assert world.ended(request_id) == "SUCCEEDED Rejected"
    assert person.request(request_id)["state"] == "REJECTED"


@pytest.mark.parametrize("waiting", WAITING, ids=lambda one: one.__name__)
def test_a_request_whose_run_was_ended_from_outside_is_shown(
    world: World, waiting: Callable[[World, Person], str]
) -> None:
    request_id = waiting(world, world.somebody())

    killed(world, request_id)

    assert shown(world, request_id)["failure"] == "RunAborted"


def test_what_nobody_reported_the_sweep_finds(world: World) -> None:
    person = world.somebody()
    request_id = under_review(world, person)
    world.quiet()
    unheard(world)
    killed(world, request_id)
    world.quiet()
    heard(world)
    with no_effect(world):
        swept(world)  # it moved just now: a step may be on its way
    assert person.request(request_id)["state"] == "UNDER_REVIEW"

    with later(HALF_AN_HOUR):
        swept(world)

        assert shown(world, request_id)["failure"] == "RunAborted"
        before = evidence.events_of(world, request_id)
        swept(world)
        assert evidence.events_of(world, request_id) == before


def test_a_request_whose_run_was_never_started_is_shown_and_started(world: World) -> None:
    person = world.somebody()
    world.quiet()
    world.cloud.arm("drive_workflow", call=1, when="before")
    request_id = submitted_by(world, person)
    world.quiet()
    world.cloud.client("sqs").purge_queue(QueueUrl=world.cloud.outputs["WorkflowQueueUrl"])
    world.cloud.redeliver_soon()
    world.quiet()
    assert request_id not in evidence.executions(world)

    with later(HALF_AN_HOUR):
        swept(world)
        assert shown(world, request_id)["failure"] == "RunNotStarted"
        resumed(world, request_id)
        person.token = world.holding_a_token(person.username).token
        person.until(request_id, "WITH_EMPLOYER")


def test_a_sweep_of_what_goes_well_is_no_alarm(world: World) -> None:
    for waiting in WAITING:
        waiting(world, world.somebody())
    world.quiet()

    with later(HALF_AN_HOUR), no_effect(world):
        swept(world)


def test_a_reply_to_a_request_whose_run_just_died_is_kept_and_goes_on_with_the_request(world: World) -> None:
    """Between the death and its being seen a reply is still taken."""
    person = world.somebody()
    request_id = with_the_employer(world, person)
    world.quiet()
    unheard(world)
    killed(world, request_id)
    world.quiet()
    heard(world)

    employer_says(world, "noura", request_id, {"answer": "CONFIRM"})
    world.quiet()
    with later(HALF_AN_HOUR):
        swept(world)
        shown(world, request_id)
        resumed(world, request_id)
        person.token = world.holding_a_token(person.username).token
        reviewed = person.until(request_id, "UNDER_REVIEW")
        decide(world.holding_a_token("faisal"), request_id, APPROVE)
        person.until(request_id, "BILLED")

    assert reviewed["employer_reply"]["outcome"] == "CONFIRMED"
    assert evidence.events_of(world, request_id).count("EmployerAsked") == 1
    assert world.ended(f"{request_id}-2") == "SUCCEEDED Billed"


def test_a_reply_to_a_request_that_is_shown_to_stand_still_says_so(world: World) -> None:
    request_id = with_the_employer(world, world.somebody())
    killed(world, request_id)
    shown(world, request_id)

    late = world.signed_in("noura").ask(
        "POST", f"/v1/employer/claims/{request_id}/response", {"answer": "CONFIRM"}
    )

    late.expect(409, "not_waiting_for_reply")


def test_the_end_of_an_earlier_run_does_not_stop_the_present_one(world: World) -> None:
    person = world.somebody()
    request_id = with_the_employer(world, person)
    killed(world, request_id)
    shown(world, request_id)
    resumed(world, request_id)
    person.until(request_id, "WITH_EMPLOYER")
    world.quiet()

    with no_effect(world):
        reported(world, request_id)
        reported(world, f"{request_id}-2")
        reported(world, f"{request_id}-3")
        reported(world, "nonsense")

    assert status_of(world, f"{request_id}-2") == "RUNNING"


def reported(world: World, run: str) -> None:
    """Somebody says that a run failed."""
    world.cloud.client("sqs").send_message(
        QueueUrl=world.cloud.outputs["RunsQueueUrl"],
        MessageBody=json.dumps({"detail": {"name": run, "status": "FAILED"}}),
    )


def test_every_failure_there_was_lies_on_a_desk(world: World) -> None:
    """Whatever the tests above broke: nothing is in progress without a run."""
    world.quiet()
    runs = {run for run, status in evidence.executions(world).items() if status == "RUNNING"}

    in_progress = {item["run"] for item in evidence.items(world, "RequestsTable") if "progress" in item}

    assert in_progress
    assert in_progress <= runs
