"""DynamoDB in the few words this system needs: read one item, read a list, and say what a write is conditional on.

Writes are committed by `ishtirak.adapters.transaction`.

Values are plain Python (str, int, bool, None, list, dict); a float is refused by the serialiser.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

from ishtirak.adapters.clients import client
from ishtirak.kernel.errors import ChangedMeanwhile, Unavailable

Item = dict[str, Any]
NEW = "attribute_not_exists(pk)"
"""The condition of an item that is not there yet."""
Refusal = Callable[[], Exception]

_serialise = TypeSerializer().serialize
_deserialise = TypeDeserializer().deserialize
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


@contextmanager
def unavailable_when_lost() -> Iterator[None]:
    """Whatever the SDK's own tries did not mend is `Unavailable`; what would be refused again is a defect.

    botocore has two families for a call without an answer: no connection was made, or it gave no answer.
    """
    try:
        yield
    except (NotConnected, HTTPClientError) as lost:
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
    if isinstance(value, set):
        return sorted(value)
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


def put(
    table: str,
    item: Item,
    *,
    condition: str,
    values: Item | None = None,
    refusal: Refusal = ChangedMeanwhile,
    names: dict[str, str] | None = None,
) -> Write:
    """Put an item on a condition; an unconditional put does not exist here."""
    body: dict[str, Any] = {
        "TableName": table,
        "Item": to_dynamo({name: value for name, value in item.items() if value is not None}),
        "ConditionExpression": condition,
    }
    return Write({"Put": _with(body, values, names)}, refusal)


def update(
    table: str,
    key: Item,
    *,
    change: str,
    condition: str,
    values: Item,
    refusal: Refusal = ChangedMeanwhile,
    names: dict[str, str] | None = None,
) -> Write:
    body: dict[str, Any] = {
        "TableName": table,
        "Key": to_dynamo(key),
        "UpdateExpression": change,
        "ConditionExpression": condition,
    }
    return Write({"Update": _with(body, values, names)}, refusal)


def delete(
    table: str, key: Item, *, condition: str, values: Item | None = None, refusal: Refusal = ChangedMeanwhile
) -> Write:
    body: dict[str, Any] = {"TableName": table, "Key": to_dynamo(key), "ConditionExpression": condition}
    return Write({"Delete": _with(body, values, None)}, refusal)


def check(
    table: str,
    key: Item,
    *,
    condition: str,
    values: Item | None = None,
    refusal: Refusal = ChangedMeanwhile,
    names: dict[str, str] | None = None,
) -> Write:
    body: dict[str, Any] = {"TableName": table, "Key": to_dynamo(key), "ConditionExpression": condition}
    return Write({"ConditionCheck": _with(body, values, names)}, refusal)


def _with(body: dict[str, Any], values: Item | None, names: dict[str, str] | None) -> dict[str, Any]:
    if values:
        body["ExpressionAttributeValues"] = to_dynamo(values)
    if names:
        body["ExpressionAttributeNames"] = names
    return body


def get(table: str, pk: str, sk: str) -> Item | None:
    """One item as it is now (a consistent read), or None."""
    with unavailable_when_lost():
        found = client("dynamodb").get_item(
            TableName=table, Key=to_dynamo({"pk": pk, "sk": sk}), ConsistentRead=True
        )
    return from_dynamo(found["Item"]) if "Item" in found else None


def query(
    table: str,
    *,
    condition: str,
    values: Item,
    index: str | None = None,
    names: dict[str, str] | None = None,
    limit: int | None = None,
    newest_first: bool = False,
) -> Iterator[Item]:
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
        with unavailable_when_lost():
            page = client("dynamodb").query(**request)
        for item in page["Items"]:
            yield from_dynamo(item)
            yielded += 1
            if limit and yielded >= limit:
                return
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def query_prefix(table: str, pk: str, prefix: str) -> Iterator[Item]:
    """The items of one partition whose sort key begins with a prefix, in order, as of now."""
    return query(
        table, condition="pk = :pk AND begins_with(sk, :prefix)", values={":pk": pk, ":prefix": prefix}
    )


def update_if(table: str, key: Item, *, change: str, condition: str, values: Item) -> Item | None:
    """One conditional update outside a transaction; the item as it is after, or None when the condition failed.

    For counters that must be spent before something is looked at. It is safe only where a lost reply may count twice.
    """
    item, updated = update_or_read(table, key, change=change, condition=condition, values=values)
    return item if updated else None


def update_or_read(
    table: str, key: Item, *, change: str, condition: str, values: Item
) -> tuple[Item | None, bool]:
    """As `update_if`, and whether it was updated; where it was not, the item is what was found instead, if anything."""
    request = _with(
        {
            "TableName": table,
            "Key": to_dynamo(key),
            "UpdateExpression": change,
            "ConditionExpression": condition,
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
        values,
        None,
    )
    try:
        with unavailable_when_lost():
            return from_dynamo(client("dynamodb").update_item(**request)["Attributes"]), True
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        found = error.response.get("Item")
        return from_dynamo(found) if found else None, False


def replace(table: str, item: Item, *, counter: str, before: int) -> Write:
    """Put an item in place of the one whose counter stood at `before`; 0 says there was none."""
    if before == 0:
        return put(table, item, condition=NEW)
    return put(
        table, item, condition="#counter = :before", values={":before": before}, names={"#counter": counter}
    )
