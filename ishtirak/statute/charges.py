"""What a month costs, when it is due, and what being late adds."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import cast

from ishtirak.kernel.dated import Entry
from ishtirak.kernel.insurance import Route, System
from ishtirak.kernel.money import Halalas, share
from ishtirak.kernel.months import Month
from ishtirak.statute.tables import WHOLE, DelayMonths, FinesStart, FineTerms, Tables, UnpaidMonths


def charges(
    wage: Halalas, *, rates: Sequence[int], service_days: int, month_days: int
) -> tuple[Halalas, ...]:
    """The charge at each rate for the days served: multiplied out, then rounded once, half up (CON-02)."""
    parts = WHOLE * month_days
    doubled, halves = 2 * wage * service_days, 2 * parts
    # one cast: calling the NewType for each amount is half the time of the whole
    return cast("tuple[Halalas, ...]", tuple([(doubled * rate + parts) // halves for rate in rates]))


def due_on(month: Month, *, tables: Tables) -> date:
    """The last day on which the month's contribution is paid without a fine (CON-04)."""
    return month.next().day(tables.due_day.at(month.first_day).value)


def months_late(due: date, *, paid_on: date, counted: DelayMonths) -> int:
    """How many months of delay have begun; none on the due day itself."""
    if paid_on <= due:
        return 0
    months = Month.of(paid_on).since(Month.of(due))
    begun = counted is DelayMonths.CALENDAR or paid_on.day > due.day
    return months + 1 if begun else months


def fine(contribution: Halalas, *, late_months: int, terms: FineTerms) -> Halalas:
    """The simple late fine on what is due (FIN-01)."""
    return share(contribution, numerator=terms.per_month * late_months, denominator=WHOLE)


def fine_by_days(contribution: Halalas, *, delays: Iterable[tuple[int, int]], terms: FineTerms) -> Halalas:
    """The fine on a contribution whose days are late by different times: pairs of days and months of delay.

    Each part of the contribution is taken by its days, and the sum rounded once.
    """
    parts = tuple(delays)
    weighted = sum(days * months for days, months in parts)
    return share(
        contribution,
        numerator=terms.per_month * weighted,
        denominator=WHOLE * sum(days for days, _ in parts),
    )


def fine_terms(month: Month, *, system: System, tables: Tables) -> Entry[FineTerms]:
    """The terms for the contribution month."""
    return tables.late_fines.at(month.first_day, system=system)


def delay(
    month: Month, *, route: Route, requested_on: date, as_of: date, system: System, tables: Tables
) -> int:
    """The months of delay of one contribution month as of a day (FIN-02)."""
    terms = fine_terms(month, system=system, tables=tables).value
    if route is not Route.RETROACTIVE or terms.retroactive_starts is FinesStart.DUE_DATE:
        starts = due_on(month, tables=tables)
    elif terms.retroactive_starts is FinesStart.REQUEST:
        starts = due_on(Month.of(requested_on), tables=tables)
    else:
        return 0
    return months_late(starts, paid_on=as_of, counted=terms.delay_months)


def unpaid_months(first_unpaid: Month, *, tables: Tables) -> Entry[UnpaidMonths]:
    """How long months count while nothing is paid from `first_unpaid` on (FIN-04)."""
    return tables.unpaid_months.at(first_unpaid.first_day)
