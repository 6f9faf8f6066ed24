"""Queue of payment notices: each settles what it pays for, once; what becomes of it is counted."""

from functools import partial

from functions.settle_bill import model
from functions.settle_bill.settings import Settings
from ishtirak.adapters.aws.account_table import AccountTable
from ishtirak.adapters.aws.bill_table import BillTable, PaymentTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.billing.lateness import bill_calculator
from ishtirak.edge.queue import Consumer, consumer
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.settle_payment import settle_payment


def build(settings: Settings, *, clock: Clock | None = None) -> Consumer:
    table = settings.register_table
    settle = partial(
        settle_payment,
        payments=PaymentTable(table),
        bills=BillTable(table),
        accounts=AccountTable(table),
        calculator=bill_calculator(),
        clock=clock or SystemClock(),
        transaction=DynamoTransaction(),
    )
    reads = partial(model.payment_notice, encryption=KmsEncryption(settings.data_key_arn))
    return consumer(settle, reads=reads, log_fields=model.notice_facts, counts=True)
