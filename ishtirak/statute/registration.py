"""Whether a period may still be registered, on which route, and how much of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ishtirak.kernel import registered_days
from ishtirak.kernel.dated import Entry
from ishtirak.kernel.insurance import Nationality, Route, System
from ishtirak.kernel.months import Month
from ishtirak.kernel.periods import Period
from ishtirak.kernel.registered_days import END_OF_THE_CALENDAR, RegisteredDays
from ishtirak.statute.model import Claim, ClaimKind, Decision, ExistingPeriod, Way
from ishtirak.statute.refusals import (
    AmendedPeriodUnknown,
    DatesComeFromTheAuthority,
    EndsAfterTheRequest,
    OutsideTheWindow,
    OverlapsRecordedPeriod,
    OwnerCannotBeRegistered,
    StartsInTheFuture,
    SystemNotForNationality,
)
from ishtirak.statute.tables import Tables

ONE_DAY: Final = timedelta(days=1)


def employer_deadline(joined_on: date) -> date:
    """The last day on which the employer may report the joiner: the end of the joining month (REG-01)."""
    return Month.of(joined_on).last_day


def worker_window(joined_on: date) -> Period:
    """The days on which the worker may report himself with every branch: the month after (REG-02)."""
    following = Month.of(joined_on).next()
    return Period.between(following.first_day, following.last_day)


def retroactive_from(joined_on: date) -> date:
    """The first day on which only the retroactive route is left."""
    return worker_window(joined_on).ends_on + ONE_DAY


def route_of(day: date, *, requested_on: date) -> Route:
    """The route a day of service takes when its registration is asked for on that day.

    A day is judged by its own month, whatever other days are asked for with it: so a service reported in parts comes
    to the same as in one claim.
    """
    if requested_on <= employer_deadline(day):
        return Route.ON_TIME
    if requested_on <= worker_window(day).ends_on:
        return Route.SELF_WINDOW
    return Route.RETROACTIVE


def register_days(
    known: Iterable[RegisteredDays], *, starts_on: date, ends_on: date | None, requested_on: date
) -> tuple[RegisteredDays, ...]:
    """The days of a period, each with its route: one that is known keeps its own, any other is judged today.

    `known` are the days that are, or once were, registered. Without a last day the service goes on.
    """
    before = tuple(known)
    kept = registered_days.between(before, first=starts_on, last=ends_on)
    added = (
        each
        for first, last in registered_days.gaps(before, first=starts_on, last=ends_on)
        for each in _judged(first, last, requested_on=requested_on)
    )
    return registered_days.joined((*kept, *added))


def _judged(first: date, last: date, *, requested_on: date) -> Iterator[RegisteredDays]:
    """New days with their route, which changes with the month before that of the request, and with its own."""
    this_month = Month.of(requested_on)
    changes = (this_month.plus(-1).first_day, this_month.first_day)
    starts = (first, *(day for day in changes if first < day <= last))
    for starts_on, following in zip(starts, (*starts[1:], None), strict=True):
        ends_on = following - ONE_DAY if following else last
        yield RegisteredDays(
            starts_on=starts_on,
            ends_on=None if ends_on == END_OF_THE_CALENDAR else ends_on,
            route=route_of(starts_on, requested_on=requested_on),
        )


def window_from(requested_on: date, *, look_back_months: int) -> date:
    """The earliest day a late period may begin: the same day so many months before, or the month's last."""
    return Month.of(requested_on).plus(-look_back_months).day(requested_on.day)


@dataclass(frozen=True, slots=True)
class Admission:
    """What of the claim may be registered, and by which route each of its days."""

    registered: Period
    days: tuple[RegisteredDays, ...]
    added: tuple[RegisteredDays, ...]
    """Those of the days that were not registered before, nor ever had been."""
    work_started_on: date
    window_from: date
    window: Entry[int]
    amended: ExistingPeriod | None

    @property
    def route(self) -> Route:
        """The latest route of the added days; without any, that of the first day."""
        return max((each.route for each in self.added), key=_LATER.index, default=self.days[0].route)

    def days_in(self, month: Month, *routes: Route) -> int:
        """How many of the month's registered days took one of the routes; of any, where none is named."""
        return sum(
            each.days_between(month.first_day, month.last_day)
            for each in self.days
            if not routes or each.route in routes
        )

    def route_in(self, month: Month) -> Route:
        """The route of the days added in the month, else of its first day."""
        for days in (self.added, self.days):
            for each in registered_days.between(days, first=month.first_day, last=month.last_day):
                return each.route
        return self.route


_LATER: Final = (Route.ON_TIME, Route.SELF_WINDOW, Route.RETROACTIVE)


def admit(claim: Claim, *, tables: Tables) -> Admission:
    """Refuse what may not be registered, in the order of the form; truncate what reaches too far back."""
    _check_system(claim)
    _check_owner(claim)
    _check_dates(claim, tables=tables)
    amended = _amended(claim)
    _check_overlap(claim, amended=amended)
    window = tables.look_back_months.at(claim.requested_on, system=claim.system)
    opens_on = window_from(claim.requested_on, look_back_months=window.value)
    registered = _acceptable(claim.period, opens_on=opens_on, amended=amended)
    if registered is None:
        raise OutsideTheWindow(
            ends_on=claim.period.ends_on.isoformat(),
            window_from=opens_on.isoformat(),
            months=window.value,
        )
    known = amended.known if amended else ()
    days = register_days(
        known,
        starts_on=registered.starts_on,
        ends_on=registered.ends_on,
        requested_on=claim.requested_on,
    )
    return Admission(
        registered=registered,
        days=days,
        added=registered_days.without(days, known),
        work_started_on=work_started_on(claim, amended=amended),
        window_from=opens_on,
        window=window,
        amended=amended,
    )


def _acceptable(asked: Period, *, opens_on: date, amended: ExistingPeriod | None) -> Period | None:
    """The longest last part of the period of which every day is acceptable: inside the window, or known.

    Where this would cut off recorded days the amendment is refused whole: what it adds is a period of its own.
    """
    earliest = min(opens_on, asked.ends_on + ONE_DAY)
    known = registered_days.covered(amended.known) if amended else ()
    for first, last in reversed(known):
        if first < earliest <= last + ONE_DAY:
            earliest = first
    kept = asked.starting_no_earlier_than(earliest)
    if kept is None or amended is None or not amended.period.overlaps(asked):
        return kept
    return kept if kept.starts_on <= max(asked.starts_on, amended.starts_on) else None


def work_started_on(claim: Claim, *, amended: ExistingPeriod | None) -> date:
    """The first day of the work (law art. 14), also where the window leaves out the first days of it.

    A period that adjoins one with the same employer goes on with the same work; an amendment that leaves the
    recorded start as it is leaves the start of the work too.
    """
    started_on = claim.period.starts_on
    if amended is not None and started_on == amended.starts_on and amended.work_started_on:
        started_on = amended.work_started_on
    before = [each for each in claim.recorded if each is not amended and _same_place(each, claim=claim)]
    for each in sorted(before, key=lambda each: each.starts_on, reverse=True):
        if each.ends_on is not None and each.ends_on + ONE_DAY == started_on:
            started_on = each.work_started_on or each.starts_on
    return started_on


def _same_place(recorded: ExistingPeriod, *, claim: Claim) -> bool:
    return recorded.establishment == claim.establishment.number and recorded.system == claim.system


def _check_system(claim: Claim) -> None:
    nationality = claim.person.nationality
    if claim.system is not System.SOCIAL_INSURANCE and nationality is not Nationality.SAUDI:
        raise SystemNotForNationality(system=claim.system.value, nationality=nationality.value)
    if nationality is Nationality.NON_SAUDI and claim.period != claim.person.dates_from_authority:
        raise DatesComeFromTheAuthority()


def _check_owner(claim: Claim) -> None:
    if claim.establishment.owned_by_person and claim.establishment.single_owner:
        raise OwnerCannotBeRegistered(establishment=str(claim.establishment.number))


def _check_dates(claim: Claim, *, tables: Tables) -> None:
    requested_on = claim.requested_on.isoformat()
    ahead = 0
    if claim.way is Way.CONTRACT:
        ahead = tables.contract_start_ahead_days.at(claim.requested_on).value
    if claim.period.starts_on > claim.requested_on + timedelta(days=ahead):
        raise StartsInTheFuture(starts_on=claim.period.starts_on.isoformat(), requested_on=requested_on)
    if claim.period.ends_on > claim.requested_on and claim.way is Way.REQUEST:
        raise EndsAfterTheRequest(ends_on=claim.period.ends_on.isoformat(), requested_on=requested_on)


def _amended(claim: Claim) -> ExistingPeriod | None:
    if claim.kind is ClaimKind.ADD:
        return None
    for recorded in claim.recorded:
        if recorded.id == claim.amends and _same_place(recorded, claim=claim):
            return recorded
    raise AmendedPeriodUnknown()


def _check_overlap(claim: Claim, *, amended: ExistingPeriod | None) -> None:
    for recorded in claim.recorded:
        if recorded is amended or recorded.establishment != claim.establishment.number:
            continue
        if recorded.period.overlaps(claim.period):
            raise OverlapsRecordedPeriod(
                establishment=str(recorded.establishment),
                starts_on=recorded.starts_on.isoformat(),
                ends_on=recorded.ends_on.isoformat() if recorded.ends_on else None,
            )


def overlaps_with_other_systems(claim: Claim, *, registered: Period) -> tuple[Decision, ...]:
    """Service under two systems in the same days: the statutes leave it to an officer."""
    others = {
        r.system.value for r in claim.recorded if r.system != claim.system and r.period.overlaps(registered)
    }
    return tuple(
        Decision(
            rule="REG-06",
            code="overlaps_another_system",
            source=OverlapsRecordedPeriod.source,
            facts={"system": system},
        )
        for system in sorted(others)
    )
