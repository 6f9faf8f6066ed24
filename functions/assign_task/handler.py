"""Step of add_period, waiting for a task token: puts the request on the desk of whoever must reply."""

from functools import partial

from functions.assign_task import model
from functions.assign_task.settings import Settings
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.edge.task import Step, task
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.assign_task import assign_task


def build(settings: Settings, *, clock: Clock | None = None) -> Step:
    assign = partial(
        assign_task,
        requests=RequestTable(settings.requests_table),
        clock=clock or SystemClock(),
        transaction=DynamoTransaction(),
    )
    return task(assign, takes=model.TaskAssignment, gives=model.Assigned.of)
