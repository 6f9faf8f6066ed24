"""DynamoDB in the few words this system needs: read one, read a list, and commit all or nothing.

Values are plain Python (str, int, bool, None, list, dict); a float is refused by the serialiser.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError, HTTPClientError

from ishtirak.adapters.aws import client
from ishtirak.kernel.errors import ChangedMeanwhile, Unavailable
from ishtirak.kernel.events import Event

Item = dict[str, Any]
Refusal = Callable[[], Exception]

_serialise = TypeSerializer().serialize
_deserialise = TypeDeserializer().deserialize
_CONFLICT_TRIES = 5
_TEMPORARY = frozenset(
    {
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
_CONFLICTS = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"})


class Busy(Unavailable):
    """Several writers want the same item at this moment; nothing was changed."""

    code = "busy"


@contextmanager
def _answering() -> Iterator[None]:
    """Whatever the SDK's own tries did not mend is `Unavailable`; what would be refused again is a defect."""
    try:
        yield
    except HTTPClientError as lost:
        raise Unavailable() from lost
    except ClientError as error:
        if error.response["Error"]["Code"] in _TEMPORARY:
            raise Unavailable() from error
        raise


def to_dynamo(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _serialise(value) for name, value in item.items()}


def from_dynamo(item: Mapping[str, Any]) -> Item:
    return {name: _plain(_deserialise(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, list):
        return [_plain(element) for element in value]
    if isinstance(value, dict):
        return {name: _plain(element) for name, element in value.items()}
    return value


@dataclass(frozen=True)
class Write:
    """One item of a transaction, and what its failed condition means to the caller."""

    operation: dict[str, Any]
    refusal: Refusal = ChangedMeanwhile


def put(table: str, item: Item, *, condition: str, values: Item | None = None, refusal: Refusal = ChangedMeanwhile,
        names: dict[str, str] | None = None) -> Write:  # fmt: skip
    """Put an item on a condition; an unconditional put does not exist here."""
    body: dict[str, Any] = {
        "TableName": table,
        "Item": to_dynamo({name: value for name, value in item.items() if value is not None}),
        "ConditionExpression": condition,
    }
    return Write({"Put": _with(body, values, names)}, refusal)


def update(table: str, key: Item, *, change: str, condition: str, values: Item, refusal: Refusal = ChangedMeanwhile,
           names: dict[str, str] | None = None) -> Write:  # fmt: skip
    body: dict[str, Any] = {
        "TableName": table,
        "Key": to_dynamo(key),
        "UpdateExpression": change,
        "ConditionExpression": condition,
    }
    return Write({"Update": _with(body, values, names)}, refusal)


def delete(table: str, key: Item, *, condition: str, values: Item | None = None,
           refusal: Refusal = ChangedMeanwhile) -> Write:  # fmt: skip
    body: dict[str, Any] = {"TableName": table, "Key": to_dynamo(key), "ConditionExpression": condition}
    return Write({"Delete": _with(body, values, None)}, refusal)


def check(table: str, key: Item, *, condition: str, values: Item | None = None, refusal: Refusal = ChangedMeanwhile,
          names: dict[str, str] | None = None) -> Write:  # fmt: skip
    body: dict[str, Any] = {"TableName": table, "Key": to_dynamo(key), "ConditionExpression": condition}
    return Write({"ConditionCheck": _with(body, values, names)}, refusal)


def append(table: str, pk: str, event: Event) -> Write:
    """Append an event item to its aggregate; an event is never overwritten."""
    item: Item = {
        "pk": pk,
        "sk": f"EVENT#{event.seq:08d}",
        "kind": "event",
        "id": event.id,
        "type": event.type,
        "source": event.source,
        "subject": event.subject,
        "seq": event.seq,
        "at": event.at,
        "actor": event.actor,
        "data": event.data,
        "prev": event.prev,
        "hash": event.hash,
    }
    return put(table, item, condition="attribute_not_exists(pk)")


def event_of(item: Item) -> Event:
    """The event an event item holds."""
    return Event(**{name: item[name] for name in Event.__dataclass_fields__})


def _with(body: dict[str, Any], values: Item | None, names: dict[str, str] | None) -> dict[str, Any]:
    if values:
        body["ExpressionAttributeValues"] = to_dynamo(values)
    if names:
        body["ExpressionAttributeNames"] = names
    return body


def get(table: str, pk: str, sk: str) -> Item | None:
    """One item as it is now (a consistent read), or None."""
    with _answering():
        found = client("dynamodb").get_item(
            TableName=table, Key=to_dynamo({"pk": pk, "sk": sk}), ConsistentRead=True
        )
    return from_dynamo(found["Item"]) if "Item" in found else None


def query(table: str, *, condition: str, values: Item, index: str | None = None, names: dict[str, str] | None = None,
          limit: int | None = None, newest_first: bool = False) -> Iterator[Item]:  # fmt: skip
    """Items in key order, page after page, at most `limit`.

    Index reads are eventually consistent, table reads are not.
    """
    request: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": condition,
        "ScanIndexForward": not newest_first,
    }
    if index:
        request["IndexName"] = index
    else:
        request["ConsistentRead"] = True
    if limit:
        request["Limit"] = limit
    _with(request, values, names)
    yielded = 0
    while True:
        with _answering():
            page = client("dynamodb").query(**request)
        for item in page["Items"]:
            yield from_dynamo(item)
            yielded += 1
            if limit and yielded >= limit:
                return
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def spend(table: str, key: Item, *, change: str, condition: str, values: Item) -> Item | None:
    """One conditional update outside a transaction; the item as it is after, or None when the condition failed.

    For counters that must be spent before something is looked at. It is safe only where a lost reply may count twice.
    """
    request = _with(
        {
            "TableName": table,
            "Key": to_dynamo(key),
            "UpdateExpression": change,
            "ConditionExpression": condition,
            "ReturnValues": "ALL_NEW",
        },
        values,
        None,
    )
    try:
        with _answering():
            return from_dynamo(client("dynamodb").update_item(**request)["Attributes"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return None
        raise


def commit(*writes: Write) -> None:
    """All of it or none of it. Raises the refusal of the first write, in the order given, whose condition failed.

    A conflict with another transaction is tried again a few times, then `Busy`: nothing was changed.
    """
    for attempt in range(_CONFLICT_TRIES):
        try:
            with _answering():
                client("dynamodb").transact_write_items(TransactItems=[write.operation for write in writes])
            return
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            codes = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
        for code, write in zip(codes, writes, strict=False):
            if code == "ConditionalCheckFailed":
                raise write.refusal()
        if not _CONFLICTS.intersection(codes):
            raise RuntimeError(f"transaction cancelled: {codes}")  # a defect of ours, not of the caller
        time.sleep(random.uniform(0.01, 0.05) * 2**attempt)  # noqa: S311 - jitter, not a secret
    raise Busy(retry_after=1)
