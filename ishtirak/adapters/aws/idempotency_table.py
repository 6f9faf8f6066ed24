"""What is kept of requests with an `Idempotency-Key`, beside the effect each answers for."""

from datetime import datetime, timedelta

from ishtirak.adapters import dynamo
from ishtirak.kernel.idempotency import IdempotencyKeyTaken, IdempotencyRecord
from ishtirak.kernel.transaction import Items

KEPT_FOR = timedelta(days=2)
"""At least a day, as clients may retry that long; never trusted to the table's own expiry."""


class IdempotencyTable:
    """The `IdempotencyRecords` port on the table its function's effects are written to."""

    def __init__(self, table: str) -> None:
        self._table = table

    def find(self, scope: str, key: str, *, now: datetime) -> IdempotencyRecord | None:
        """The record of the request that finished under this key, if one did lately."""
        item = dynamo.get(self._table, _partition(scope), key)
        if item is None or item["expires_at"] <= int(now.timestamp()):
            return None
        return IdempotencyRecord(scope, key, fingerprint=item["fingerprint"], response=item["response"])

    def save(self, record: IdempotencyRecord, *, now: datetime) -> Items:
        """The write of a record, to be placed first in the effect's transaction; refused by `IdempotencyKeyTaken`."""
        item: dynamo.Item = {
            "pk": _partition(record.scope),
            "sk": record.key,
            "fingerprint": record.fingerprint,
            "response": record.response,
            "expires_at": int((now + KEPT_FOR).timestamp()),
        }
        return (
            dynamo.put(
                self._table,
                item,
                condition=f"{dynamo.NEW} OR expires_at <= :now",
                values={":now": int(now.timestamp())},
                refusal=IdempotencyKeyTaken,
            ),
        )


def _partition(scope: str) -> str:
    return f"IDEMPOTENCY#{scope}"
