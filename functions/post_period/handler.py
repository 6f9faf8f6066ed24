"""Step of add_period: the approved period, its ledger entry and its bill, in one transaction with the request."""

from functools import partial

from functions.post_period import model
from functions.post_period.settings import Settings
from ishtirak.adapters.assessment_ports import assessment_ports
from ishtirak.adapters.aws.bill_table import BillTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.billing.lateness import bill_calculator
from ishtirak.edge.task import Step, TaskInput, task
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Residency
from ishtirak.use_cases.post_period import post_period


def build(settings: Settings, *, clock: Clock | None = None, residency: Residency | None = None) -> Step:
    post = partial(
        post_period,
        requests=RequestTable(settings.requests_table),
        bills=BillTable(settings.register_table),
        calculator=bill_calculator(),
        clock=clock or SystemClock(),
        transaction=DynamoTransaction(),
        **assessment_ports(settings, residency=residency),
    )
    return task(post, takes=TaskInput, gives=model.Posted.of)
