"""Queue of runs that may have died: puts a request nobody carries on where an officer sees it."""

from functools import partial

from functions.show_stranded import model
from functions.show_stranded.settings import Settings
from ishtirak.adapters.aws.executions import Executions
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.edge.queue import Consumer, consumer
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.show_stranded import show_stranded


def build(settings: Settings, *, clock: Clock | None = None) -> Consumer:
    show = partial(
        show_stranded,
        requests=RequestTable(settings.requests_table),
        runs=Executions(settings.add_period_arn),
        clock=clock or SystemClock(),
        transaction=DynamoTransaction(),
    )
    return consumer(show, reads=model.reported_run, log_fields=model.run_facts, counts=True)
