"""What the model itself refuses, and that it keeps to itself what was typed."""

from typing import Any

import pytest
from pydantic import ValidationError

from ishtirak.kernel.wage import WageLine
from ishtirak.statute.model import Claim
from tests.unit.statute.claims import claim, recorded


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"first_month": "2025-02", "last_month": "2025-01"}, "wage_line_order"),
        ({"basic": -1}, "greater_than_equal"),
        ({"basic": 10_000_000_001}, "less_than_equal"),
        ({"basic": 1.0}, "int_type"),
        ({"basic": "1"}, "int_type"),
        ({"basic": True}, "int_type"),
        ({"bonus": 1}, "extra_forbidden"),
        ({"first_month": "2025-13"}, "month_range"),
    ],
)
def test_a_wage_line_is_whole_halalas_over_months_in_order(changes: dict[str, Any], error: str) -> None:
    ordinary = {"first_month": "2025-01", "last_month": "2025-01", "basic": 1}

    with pytest.raises(ValidationError) as refusal:
        WageLine.model_validate(ordinary | changes)

    assert refusal.value.errors()[0]["type"] == error


def test_a_recorded_period_does_not_end_before_it_starts() -> None:
    assert recorded("2025-01-01", "2025-01-01").period.days == 1
    with pytest.raises(ValidationError):
        recorded("2025-01-02", "2025-01-01")


def test_an_error_never_repeats_what_was_typed() -> None:
    typed = claim().model_dump() | {"requested_on": "1999999999"}

    with pytest.raises(ValidationError) as refusal:
        Claim.model_validate(typed)

    assert "1999999999" not in str(refusal.value)
