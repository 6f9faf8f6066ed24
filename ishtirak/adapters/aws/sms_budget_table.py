"""The texts of each hour, counted in the Access table."""

from datetime import datetime, timedelta

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.instants import delete_after
from ishtirak.kernel.clock import to_rfc3339
from ishtirak.kernel.transaction import Items
from ishtirak.messages.budget import SHARDS, Charge, HourUse, ShardUse, TextKind

_REMEMBERED = timedelta(days=14)
"""A message in a dead-letter queue may come back for fourteen days; the table keeps a day more."""


class SmsBudgetTable:
    """The `SmsBudgets` port: `SMS#<hour>` holds a counter for each shard, `TEXT#<reference>` what was counted."""

    def __init__(self, table: str) -> None:
        self._table = table

    def use(self, hour: datetime) -> HourUse:
        found = {
            item["sk"]: ShardUse(item["texts"], item["notices"])
            for item in dynamo.query_prefix(self._table, _hour_key(hour), "SHARD#")
        }
        return HourUse(hour, tuple(found.get(_shard_key(number), ShardUse()) for number in range(SHARDS)))

    def charge(self, charge: Charge) -> Items:
        notice = charge.kind is TextKind.NOTICE
        room = "texts < :most_texts AND notices < :most_notices" if notice else "texts < :most_texts"
        return (
            dynamo.update(
                self._table,
                {"pk": _hour_key(charge.hour), "sk": _shard_key(charge.shard)},
                change="ADD texts :one, notices :notices SET expires_at = :expires_at",
                condition=f"attribute_not_exists(pk) OR ({room})",
                values={
                    ":one": 1,
                    ":notices": int(notice),
                    ":most_texts": charge.most_texts,
                    ":expires_at": delete_after(charge.hour),
                    **({":most_notices": charge.most_notices} if notice else {}),
                },
            ),
        )

    def charged(self, reference: str) -> bool:
        return dynamo.get(self._table, f"TEXT#{reference}", "TEXT") is not None

    def remember(self, reference: str, *, at: datetime) -> Items:
        item: dynamo.Item = {
            "pk": f"TEXT#{reference}",
            "sk": "TEXT",
            "expires_at": delete_after(at + _REMEMBERED),
        }
        return (dynamo.put(self._table, item, condition=dynamo.NEW),)


def _hour_key(hour: datetime) -> str:
    return f"SMS#{to_rfc3339(hour)[:13]}"


def _shard_key(number: int) -> str:
    return f"SHARD#{number:02}"
