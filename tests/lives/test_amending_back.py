"""An amendment that changes nothing, or is taken back, leaves everything as it was."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.lives.account import Account
from tests.lives.strategies import LIVES, Service, post, request_days, services

ONE_DAY = timedelta(days=1)


@st.composite
def repeated(draw: st.DrawFn) -> tuple[Service, tuple[date, ...]]:
    """A period and the days it is asked for: once, and again unchanged, up to three years later."""
    service = draw(services())
    days = [draw(request_days(service))]
    for _ in range(draw(st.integers(1, 3))):
        days.append(days[-1] + timedelta(days=draw(st.integers(0, 500))))
    return service, tuple(days)


@LIVES
@given(repeated())
def test_repeating_a_period_unchanged_is_nothing(case: tuple[Service, tuple[date, ...]]) -> None:
    service, days = case
    account = Account()
    period = post(account, service.claimed(), on=days[0])
    rows, billed = account.rows, account.billed

    for day in days[1:]:
        period = post(account, service.claimed(), on=day, amends=period)

    assert (account.rows, account.billed) == (rows, billed)


@st.composite
def taken_back(draw: st.DrawFn) -> tuple[Service, tuple[date, date, date], tuple[date, date]]:
    """A period, the days of claim, amendment and return, and the days it is amended to in between."""
    service = draw(services())
    claimed = draw(request_days(service))
    amended = claimed + timedelta(days=draw(st.integers(0, 300)))
    back = amended + timedelta(days=draw(st.integers(0, 900)))
    earliest = service.starts_on - timedelta(days=draw(st.integers(0, 40)))
    latest = min(amended, service.ends_on + timedelta(days=draw(st.integers(0, 40))))
    days = (latest - earliest).days
    first = draw(st.integers(0, days))
    last = draw(st.integers(first, days))
    return service, (claimed, amended, back), (earliest + first * ONE_DAY, earliest + last * ONE_DAY)


@LIVES
@given(taken_back())
def test_an_amendment_taken_back_is_nothing(
    case: tuple[Service, tuple[date, date, date], tuple[date, date]],
) -> None:
    service, (claimed, amended, back), between = case
    account = Account()
    period = post(account, service.claimed(), on=claimed)
    rows, billed = account.rows, account.billed

    other = post(account, service.claimed(*between), on=amended, amends=period)
    post(account, service.claimed(), on=back, amends=other)

    assert account.rows == rows
    assert account.billed == billed == account.total
