"""Queue of payment notices: each settles what it pays for, once; what becomes of it is counted."""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from functions.settle_bill.settings import Settings
from ishtirak.adapters.aws.register_table import RegisterTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.payment_queue import QueuedNotice
from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.notices import PaymentNotice
from ishtirak.edge.logs import logger
from ishtirak.edge.queue import queue
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.settle_payment import PaymentSettlement


def build(
    settings: Settings, *, clock: Clock | None = None
) -> Callable[[dict[str, Any], Any], Mapping[str, Any]]:
    collection = PaymentSettlement(
        register=RegisterTable(settings.register_table),
        calculator=bill_calculator(),
        clock=clock or SystemClock(),
    )

    def settle(body: str) -> None:
        queued = QueuedNotice.from_body(body)
        notice = PaymentNotice.model_validate_json(queued.notice)
        taken = collection.take(notice, message_id=queued.message_id)
        told = {
            "webhook_id": queued.message_id,
            "payment": notice.payment_reference,
            "bill": notice.bill_reference,
            "outcome": taken.value,
        }
        logger.info("payment_notice_taken", extra=told)
        with single_metric(name=taken.value, unit=MetricUnit.Count, value=1, namespace="Ishtirak"):
            pass

    return queue(settle)
