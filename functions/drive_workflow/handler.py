"""Queue of request events: starts add_period by name and answers its task tokens."""

from functools import partial

from functions.drive_workflow import model
from functions.drive_workflow.settings import Settings
from ishtirak.adapters.aws.executions import Executions
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.queue import Consumer, consumer, event_facts
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.drive_workflow import drive_workflow


def build(settings: Settings, *, clock: Clock | None = None) -> Consumer:
    drive = partial(
        drive_workflow,
        requests=RequestTable(settings.requests_table),
        runs=Executions(settings.add_period_arn),
        clock=clock or SystemClock(),
    )
    return consumer(drive, reads=model.request_event, log_fields=event_facts)
