"""Instants as the Access table keeps them: milliseconds that are compared, seconds the table may delete after."""

from datetime import UTC, datetime, timedelta

KEPT_AFTER_ITS_END = timedelta(days=1)
_EPOCH = datetime.fromtimestamp(0, UTC)
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(instant: datetime) -> int:
    """The instant as the table stores it."""
    return (instant - _EPOCH) // _MILLISECOND


def moment(stored: int) -> datetime:
    """The instant `milliseconds` stored."""
    return _EPOCH + stored * _MILLISECOND


def delete_after(instant: datetime) -> int:
    """The table's own expiry, in seconds: late enough that nothing ever depends on it."""
    return int((instant + KEPT_AFTER_ITS_END).timestamp())
