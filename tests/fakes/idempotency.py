"""In-memory fake of the `IdempotencyRecords` port."""

from dataclasses import dataclass, field
from datetime import datetime

from ishtirak.adapters.aws.idempotency_table import KEPT_FOR
from ishtirak.kernel.idempotency import IdempotencyKeyTaken, IdempotencyRecord
from ishtirak.kernel.transaction import Items
from tests.fakes.transaction import Write


@dataclass
class RecordsInMemory:
    """`IdempotencyRecords` in a dictionary, each with the moment it was saved."""

    records: dict[tuple[str, str], tuple[IdempotencyRecord, datetime]] = field(default_factory=dict)

    def find(self, scope: str, key: str, *, now: datetime) -> IdempotencyRecord | None:
        record, saved_at = self.records.get((scope, key), (None, now))
        return record if now < saved_at + KEPT_FOR else None

    def save(self, record: IdempotencyRecord, *, now: datetime) -> Items:
        def check() -> None:
            _, saved_at = self.records.get((record.scope, record.key), (None, now - KEPT_FOR))
            if now < saved_at + KEPT_FOR:
                raise IdempotencyKeyTaken()

        def apply() -> None:
            self.records[record.scope, record.key] = (record, now)

        return (Write(check, apply),)
