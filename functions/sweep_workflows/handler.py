"""Schedule: reports requests in progress that no run of the workflow carries on."""

from functools import partial

from functions.sweep_workflows.settings import Settings
from ishtirak.adapters.aws.executions import Executions
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.aws.stranded_queue import StrandedQueue
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.schedule import Scheduled, scheduled
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.sweep_workflows import sweep_workflows


def build(settings: Settings, *, clock: Clock | None = None) -> Scheduled:
    sweep = partial(
        sweep_workflows,
        requests=RequestTable(settings.requests_table),
        runs=Executions(settings.add_period_arn),
        reports=StrandedQueue(settings.runs_queue_url),
        clock=clock or SystemClock(),
    )
    return scheduled(sweep)
