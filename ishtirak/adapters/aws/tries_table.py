"""How often somebody tried to verify a person, and how often a number was tried, kept in the Access table."""

from datetime import datetime, timedelta

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.instants import delete_after


class TriesTable:
    """The `VerificationTries` port on the Access table: one counter for each subject and span of time."""

    def __init__(self, table: str) -> None:
        self._table = table

    def spend(self, subject: str, *, limit: int, span: timedelta, now: datetime) -> bool:
        begun = int(now.timestamp() // span.total_seconds())
        spent = dynamo.update_if(
            self._table,
            {"pk": f"TRIES#{subject}", "sk": f"{int(span.total_seconds())}#{begun}"},
            change="SET expires_at = :delete_after ADD tried :one",
            condition="attribute_not_exists(tried) OR tried < :limit",
            values={":one": 1, ":limit": limit, ":delete_after": delete_after(now + span)},
        )
        return spent is not None
