"""What a payment does to a bill, and what is a notice of one."""

from typing import Any

import pytest
from pydantic import ValidationError

from ishtirak.billing import payments
from ishtirak.billing.calculator import MAX_PAYMENTS
from ishtirak.billing.model import UnmatchedReason
from tests.fakes.bills import a_bill, a_notice, a_payment, paid


def test_a_bill_takes_so_many_payments_and_no_more() -> None:
    full = a_bill().changed(payments=tuple(a_payment(f"WF{place}", 1) for place in range(MAX_PAYMENTS)))

    assert payments.unmatched_reason(full, a_payment("ONE_MORE", 1)) is UnmatchedReason.TOO_MANY_PAYMENTS


@pytest.mark.parametrize(
    "facts",
    [
        {"amount": 0},
        {"amount": -5},
        {"amount": "100"},
        {"amount": 10**12 + 1},
        {"currency": "USD"},
        {"paid_at": "2026-11-22T08:00:00"},
        {"payment_reference": "a b"},
        {"bill_reference": ""},
        {"type": "payment.reversed"},
        {"schema": "2.0"},
        {"payer": "somebody"},
    ],
)
def test_a_notice_that_says_something_else_is_no_notice(facts: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        a_notice(**facts)


def test_a_bill_that_was_paid_of_is_still_the_bill_that_was_issued() -> None:
    bill = a_bill()

    assert paid(bill, [a_payment("WF1", 1)]).rows == bill.rows
