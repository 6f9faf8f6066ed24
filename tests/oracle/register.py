"""The oracle's own register of one person: what stands, what each act changes, what every month costs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from tests.oracle.calendars import (
    ONE_DAY,
    age,
    days,
    days_in,
    last_day,
    month_of,
    months,
    months_before,
    next_month,
)
from tests.oracle.facts import (
    Act,
    Add,
    Amend,
    Answer,
    Branch,
    Halalas,
    Law,
    Month,
    Part,
    Person,
    Refusal,
    Refused,
    Registered,
    Row,
    System,
    Wage,
)
from tests.oracle.money import contribution, contributory, counted, wage_in
from tests.oracle.values import (
    ANNUITIES_CLOSED_FROM,
    LOOK_BACK_MONTHS,
    NEW_LAW_FROM,
    SANED_CLOSED_FROM,
    SANED_STOPS_AT,
    YOUNGEST,
    branches,
    rate,
)


class Route(StrEnum):
    """By which deadline a day of service was reported."""

    ON_TIME = "ON_TIME"
    WORKERS_WINDOW = "WORKERS_WINDOW"
    LATE = "LATE"


@dataclass(frozen=True)
class Period:
    """A period as it stands, and what is remembered of the forms it had before."""

    number: int
    employer: str
    system: System
    starts: date
    ends: date
    wages: tuple[Wage, ...]
    work_from: date
    """The start of the work, by which ages are told (R6)."""
    routes: Mapping[date, Route]
    """Every day that is or once was registered, with the route it was first registered by (R2)."""
    counted: Mapping[Month, Halalas]
    """Every month that is or once was registered, with the wage counted in it last (R9)."""
    law: Law
    """What it was registered under (R7). A later period may make the old law apply to what is asked from then on; what
    is registered already stays as it was judged until it is amended."""


class Register:
    """One person's periods. `apply` is the only way to change it; what is refused changes nothing."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.periods: list[Period] = []

    def apply(self, act: Act) -> Answer:
        """Every reason to refuse the act, or what it registers and what each month of that costs from then on."""
        before = self.periods[act.period] if isinstance(act, Amend) else None
        others = [period for period in self.periods if period is not before]
        first = None if _in_the_future(act) else _first_registered_day(act, before)
        reasons = set(self._asked_for_reasons(act, others=others, before=before, first=first))
        if first is None:
            return Refused(frozenset(reasons))
        period = self._registered(act, first=first, before=before, others=others)
        reasons |= set(self._registered_reasons(period, before=before, others=others, act=act))
        if reasons:
            return Refused(frozenset(reasons))
        self.periods[period.number : period.number + 1] = [period]
        return Registered(period.number, period.starts, period.ends, period.law, self.rows(period.number))

    def rows(self, number: int) -> tuple[Row, ...]:
        """What each month of a period costs, with the register as it stands."""
        period = self.periods[number]
        others = [other for other in self.periods if other is not period]
        return _rows(period, others=others, person=self.person)

    def law(self, starts: date, *, others: Iterable[Period]) -> Law:
        """R7: OLD if the person had an uncompensated SI/civil period before 2024-07-03 (given), or the registered
        period (or any period standing in the register, SI or civil) starts before 2024-07-03.

        Military service that stands in the register is not named by the decree and leaves later periods to the new law;
        a period of it that itself starts before the new law can be under no other than the old one.
        """
        counting = (other.starts for other in others if other.system is not System.MILITARY_PENSION)
        reaching = any(day < NEW_LAW_FROM for day in (starts, *counting))
        return Law.OLD if self.person.before_new_law or reaching else Law.NEW

    def _asked_for_reasons(
        self, act: Act, *, others: list[Period], before: Period | None, first: date | None
    ) -> Iterable[Refusal]:
        """R5, and R4 where nothing is left or recorded days would be cut off."""
        if _in_the_future(act):
            yield Refusal.AFTER_THE_REQUEST
        employer, _ = _whose(act, before)
        if any(
            other.employer == employer and other.starts <= act.ends and act.starts <= other.ends
            for other in others
        ):
            yield Refusal.OVERLAP
        if not _in_the_future(act) and (first is None or _cuts_recorded_days(act, before, first=first)):
            yield Refusal.OUTSIDE_THE_WINDOW

    def _registered(self, act: Act, *, first: date, before: Period | None, others: list[Period]) -> Period:
        """The period the act would leave, with the days and wages of every form it has had."""
        employer, system = _whose(act, before)
        routes = dict(_kept_routes(before, act=act, first=first))
        for day in days(first, act.ends):
            routes.setdefault(day, route(month_of(day), requested_on=act.requested_on))
        wages = {
            month: counted(wage_in(month, wages=act.wages), system=system)
            for month in months(first, act.ends)
        }
        return Period(
            number=before.number if before else len(self.periods),
            employer=employer,
            system=system,
            starts=first,
            ends=act.ends,
            wages=act.wages,
            work_from=_start_of_work(act, before=before, others=others),
            routes=routes,
            counted={**(before.counted if before else {}), **wages},
            law=self.law(first, others=others),
        )

    def _registered_reasons(
        self, period: Period, *, before: Period | None, others: list[Period], act: Act
    ) -> Iterable[Refusal]:
        if age(self.person, on=period.work_from, law=period.law) < YOUNGEST:
            yield Refusal.UNDER_AGE
        standing = months(period.starts, period.ends)
        if any(period.counted[month] == 0 for month in standing):
            yield Refusal.NO_WAGE
        if before and any(
            month in before.counted
            and before.counted[month] != period.counted[month]
            and act.requested_on > last_day(month)
            for month in standing
        ):
            yield Refusal.WAGE_CORRECTION_TOO_LATE
        cover = _Cover(period, others=others, person=self.person)
        if any(not cover.of(day) for day in days(period.starts, period.ends)):
            yield Refusal.NO_BRANCH


@cache
def route(month: Month, *, requested_on: date) -> Route:
    """R1: on time if D <= last day of M (REG 6), worker's window if D is in month M+1, late afterwards."""
    if requested_on <= last_day(month):
        return Route.ON_TIME
    if month_of(requested_on) == next_month(month):
        return Route.WORKERS_WINDOW
    return Route.LATE


def _in_the_future(act: Act) -> bool:
    return act.starts > act.requested_on or act.ends > act.requested_on


def _first_registered_day(act: Act, before: Period | None) -> date | None:
    """R4: the longest end part of the asked period whose days are all acceptable, gone through from its last day."""
    opens = months_before(act.requested_on, LOOK_BACK_MONTHS)
    once_registered = before.routes if before else {}
    first = None
    day = act.ends
    while day >= act.starts and (day >= opens or day in once_registered):
        first, day = day, day - ONE_DAY
    return first


def _cuts_recorded_days(act: Act, before: Period | None, *, first: date | None) -> bool:
    """R4: whether a day that is both asked for and recorded is not in what would be registered."""
    if before is None:
        return False
    return any(
        act.starts <= day <= act.ends and (first is None or day < first)
        for day in days(before.starts, before.ends)
    )


def _kept_routes(before: Period | None, *, act: Act, first: date) -> Iterable[tuple[date, Route]]:
    """R2: a day keeps its route through every amendment, also one taken out now, if it has passed by now."""
    if before is None:
        return
    for day, known in before.routes.items():
        taken_out = before.starts <= day <= before.ends and not first <= day <= act.ends
        if not taken_out or day <= act.requested_on:
            yield day, known


def _whose(act: Act, before: Period | None) -> tuple[str, System]:
    """The employer and the system: an amendment changes neither."""
    if isinstance(act, Add):
        return act.employer, act.system
    assert before is not None
    return before.employer, before.system


def _start_of_work(act: Act, *, before: Period | None, others: list[Period]) -> date:
    """R6: the first day asked (before truncation); in a chain of adjoining periods of the same employer and system, the
    first day of the chain; an amendment whose asked start equals the recorded start keeps what was known before.

    What was known before is where the chain is looked for: a period that was added meanwhile and ends on the day
    before makes the work begin with it. A period adjoins the day its own work began, not the day the window left of it.
    """
    whose = _whose(act, before)
    found = before.work_from if before and act.starts == before.starts else act.starts
    while True:
        adjoining = [
            period
            for period in others
            if (period.employer, period.system) == whose and period.ends + ONE_DAY == found
        ]
        if not adjoining:
            return found
        found = adjoining[0].work_from


class _Cover:
    """Which branches cover each day of a period."""

    def __init__(self, period: Period, *, others: list[Period], person: Person) -> None:
        self._period, self._person = period, person
        self._law = law = period.law
        first_coverage = min([period.work_from, *(other.starts for other in others)])
        told_on = first_coverage if law is Law.OLD else period.work_from
        self._open = set(branches(period.system))
        if age(person, on=told_on, law=law) >= ANNUITIES_CLOSED_FROM[law]:
            self._open -= {Branch.ANNUITIES}
        if age(person, on=period.work_from, law=law) >= SANED_CLOSED_FROM[law]:
            self._open -= {Branch.SANED}
        self._by_month: dict[tuple[Month, bool], frozenset[Branch]] = {}

    def of(self, day: date) -> frozenset[Branch]:
        """R1: on time and in the window every open branch; late, annuities only."""
        key = month_of(day), self._period.routes[day] is Route.LATE
        if key not in self._by_month:
            self._by_month[key] = self._in(*key)
        return self._by_month[key]

    def _in(self, month: Month, is_late: bool) -> frozenset[Branch]:
        found = self._open & {Branch.ANNUITIES} if is_late else set(self._open)
        if age(self._person, on=month, law=self._law) >= SANED_STOPS_AT[self._law]:
            found -= {Branch.SANED}
        return frozenset(found)


def _rows(period: Period, *, others: list[Period], person: Person) -> tuple[Row, ...]:
    cover = _Cover(period, others=others, person=person)
    found = []
    for month in months(period.starts, period.ends):
        served = [day for day in days(month, last_day(month)) if period.starts <= day <= period.ends]
        wage = contributory(
            period.counted[month],
            employer=period.employer,
            others=_wages_elsewhere(period, month=month, served=served, others=others),
            system=period.system,
        )
        covered = [cover.of(day) for day in served]
        parts = {
            branch: _part(
                wage,
                rates=rate(branch, system=period.system, law=period.law, month=month),
                days=sum(branch in found for found in covered),
                month=month,
            )
            for branch in branches(period.system)
            if any(branch in found for found in covered)
        }
        found.append(Row(month, len(served), wage, parts))
    return tuple(found)


def _part(wage: Halalas, *, rates: tuple[int, int], days: int, month: Month) -> Part:
    employee, employer = (contribution(wage, rate=each, days=days, of=days_in(month)) for each in rates)
    return Part(days, employee, employer)


def _wages_elsewhere(
    period: Period, *, month: Month, served: list[date], others: list[Period]
) -> dict[str, Halalas]:
    """R8: of each other employer with a period of the same system that shares a day with those served here, the largest
    wage counted in the month."""
    wages: dict[str, Halalas] = {}
    for other in others:
        if other.employer == period.employer or other.system is not period.system:
            continue
        if any(other.starts <= day <= other.ends for day in served):
            wages[other.employer] = max(other.counted[month], wages.get(other.employer, 0))
    return wages
