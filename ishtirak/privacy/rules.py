"""Until when: pure functions of a moment or a day, which answer with the last one that is in time.

Moments are aware and answered in UTC; days are civil days in the kingdom, and end there.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from ishtirak.kernel.clock import RIYADH
from ishtirak.kernel.errors import Refused
from ishtirak.privacy.tables import DocumentEnd, privacy_tables

_LONGEST_YEAR: Final = 366
_LONGEST_MONTH: Final = 31


class NoLifetime(Refused):
    """A document would have to be kept for longer than any lifetime its store knows."""

    code = "no_lifetime"


def notify_authority_by(known_at: datetime) -> datetime:
    """The last moment to notify the authority of a breach, counted from knowing of it. Nights and holidays count."""
    known = _aware(known_at)
    hours = privacy_tables().breach_notice_hours.at(_day(known)).value
    return (known + timedelta(hours=hours)).astimezone(UTC)


def answer_by(received_at: datetime, *, extended: bool = False) -> datetime:
    """The last moment to answer a person who uses a right: the end, in the kingdom, of the last day.

    The day it came is not counted. An extension is notified before the first period has run out.
    """
    received = _day(_aware(received_at))
    period = privacy_tables().rights_answer.at(received).value
    last = received + timedelta(days=period.days + (period.extension_days if extended else 0))
    return datetime.combine(last, time(23, 59, 59), tzinfo=RIYADH).astimezone(UTC)


def processing_record_kept_until(ended_on: date) -> date:
    """The last day a record of processing is kept, once the processing has ended; until then it is kept anyway."""
    years = privacy_tables().processing_record_years.at(ended_on).value
    return _same_day(ended_on, years=years)


def access_log_days(on: date) -> int:
    """How many days a log of access is kept at least: the longest the months can be."""
    years, months = divmod(privacy_tables().access_log_months.at(on).value, 12)
    return years * _LONGEST_YEAR + months * _LONGEST_MONTH


def document_kept_until(end: DocumentEnd, *, kind: str, on: date) -> date:
    """The last day a document is kept whose purpose ended so, on that day (of one not submitted: its acceptance)."""
    period = privacy_tables().document_days.at(on, end=end).value
    return on + timedelta(days=period.by_kind.get(kind, period.days))


def document_lifetime(kept_on: date, *, until: date) -> int:
    """The lifetime, in days from `kept_on`, that a store which knows a few is told: never shorter than asked for."""
    needed = (until - kept_on).days + 1
    lifetimes = privacy_tables().document_lifetimes.at(kept_on).value
    found = next((days for days in sorted(lifetimes) if days >= needed), None)
    if found is None:
        raise NoLifetime(days=needed)
    return found


def document_lifetimes() -> tuple[int, ...]:
    """Every lifetime a stored document can have been given, now or before."""
    known = {days for entry in privacy_tables().document_lifetimes.entries for days in entry.value}
    return tuple(sorted(known))


def shortest_document_days() -> int:
    """The shortest any document is kept: nobody has to be able to delete one sooner."""
    periods = [entry.value for entry in privacy_tables().document_days.entries]
    return min(days for period in periods for days in (period.days, *period.by_kind.values()))


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without its time zone could be another day")
    return moment


def _day(moment: datetime) -> date:
    return moment.astimezone(RIYADH).date()


def _same_day(day: date, *, years: int) -> date:
    """The same day so many years on; 29 February becomes 1 March, so that nothing is destroyed a day early."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
