"""However a period comes to be recorded, it comes to the same (REG-03: each day is judged by its own month)."""

from datetime import date, timedelta

from hypothesis import event, given
from hypothesis import strategies as st

from ishtirak.kernel.months import Month
from tests.lives.account import Account
from tests.lives.strategies import LIVES, Service, post, request_days, services

ONE_DAY = timedelta(days=1)


@st.composite
def grown(draw: st.DrawFn) -> tuple[Service, date, tuple[tuple[date, date], ...]]:
    """A period, the day it is asked for, and the growing parts of it that are asked for one after another."""
    service = draw(services())
    days = (service.ends_on - service.starts_on).days
    seen: list[tuple[date, date]] = []
    first = last = draw(st.integers(0, days))
    for _ in range(draw(st.integers(1, 3))):
        first, last = draw(st.integers(0, first)), draw(st.integers(last, days))
        seen.append((service.starts_on + first * ONE_DAY, service.starts_on + last * ONE_DAY))
    return service, draw(request_days(service)), (*seen, (service.starts_on, service.ends_on))


@LIVES
@given(grown())
def test_a_period_that_grows_by_amendments_comes_to_what_one_claim_does(
    case: tuple[Service, date, tuple[tuple[date, date], ...]],
) -> None:
    service, on, parts = case
    once, again = Account(), Account()
    post(once, service.claimed(), on=on)

    period = post(again, service.claimed(*parts[0]), on=on)
    for part in parts[1:]:
        period = post(again, service.claimed(*part), on=on, amends=period)

    assert again.rows == once.rows
    assert again.billed == once.billed == once.total


@st.composite
def in_parts(draw: st.DrawFn) -> tuple[Service, date, tuple[tuple[date, date], ...]]:
    """A period, the day it is asked for, and consecutive parts of whole months in any order."""
    service = draw(services())
    months = list(Month.of(service.starts_on).until(Month.of(service.ends_on)))
    cuts = draw(st.sets(st.sampled_from(months), max_size=3))
    starts = sorted(
        {service.starts_on, *(month.first_day for month in cuts if month.first_day > service.starts_on)}
    )
    ends = [*(start - ONE_DAY for start in starts[1:]), service.ends_on]
    parts = draw(st.permutations(list(zip(starts, ends, strict=True))))
    return service, draw(request_days(service)), tuple(parts)


@LIVES
@given(in_parts())
def test_a_period_claimed_in_parts_comes_to_what_one_claim_does(
    case: tuple[Service, date, tuple[tuple[date, date], ...]],
) -> None:
    service, on, parts = case
    event(f"{len(parts)} parts")
    once, again = Account(), Account()
    post(once, service.claimed(), on=on)

    for part in parts:
        post(again, service.claimed(*part), on=on)

    assert again.rows == once.rows
    assert again.billed == once.billed
