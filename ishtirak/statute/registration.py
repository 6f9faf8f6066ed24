"""Whether a period may still be registered, on which route, and how much of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ishtirak.kernel.dated import Entry
from ishtirak.kernel.insurance import Nationality, Route, System
from ishtirak.kernel.months import Month
from ishtirak.kernel.periods import Period
from ishtirak.statute.model import Claim, ClaimKind, Decision, ExistingPeriod
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


def route_of(joined_on: date, *, requested_on: date) -> Route:
    """The route a request of that day takes."""
    if requested_on <= employer_deadline(joined_on):
        return Route.ON_TIME
    if requested_on <= worker_window(joined_on).ends_on:
        return Route.SELF_WINDOW
    return Route.RETROACTIVE


def window_from(requested_on: date, *, look_back_months: int) -> date:
    """The earliest day a late period may begin: the same day so many months before, or the month's last."""
    return Month.of(requested_on).plus(-look_back_months).day(requested_on.day)


@dataclass(frozen=True, slots=True)
class Admission:
    """What of the claim may be registered, and how each of its months is treated."""

    registered: Period
    route: Route
    window_from: date
    window: Entry[int]
    amended: ExistingPeriod | None

    def route_in(self, month: Month) -> Route:
        """A month that was already recorded keeps the branches it was recorded with."""
        if self.amended is not None and self.amended.period.days_in(month):
            return self.amended.route
        return self.route


def admit(claim: Claim, *, tables: Tables) -> Admission:
    """Refuse what may not be registered, in the order of the form; truncate what reaches too far back."""
    _check_system(claim)
    _check_owner(claim)
    _check_dates(claim)
    amended = _amended(claim)
    _check_overlap(claim, amended=amended)
    window = tables.look_back_months.at(claim.requested_on, system=claim.system)
    opens_on = window_from(claim.requested_on, look_back_months=window.value)
    route = _route(claim, amended=amended)
    registered = _inside_the_window(claim.period, opens_on=opens_on, amended=amended)
    if registered is None:
        raise OutsideTheWindow(
            ends_on=claim.period.ends_on.isoformat(),
            window_from=opens_on.isoformat(),
            months=window.value,
        )
    return Admission(registered, route, opens_on, window, amended)


def _inside_the_window(asked: Period, *, opens_on: date, amended: ExistingPeriod | None) -> Period | None:
    """What is left of the period from its first acceptable day, if every later day is acceptable too.

    A day is acceptable when it is inside the window or already recorded; so an extension that would leave
    unacceptable days after the recorded end is refused whole: what is left of it is a period of its own.
    """
    earliest = opens_on
    if amended is not None and amended.period.overlaps(asked):
        earliest = min(opens_on, amended.starts_on)
        recorded_until = amended.period.ends_on
        if recorded_until < opens_on - ONE_DAY and asked.ends_on > recorded_until:
            return None
    return asked.starting_no_earlier_than(earliest)


def _check_system(claim: Claim) -> None:
    nationality = claim.person.nationality
    if claim.system is not System.SOCIAL_INSURANCE and nationality is not Nationality.SAUDI:
        raise SystemNotForNationality(system=claim.system.value, nationality=nationality.value)
    if nationality is Nationality.NON_SAUDI and claim.period != claim.person.dates_from_authority:
        raise DatesComeFromTheAuthority()


def _check_owner(claim: Claim) -> None:
    if claim.establishment.owned_by_person and claim.establishment.single_owner:
        raise OwnerCannotBeRegistered(establishment=str(claim.establishment.number))


def _check_dates(claim: Claim) -> None:
    requested_on = claim.requested_on.isoformat()
    if claim.period.starts_on > claim.requested_on:
        raise StartsInTheFuture(starts_on=claim.period.starts_on.isoformat(), requested_on=requested_on)
    if claim.period.ends_on > claim.requested_on:
        raise EndsAfterTheRequest(ends_on=claim.period.ends_on.isoformat(), requested_on=requested_on)


def _amended(claim: Claim) -> ExistingPeriod | None:
    if claim.kind is ClaimKind.ADD:
        return None
    for recorded in claim.recorded:
        same_place = recorded.establishment == claim.establishment.number and recorded.system == claim.system
        if recorded.id == claim.amends and same_place:
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


def _route(claim: Claim, *, amended: ExistingPeriod | None) -> Route:
    if amended is None:
        return route_of(claim.period.starts_on, requested_on=claim.requested_on)
    added_from = _first_added_day(claim.period, amended.period)
    return amended.route if added_from is None else route_of(added_from, requested_on=claim.requested_on)


def _first_added_day(asked: Period, recorded: Period) -> date | None:
    if asked.starts_on < recorded.starts_on:
        return asked.starts_on
    if asked.ends_on > recorded.ends_on:
        return max(asked.starts_on, recorded.ends_on + ONE_DAY)
    return None


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
