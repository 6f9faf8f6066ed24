"""Periods to be claimed: a few months of one employer, with a wage for every month."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from ishtirak.kernel.months import Month
from tests.lives.account import Account

LIVES = settings(max_examples=1_000, deadline=None)
"""How many lives each property is tried on."""
FIRST = date(2025, 1, 1)
"""Near enough to every day of request for no window to matter, unless a test says so."""


@dataclass(frozen=True)
class Service:
    """Days of service and what each month of them is paid, in halalas."""

    starts_on: date
    ends_on: date
    wages: tuple[int, ...]
    """From the month of the first day on; long enough for every month that a test may add."""

    def wage(self, month: Month) -> int:
        return self.wages[month.since(Month.of(FIRST)) % len(self.wages)]

    def claimed(self, starts_on: date | None = None, ends_on: date | None = None) -> dict[str, Any]:
        """The claim for it, or for other days at the same wages."""
        first, last = starts_on or self.starts_on, ends_on or self.ends_on
        return {
            "starts_on": first.isoformat(),
            "ends_on": last.isoformat(),
            "wage": [
                (str(month), str(month), self.wage(month)) for month in Month.of(first).until(Month.of(last))
            ],
        }


def wages() -> st.SearchStrategy[tuple[int, ...]]:
    """Wages of a few months; from below the minimum to above the maximum."""
    return st.lists(st.integers(50_000, 5_500_000), min_size=1, max_size=3).map(tuple)


@st.composite
def services(draw: st.DrawFn, longest: int = 150) -> Service:
    starts_on = FIRST + timedelta(days=draw(st.integers(0, 330)))
    ends_on = starts_on + timedelta(days=draw(st.integers(0, longest)))
    return Service(starts_on, ends_on, draw(wages()))


@st.composite
def request_days(draw: st.DrawFn, service: Service) -> date:
    """A day from the last of service on: on time, in the worker's window, or late."""
    return service.ends_on + timedelta(days=draw(st.integers(0, 100)))


def post(account: Account, claim: dict[str, Any], *, on: date, **more: Any) -> str:
    """The claim posted; the id of its period."""
    return account.post(**claim, on=on.isoformat(), **more)
