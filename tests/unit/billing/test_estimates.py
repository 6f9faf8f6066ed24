"""For which days a bill is calculated."""

from datetime import date, timedelta

import pytest

from ishtirak.billing.estimates import estimate_day
from ishtirak.billing.refusals import DayOutOfReach
from ishtirak.billing.terms import collection_terms
from tests.fakes.bills import ISSUED


@pytest.mark.parametrize("days", [0, 1, 366])
def test_a_bill_is_calculated_for_today_and_a_year_ahead(days: int) -> None:
    day = ISSUED + timedelta(days=days)

    assert estimate_day(day, today=ISSUED, terms=collection_terms()) == day


def test_where_no_day_is_asked_for_it_is_today() -> None:
    assert estimate_day(None, today=ISSUED, terms=collection_terms()) == ISSUED


@pytest.mark.parametrize("day", [ISSUED - timedelta(days=1), ISSUED + timedelta(days=367), date.max])
def test_any_other_day_is_out_of_reach_and_told_what_is_not(day: date) -> None:
    with pytest.raises(DayOutOfReach) as refused:
        estimate_day(day, today=ISSUED, terms=collection_terms())

    assert refused.value.pointer == "/as_of"
    assert refused.value.facts == {"first": "2026-11-22", "last": "2027-11-23"}
