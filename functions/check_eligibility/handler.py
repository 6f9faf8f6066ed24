"""Step of add_period: may the request go on, and how long each party has."""

from functools import partial

from functions.check_eligibility import model
from functions.check_eligibility.settings import Settings
from ishtirak.adapters.assessment_ports import assessment_ports
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.edge.task import Step, TaskInput, task
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Residency
from ishtirak.use_cases.check_eligibility import check_eligibility


def build(settings: Settings, *, clock: Clock | None = None, residency: Residency | None = None) -> Step:
    check = partial(
        check_eligibility,
        requests=RequestTable(settings.requests_table),
        clock=clock or SystemClock(),
        transaction=DynamoTransaction(),
        **assessment_ports(settings, residency=residency),
    )
    return task(check, takes=TaskInput, gives=model.Checked.of)
