"""Bills as they are kept."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from ishtirak.billing.model import Bill, BillRow
from ishtirak.kernel.insurance import System
from ishtirak.kernel.months import Month
from tests.fakes.register import MITHAL, PERSON, a_period


def test_a_bill_that_does_not_add_up_is_refused() -> None:
    rows = (BillRow(month=Month.parse("2025-01"), worker=90_000, employer=90_000, fine=3_600),)
    facts: dict[str, Any] = {
        "id": PERSON,
        "reference": "B-1",
        "person_id": PERSON,
        "system": System.SOCIAL_INSURANCE,
        "period_id": PERSON,
        "debtor": MITHAL,
        "issued_on": date(2026, 11, 22),
        "source": a_period().source,
    }

    bill = Bill.of(rows, **facts)

    assert (bill.contributions, bill.fines, bill.total) == (180_000, 3_600, 183_600)
    with pytest.raises(ValidationError, match="sums"):
        Bill(rows=rows, contributions=180_000, fines=3_600, total=183_601, **facts)
