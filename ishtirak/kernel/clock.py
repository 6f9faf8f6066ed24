"""Time is an argument: rules take a moment, use cases take a clock."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

RIYADH = timezone(timedelta(hours=3), "Asia/Riyadh")
"""The kingdom keeps UTC+3 all year; statutory days begin and end there."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, in UTC."""


def today(clock: Clock) -> date:
    """The civil date in the kingdom, which deadlines and windows are counted from."""
    return clock.now().astimezone(RIYADH).date()


def to_rfc3339(moment: datetime) -> str:
    """RFC 3339 in UTC to the millisecond: sorts as text."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
