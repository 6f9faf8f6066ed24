"""Since when a person's tokens and sessions are good no longer, kept in the Access table."""

from datetime import datetime, timedelta

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.instants import delete_after, milliseconds, moment
from ishtirak.kernel.transaction import Items
from ishtirak.sessions.revocation import NOTHING_REVOKED, Revocation

PARTITION = "REVOKED#"
"""Before the person's id: the only items of the Access table that most functions may read."""
_LONGEST_SESSION = timedelta(days=1)
_NOT_LATER = "attribute_not_exists(revoked_at) OR revoked_at <= :at"


class RevocationTable:
    """The `Revocations` port on the Access table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def latest(self, person_id: str) -> Revocation:
        item = dynamo.get(self._table, **_key(person_id))
        if item is None:
            return NOTHING_REVOKED
        return Revocation(
            at=moment(item["revoked_at"]) if "revoked_at" in item else None,
            spared=item.get("spared"),
            ended=frozenset(item.get("ended", ())),
        )

    def revoke(self, person_id: str, *, at: datetime) -> None:
        dynamo.update_if(
            self._table,
            _key(person_id),
            change="SET revoked_at = :at, expires_at = :delete_after REMOVE spared, ended",
            condition=_NOT_LATER,
            values=_values(at),
        )

    def revoking(self, person_id: str, *, at: datetime, spare: str | None) -> Items:
        return (
            dynamo.update(
                self._table,
                _key(person_id),
                change="SET revoked_at = :at, expires_at = :delete_after, spared = :spared REMOVE ended",
                condition=_NOT_LATER,
                values={**_values(at), ":spared": spare},
            ),
        )

    def ending(self, person_id: str, *, sign_in_id: str, at: datetime) -> Items:
        return (
            dynamo.update(
                self._table,
                _key(person_id),
                change="SET expires_at = :delete_after ADD ended :ended",
                condition="attribute_exists(pk) OR attribute_not_exists(pk)",
                values={":delete_after": _values(at)[":delete_after"], ":ended": {sign_in_id}},
            ),
        )


def _values(at: datetime) -> dynamo.Item:
    return {":at": milliseconds(at), ":delete_after": delete_after(at + _LONGEST_SESSION)}


def _key(person_id: str) -> dict[str, str]:
    return {"pk": f"{PARTITION}{person_id}", "sk": "REVOKED"}
