"""The workflow: started, its steps, its waits and how they end."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from ishtirak.adapters.aws.stranded_queue import StrandedQueue
from ishtirak.kernel.clock import to_rfc3339
from ishtirak.kernel.insurance import System
from tests.faults.footprint import Footprint
from tests.faults.lives import (
    approved,
    confirmed,
    long_ago,
    recorded_meanwhile,
    resumed,
    stuck,
    submitted,
    under_review,
    with_the_employer,
)
from tests.faults.stepped import Stepped
from tests.faults.work import ByQueue, ByWorkflow, Piece, not_so

EMPLOYER_SILENT, OFFICER_SILENT = {"party": "EMPLOYER"}, {"party": "OFFICER"}
FAILED = {"failure": "States.Timeout"}


class Checking(ByWorkflow):
    """A submitted request may go on."""

    function = "check_eligibility"

    def prepare(self) -> None:
        self.request_id = submitted(self.stepped).id


class Refusing(ByWorkflow):
    """A rule objects by now: the days were recorded meanwhile."""

    function = "check_eligibility"

    def prepare(self) -> None:
        request = submitted(self.stepped)
        self.request_id = request.id
        recorded_meanwhile(self.stepped, request)

    def deviations(self) -> list[str]:
        rejected = self.stepped.requests.get(self.request_id).state == "REJECTED"
        return [*super().deviations(), *not_so(rejected=rejected)]


class Assigning(ByWorkflow):
    """The employer is asked."""

    function = "assign_task"

    def prepare(self) -> None:
        self.request_id = submitted(self.stepped).id
        until = to_rfc3339(datetime.now(UTC) + timedelta(days=10))
        self.given = {"party": "EMPLOYER", "until": until, "token": f"token of {self.request_id}"}


class TimingOut(ByWorkflow):
    """The employer stays silent."""

    function, given = "record_timeout", EMPLOYER_SILENT

    def prepare(self) -> None:
        self.request_id = with_the_employer(self.stepped).id


class Overdue(TimingOut):
    """Nobody decides in time."""

    given = OFFICER_SILENT

    def prepare(self) -> None:
        self.request_id = under_review(self.stepped).id


class Failing(TimingOut):
    """A step failed for good."""

    given = FAILED

    def prepare(self) -> None:
        self.request_id = submitted(self.stepped).id


class Posting(ByWorkflow):
    """An approved period is posted and billed."""

    function = "post_period"

    def prepare(self) -> None:
        self.request_id = approved(self.stepped).id

    def deviations(self) -> list[str]:
        stepped, request = self.stepped, self.stepped.requests.get(self.request_id)
        system = System(request.system.value)
        return [
            *super().deviations(),
            *not_so(
                billed=request.state == "BILLED",
                one_entry=len(stepped.register.accounts.entries(request.owner, system)) == 1,
                one_period=len(stepped.register.accounts.periods(request.owner)) == 1,
                one_posting=stepped.register.accounts.state(request.owner, system).version == 1,
                the_bill_is_there=stepped.register.bills.find(request.bill_id or "") is not None,
            ),
        ]


class Relaying(ByQueue):
    """A submitted request's event is to reach the workflow's queue, as often as it takes."""

    function = "relay_events"

    def before_the_work(self) -> None:
        self._request = submitted(self.stepped)

    def footprint(self) -> Any:
        self.stepped.arrived()
        return super().footprint()

    def deviations(self) -> list[str]:
        heard = [
            body for body in self.stepped.queued("drive_workflow") if f"request/{self._request.id}" in body
        ]
        ids = {event["detail"]["id"] for event in map(json.loads, heard)}
        return [*super().deviations(), *not_so(heard_of=len(heard) >= 1, under_one_id=len(ids) == 1)]


class Starting(ByQueue):
    """A submitted request's workflow is to run, once."""

    function = "drive_workflow"
    anew = True

    def before_the_work(self) -> None:
        self.request_id = submitted(self.stepped).id
        self._heard()

    def _heard(self) -> None:
        self.stepped.work_off("relay_events")
        self.stepped.arrived()

    def footprint(self) -> Any:
        self.stepped.workflow_reaches(self.request_id, "WITH_EMPLOYER")
        return super().footprint()

    def deviations(self) -> list[str]:
        events = self.stepped.events("RequestsTable", f"request/{self.request_id}")
        return [
            *super().deviations(),
            *not_so(
                one_run=self.stepped.runs().count(self.request_id) == 1,
                the_employer_is_asked_once=events.count("EmployerAsked") == 1,
            ),
        ]


class Resuming(Starting):
    """A request that stood still goes on in a run of its own."""

    def before_the_work(self) -> None:
        request = stuck(self.stepped)
        self.request_id = request.id
        self.stepped.afresh()
        resumed(self.stepped, request)
        self._heard()

    def deviations(self) -> list[str]:
        runs = [name for name in self.stepped.runs() if name.startswith(self.request_id)]
        return not_so(one_run=len(runs) == 1 and runs != [self.request_id])


class Waking(Starting):
    """An employer's reply is to wake the workflow that waits for it, once."""

    def before_the_work(self) -> None:
        _start(self.stepped, self)
        confirmed(self.stepped, self.stepped.requests.submitted(self.request_id))
        self._heard()

    def footprint(self) -> Any:
        self.stepped.workflow_reaches(self.request_id, "UNDER_REVIEW")
        return ByQueue.footprint(self)

    def deviations(self) -> list[str]:
        events = self.stepped.events("RequestsTable", f"request/{self.request_id}")
        waiting = self.stepped.cloud.executions.describe(self.request_id)["waiting"]
        return [
            *super().deviations(),
            *not_so(
                the_officer_is_asked_once=events.count("ReviewAsked") == 1, the_workflow_waits=waiting == 1
            ),
        ]


class ShowingStranded(ByQueue):
    """A request whose run was never started is to be shown, once, to who looks after such."""

    function = "show_stranded"

    def prepare(self) -> None:
        self.request_id = long_ago(self.stepped, submitted(self.stepped)).id

    def before_the_work(self) -> None:
        StrandedQueue(self.stepped.outputs["RunsQueueUrl"]).put(self.request_id)

    def deviations(self) -> list[str]:
        request = self.stepped.requests.get(self.request_id)
        shown = (request.state, request.failure) == ("NEEDS_ATTENTION", "RunNotStarted")
        events = self.stepped.events("RequestsTable", f"request/{self.request_id}")
        return [
            *super().deviations(),
            *not_so(shown=shown, recorded_once=events.count("AttentionNeeded") == 1),
        ]


class Stopping(Starting):
    """A run that makes no step is to be stopped, and its request shown."""

    function = "show_stranded"
    calls = 4

    def before_the_work(self) -> None:
        super().before_the_work()
        self.stepped.work_off("drive_workflow")
        self.stepped.workflow_reaches(self.request_id, "WITH_EMPLOYER")
        long_ago(self.stepped, self.stepped.requests.submitted(self.request_id), days=90)
        self.stepped.afresh()
        StrandedQueue(self.stepped.outputs["RunsQueueUrl"]).put(self.request_id)

    def attempt(self) -> bool:
        """The stop is reported as well, so there is a second message."""
        done = super().attempt()
        self.stepped.workflow_rests()
        self.stepped.arrived()
        return done and super().attempt()

    def footprint(self) -> Footprint:
        """Killed between the stop and the record, it is recorded as a run somebody stopped: no other difference."""
        left = ByQueue.footprint(self)
        return Footprint(type(left.things)(), left.broken)

    def deviations(self) -> list[str]:
        request = self.stepped.requests.get(self.request_id)
        run = self.stepped.cloud.executions.describe(self.request_id)
        events = self.stepped.events("RequestsTable", f"request/{self.request_id}")
        return [
            *ByQueue.deviations(self),
            *not_so(
                shown=request.state == "NEEDS_ATTENTION",
                why=request.failure in ("RunStoodStill", "RunAborted"),
                stopped=run["status"] == "ABORTED",
                recorded_once=events.count("AttentionNeeded") == 1,
            ),
        ]


class Sweeping(Piece):
    """The schedule fires; what died is reported, and the next time it fires is a try again."""

    function = "sweep_workflows"

    def prepare(self) -> None:
        self.request_id = long_ago(self.stepped, submitted(self.stepped)).id

    def attempt(self) -> bool:
        return self.stepped.invoke(self.function, {}).error is None

    def deviations(self) -> list[str]:
        mine = [body for body in self.stepped.queued("show_stranded") if self.request_id in body]
        return [*super().deviations(), *not_so(reported=bool(mine))]


def _start(stepped: Stepped, waking: Waking) -> None:
    """A run that waits for the employer."""
    Starting.before_the_work(waking)
    stepped.work_off("drive_workflow")
    stepped.workflow_reaches(waking.request_id, "WITH_EMPLOYER")
    stepped.afresh()


PIECES = {
    "check_eligibility": Checking,
    "check_eligibility: refused": Refusing,
    "assign_task": Assigning,
    "record_timeout": TimingOut,
    "record_timeout: overdue": Overdue,
    "record_timeout: failure": Failing,
    "post_period": Posting,
    "relay_events": Relaying,
    "show_stranded": ShowingStranded,
    "show_stranded: standing still": Stopping,
    "sweep_workflows": Sweeping,
    "drive_workflow": Starting,
    "drive_workflow: resumed": Resuming,
    "drive_workflow: replied": Waking,
}
