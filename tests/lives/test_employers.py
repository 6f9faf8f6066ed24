"""Several employers share the maximum (regulation art. 19), whoever was recorded first."""

from datetime import date

from hypothesis import event, given
from hypothesis import strategies as st

from tests.lives.account import Account
from tests.lives.strategies import LIVES, Service, post, request_days, services

EMPLOYERS = ("7000000001", "7000000002", "7000000003")
CAP = 4_500_000


@st.composite
def employed(
    draw: st.DrawFn,
) -> tuple[tuple[tuple[str, Service], ...], tuple[tuple[str, Service], ...], date]:
    """Services with two or three employers in one order and in another, and the day they are all asked for."""
    count = draw(st.integers(2, 3))
    jobs = tuple((number, draw(services(longest=90))) for number in EMPLOYERS[:count])
    other = tuple(draw(st.permutations(jobs)))
    last = max((service for _, service in jobs), key=lambda service: service.ends_on)
    return jobs, other, draw(request_days(last))


def recorded(jobs: tuple[tuple[str, Service], ...], *, on: date) -> Account:
    account = Account()
    for number, service in jobs:
        post(account, service.claimed(), on=on, employer=number)
    return account


@LIVES
@given(employed())
def test_the_order_of_employers_makes_no_difference(
    case: tuple[tuple[tuple[str, Service], ...], tuple[tuple[str, Service], ...], date],
) -> None:
    jobs, other, on = case
    event("the same order" if jobs == other else "another order")

    one, two = recorded(jobs, on=on), recorded(other, on=on)

    assert one.rows == two.rows
    assert one.billed == two.billed == one.total
    assert one.billed_to == two.billed_to
