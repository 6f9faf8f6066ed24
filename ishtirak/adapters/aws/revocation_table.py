"""Since when a person's tokens and sessions are good no longer, kept in the Access table."""

from datetime import datetime, timedelta

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.instants import delete_after, milliseconds, moment

PARTITION = "REVOKED#"
"""Before the person's id: the only items of the Access table that most functions may read."""
_LONGEST_SESSION = timedelta(days=1)


class RevocationTable:
    """The `Revocations` port on the Access table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def latest(self, person_id: str) -> datetime | None:
        item = dynamo.get(self._table, **_key(person_id))
        return moment(item["revoked_at"]) if item else None

    def revoke(self, person_id: str, *, at: datetime) -> None:
        dynamo.update_if(
            self._table,
            _key(person_id),
            change="SET revoked_at = :at, expires_at = :delete_after",
            condition="attribute_not_exists(pk) OR revoked_at < :at",
            values={":at": milliseconds(at), ":delete_after": delete_after(at + _LONGEST_SESSION)},
        )


def _key(person_id: str) -> dict[str, str]:
    return {"pk": f"{PARTITION}{person_id}", "sk": "REVOKED"}
