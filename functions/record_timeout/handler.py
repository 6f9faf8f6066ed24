"""Step of add_period: a deadline passed, or a step of ours failed for good. Both become states that people see."""

from functools import partial

from functions.record_timeout import model
from functions.record_timeout.settings import Settings
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.edge.task import Step, task
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.record_timeout_or_failure import record_timeout_or_failure


def build(settings: Settings, *, clock: Clock | None = None) -> Step:
    record = partial(
        record_timeout_or_failure,
        requests=RequestTable(settings.requests_table),
        clock=clock or SystemClock(),
        transaction=DynamoTransaction(),
    )
    return task(record, takes=model.TimeoutOrFailure, gives=model.Recorded.of)
