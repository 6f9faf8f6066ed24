"""Notices from the queue: settled once, whatever comes twice, together, or from nowhere."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from ishtirak.billing.model import BillState
from ishtirak.billing.notices import PaymentNotice
from ishtirak.kernel.errors import Unavailable
from ishtirak.register import statement
from ishtirak.use_cases.settle_payment import PaymentOutcome
from tests.fakes.bills import a_bill, a_notice
from tests.functions.bills_world import Bills, bills_world
from tests.functions.events import as_queued, queued, sample
from tests.functions.register_world import batch, lambda_context

WHOLE = a_bill().total


@pytest.fixture
def bills() -> Iterator[Bills]:
    with bills_world() as world:
        yield world


@contextmanager
def one_request_at_a_time() -> Iterator[None]:
    """DynamoDB is atomic per request, and moto only so under a lock: readers and writers still interleave."""
    from moto.dynamodb.responses import DynamoHandler

    lock, upstream = threading.RLock(), DynamoHandler.call_action

    def call_action(handler: Any) -> Any:
        with lock:
            return upstream(handler)

    with patch.object(DynamoHandler, "call_action", call_action):
        yield


def waiting(bills: Bills, notice: PaymentNotice, *, message_id: str) -> str:
    """A verified notice as it waits in the queue."""
    return queued(message_id, notice.model_dump_json(by_alias=True), key_arn=bills.data_key_arn)


def settled(bills: Bills, *notices: Any) -> list[Any]:
    bodies = [waiting(bills, notice, message_id=f"pay_{notice.payment_reference}") for notice in notices]
    return list(bills.settling(batch(*bodies), lambda_context())["batchItemFailures"])


def test_the_sample_notice_is_a_part_payment(bills: Bills) -> None:
    event = as_queued(sample("settle_bill", "notice"), key_arn=bills.data_key_arn)

    answer = bills.settling(event, lambda_context())

    assert answer["batchItemFailures"] == []
    assert bills.account.bill.state is BillState.PARTLY_PAID
    assert bills.account.bill.received == 100_000


def test_a_batch_with_duplicates_and_a_stranger_settles_what_it_can(bills: Bills) -> None:
    lost = a_notice("WF9", bill_reference="ISH-1448-00000000-0")

    failures = settled(bills, a_notice("WF1", 1), a_notice("WF1", 1), lost, a_notice("WF2", WHOLE - 1))

    assert failures == []
    assert bills.account.bill.state is BillState.SETTLED
    assert [one.reference for one in bills.register.payments.unmatched(limit=9)] == ["WF9"]


def test_a_message_that_is_no_notice_goes_to_the_dead_letters_alone(bills: Bills) -> None:
    bodies = [
        queued("x", "{}", key_arn=bills.data_key_arn),
        waiting(bills, a_notice(), message_id="pay_1"),
    ]

    answer = bills.settling(batch(*bodies), lambda_context())

    assert answer["batchItemFailures"] == [{"itemIdentifier": "message-0"}]
    assert bills.account.bill.received == 100_000


def test_events_of_payments_follow_the_posting_in_the_accounts_chain(bills: Bills) -> None:
    settled(bills, a_notice("WF1", 1), a_notice("WF2", WHOLE - 1))

    found = bills.account.events
    assert [event.type for event in found] == ["PeriodPosted", "BillPartlyPaid", "BillPaid"]
    assert [event.previous_hash for event in found[1:]] == [event.hash for event in found[:-1]]
    assert found[-1].hash == bills.account.state.chain.hash
    assert json.dumps(found[-1].data).count(bills.account.bill.reference) == 1


@pytest.mark.parametrize("same", [True, False], ids=["one notice twice", "two notices"])
def test_racing_notices_never_settle_anything_twice(bills: Bills, same: bool) -> None:
    notices = [a_notice("WF1" if same else f"WF{place}", WHOLE) for place in range(4)]
    bills.account.clock.day = notices[0].paid_on

    def take(notice: PaymentNotice) -> PaymentOutcome | None:
        try:
            return bills.account.settle(notice)
        except Unavailable:  # back to the queue, which brings it again
            return None

    with one_request_at_a_time(), ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(take, notices))
    for notice in notices:
        take(notice)

    assert PaymentOutcome.BILL_PAID in outcomes

    bill, state = bills.account.bill, bills.account.state
    assert len(bill.payments) == (1 if same else 4)
    assert state.projection == statement.projection(bills.account.entries)
    assert state.projection.received.contributions == bill.contributions
    assert state.projection.received.credit == (0 if same else 3 * WHOLE)
