"""Answers kept under their `Idempotency-Key`, beside the effect they answer for."""

from datetime import datetime, timedelta

from pydantic import BaseModel

from ishtirak.adapters import dynamo
from ishtirak.kernel.errors import OnceTaken
from ishtirak.kernel.once import KeptAnswer, Once, Reply

KEPT_FOR = timedelta(days=2)
"""At least a day, as clients may retry that long; never trusted to the table's own expiry."""


class OnceTable:
    """Finds the answer a finished request got.

    Writing one is part of the effect's own transaction: see `once_write`.
    """

    def __init__(self, table: str) -> None:
        self._table = table

    def find(self, scope: str, key: str, *, now: datetime) -> KeptAnswer | None:
        item = dynamo.get(self._table, f"ONCE#{scope}", key)
        if item is None or item["expires_at"] <= int(now.timestamp()):
            return None
        return KeptAnswer(
            fingerprint=item["fingerprint"],
            status=item["status"],
            body=item["body"],
            etag=item.get("etag"),
            location=item.get("location"),
            language=item.get("language"),
        )


def once_write[Body: BaseModel](
    table: str, once: Once | None, reply: Reply[Body], *, now: datetime
) -> list[dynamo.Write]:
    """The write that keeps the answer, to be placed first in the effect's transaction; nothing when there is no key."""
    if once is None:
        return []
    kept = once.keep(reply)
    item = {
        "pk": f"ONCE#{once.scope}",
        "sk": once.key,
        "fingerprint": kept.fingerprint,
        "status": kept.status,
        "body": kept.body,
        "etag": kept.etag,
        "location": kept.location,
        "language": kept.language,
        "expires_at": int((now + KEPT_FOR).timestamp()),
    }
    return [
        dynamo.put(
            table,
            item,
            condition="attribute_not_exists(pk) OR expires_at <= :now",
            values={":now": int(now.timestamp())},
            refusal=OnceTaken,
        )
    ]
