"""Which months of service count for a pension."""

from ishtirak.billing.counting import Counting, counting
from ishtirak.kernel.months import Month

FIRST, SECOND = Month(2025, 1), Month(2025, 2)


def test_paid_months_qualify_and_unpaid_ones_count_for_six_months() -> None:
    months = [FIRST.plus(place) for place in range(10)]
    paid_months = {month: month <= SECOND for month in months}

    counted = counting(paid_months)

    assert [month for month, counts in counted.items() if counts is Counting.QUALIFIES] == months[:2]
    assert [month for month, counts in counted.items() if counts is Counting.COUNTED_UNPAID] == months[2:8]
    assert [month for month, counts in counted.items() if counts is Counting.NOT_COUNTED] == months[8:]
    assert Counting.NOT_COUNTED not in counting(paid_months, extended=True).values()


def test_where_every_month_is_paid_every_month_qualifies() -> None:
    assert set(counting({FIRST: True, SECOND: True}).values()) == {Counting.QUALIFIES}
