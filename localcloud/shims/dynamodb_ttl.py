"""Items past their time-to-live go when asked.

Upstream: moto 5.2.5 stores the setting and never deletes anything. AWS deletes within days, at no promised
time; here `sweep` deletes now, as the service (its stream records say so), so that a test may choose the
moment.
"""

from typing import Any

from moto.dynamodb.models import dynamodb_backends

from localcloud.shims.dynamodb_lock import LOCK

_BY_SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def sweep(account: str, region: str, *, now: float) -> int:
    """Delete every item whose time-to-live lies before `now`; how many went."""
    with LOCK:
        tables = list(dynamodb_backends[account][region].tables.values())
        return sum(_sweep_table(table, now) for table in tables)


def _sweep_table(table: Any, now: float) -> int:
    if table.ttl.get("TimeToLiveStatus") != "ENABLED":
        return 0
    name = table.ttl["AttributeName"]
    expired = [item for item in list(table.all_items()) if _is_before(item.attrs.get(name), now)]
    for item in expired:
        table.delete_item(item.hash_key, item.range_key)
        if table.stream_shard:
            table.stream_shard.items[-1].record["userIdentity"] = _BY_SERVICE
    return len(expired)


def _is_before(value: Any, now: float) -> bool:
    return value is not None and value.type == "N" and float(value.value) < now
