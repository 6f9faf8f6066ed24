"""For which days a bill is calculated: today, or a day to come that is not too far off."""

from datetime import date, timedelta

from ishtirak.billing.refusals import DayOutOfReach
from ishtirak.billing.terms import CollectionTerms, in_force


def estimate_day(asked: date | None, *, today: date, terms: CollectionTerms) -> date:
    """The day asked for, today where none is; `DayOutOfReach` for a past one or one too far ahead."""
    last = today + timedelta(days=in_force(terms.estimate_days, today))
    day = today if asked is None else asked
    if not today <= day <= last:
        raise DayOutOfReach("/as_of", first=today.isoformat(), last=last.isoformat())
    return day
