"""What a person is told an amendment adds is what is billed for it, fines and all."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ishtirak.kernel.ids import stable_id
from tests.lives.account import Account
from tests.lives.strategies import LIVES, Service, post, request_days, services

ONE_DAY = timedelta(days=1)


@st.composite
def amended(draw: st.DrawFn) -> tuple[Service, date, date, tuple[date, date]]:
    """A period, the days of its claim and of its amendment, and the days it is amended to."""
    service = draw(services())
    claimed = draw(request_days(service))
    on = claimed + timedelta(days=draw(st.integers(0, 300)))
    earliest = service.starts_on - timedelta(days=draw(st.integers(0, 60)))
    days = (min(on, service.ends_on + timedelta(days=draw(st.integers(0, 60)))) - earliest).days
    first = draw(st.integers(0, days))
    last = draw(st.integers(first, days))
    return service, claimed, on, (earliest + first * ONE_DAY, earliest + last * ONE_DAY)


@LIVES
@given(amended())
def test_what_an_amendment_is_said_to_add_is_billed(
    case: tuple[Service, date, date, tuple[date, date]],
) -> None:
    service, claimed, on, days = case
    account = Account()
    period = post(account, service.claimed(), on=claimed)
    request = account.claim(**service.claimed(*days), on=on.isoformat(), amends=period)
    told = account.assessed(request)

    account.scene.holds(request)
    account.post_request(request)

    bill = account.scene.register.bills.find(stable_id("bill", request.id))
    if bill is None:
        assert (told.added_contributions, told.added_fines) == (0, 0)
    else:
        assert (told.added_contributions, told.added_fines) == (bill.contributions, bill.fines)
