"""A transaction touches its own items, a hundred at most, and runs once per client token.

Upstream: moto 5.2.5 copies every table before a TransactWriteItems (3 a second at 4,000 rows) and ignores
`ClientRequestToken`, so the SDK's own retry after a lost answer applies a transaction twice. No issue
known. Here: only the items named are copied and put back on failure; a token seen in the last ten minutes
is answered without effect, and refused when it comes with other parameters. Upstream also stops at 25 items, as
DynamoDB did until 2022; here it is 100, for reads as for writes.
"""

import copy
import json
import time
from typing import Any

from moto.dynamodb import responses
from moto.dynamodb.exceptions import DynamodbException
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from localcloud.patches import Patches
from localcloud.shims.dynamodb_lock import LOCK

_TOKEN_SECONDS = 600
_TOKENS_KEPT = 5_000
_MAX_ITEMS = 100


class IdempotentParameterMismatch(DynamodbException):
    def __init__(self) -> None:
        super().__init__(
            "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException",
            message="The client token was used with other parameters",
        )


class _Snapshot:
    """The items a transaction names, as they were, and how long each stream was."""

    def __init__(self, backend: Any, transact_items: list[dict[str, Any]]) -> None:
        self._items: list[tuple[Any, dict[str, Any], Any]] = []
        self._streams: list[tuple[Any, int]] = []
        for item in transact_items:
            operation = next(iter(item.values()))
            table = backend.tables.get(operation.get("TableName"))
            if table is None:
                continue
            source = operation.get("Item") or operation.get("Key") or {}
            key = {name: source[name] for name in _key_names(table) if name in source}
            self._items.append((table, key, copy.deepcopy(backend.get_item(table.name, key))))
            if table.stream_shard:
                self._streams.append((table.stream_shard, len(table.stream_shard.items)))

    def restore(self) -> None:
        for table, key, before in self._items:
            if before is not None:
                self._put_back(table, before)
            elif len(key) == len(_key_names(table)):
                table.delete_item(*(DynamoType(key[name]) for name in _key_names(table)))
        for stream, length in self._streams:
            del stream.items[length:]

    @staticmethod
    def _put_back(table: Any, item: Any) -> None:
        if table.range_key_attr:
            table.items[item.hash_key][item.range_key] = item
        else:
            table.items[item.hash_key] = item


def _itself(table: Any, _: Any) -> Any:
    return table


def _key_names(table: Any) -> list[str]:
    return [name for name in (table.hash_key_attr, table.range_key_attr) if name]


def install(patches: Patches) -> None:
    tokens: dict[str, tuple[float, str, Any]] = {}

    def transact_write_items(backend: Any, transact_items: list[dict[str, Any]]) -> None:
        with LOCK:
            snapshot = _Snapshot(backend, transact_items)
            setattr(Table, "__deepcopy__", _itself)  # noqa: B010  (the checker knows no such method)
            try:
                upstream_transaction(backend, transact_items)
            except Exception:
                snapshot.restore()
                raise
            finally:
                delattr(Table, "__deepcopy__")

    def answer(handler: Any) -> Any:
        token = handler.body.get("ClientRequestToken")
        asked = json.dumps(handler.body["TransactItems"], sort_keys=True, default=str)
        at, seen, answered = tokens.get(token, (0.0, "", None)) if token else (0.0, "", None)
        if answered is not None and time.monotonic() - at < _TOKEN_SECONDS:
            if seen != asked:
                raise IdempotentParameterMismatch
            return answered
        answered = upstream_answer(handler)
        if token:
            tokens[token] = (time.monotonic(), asked, answered)
            while len(tokens) > _TOKENS_KEPT:
                del tokens[next(iter(tokens))]
        return answered

    patches.replace(responses, "TRANSACTION_MAX_ITEMS", _MAX_ITEMS)
    upstream_transaction = patches.replace(DynamoDBBackend, "transact_write_items", transact_write_items)
    upstream_answer = patches.replace(DynamoHandler, "transact_write_items", answer)
