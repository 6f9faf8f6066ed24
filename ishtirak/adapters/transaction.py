"""One effect in DynamoDB: what a retry, a lost reply and a cancelled transaction mean is decided here, once.

- A lost reply: the SDK repeats the call under the same `ClientRequestToken`, and DynamoDB answers for the transaction
  that was written. A single put has no such token: its repetition fails its own condition, and the caller, reading
  again, finds what it wrote.
- A cancelled transaction: the refusal of the first item, in the order given, whose condition failed.
- A conflict with another transaction: tried again a few times, then `Busy`. Nothing was changed.
- Anything else that was not answered in time: `Unavailable`. It may have been written; asking again is safe, because
  every item is conditional.
"""

import random
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from botocore.exceptions import ClientError

from ishtirak.adapters import dynamo
from ishtirak.adapters.clients import client
from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.transaction import Items

READ_AT_ONCE: Final = 100
"""Items in one `TransactGetItems`, as many as DynamoDB takes."""
_TRIES: Final = 5
_CONFLICTS: Final = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"})


class Busy(Unavailable):
    """Several writers want the same item at this moment; nothing was changed."""

    code = "busy"


class DynamoTransaction:
    """The `Transaction` port on DynamoDB."""

    def commit(self, *items: Items, result: object = None) -> None:
        """All of it or none of it; one put by itself is a plain conditional put, at half the price."""
        writes: list[dynamo.Write] = [write for part in items for write in part]
        if len(writes) == 1 and "Put" in writes[0].operation:
            _put(writes[0])
        elif writes:
            _transact(writes)


def read_together(table: str, keys: Sequence[tuple[str, str]]) -> list[dynamo.Item]:
    """The items there are under these keys (`pk`, `sk`), each hundred of them as of one moment.

    A write that crosses the read cancels it; it is tried again a few times, then `Busy`.
    """
    found: list[dynamo.Item] = []
    for start in range(0, len(keys), READ_AT_ONCE):
        wanted = [
            {"Get": {"TableName": table, "Key": dynamo.to_dynamo({"pk": pk, "sk": sk})}}
            for pk, sk in keys[start : start + READ_AT_ONCE]
        ]
        read = partial(client("dynamodb").transact_get_items, TransactItems=wanted)
        answered = _through_conflicts(read, refuse=_no_refusal)
        found += [
            dynamo.from_dynamo(response["Item"]) for response in answered["Responses"] if "Item" in response
        ]
    return found


def _put(write: dynamo.Write) -> None:
    try:
        with dynamo.unavailable_when_lost():
            client("dynamodb").put_item(**write.operation["Put"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            raise write.refusal() from None
        raise


def _transact(writes: Sequence[dynamo.Write]) -> None:
    operations = [write.operation for write in writes]

    def attempt() -> Any:
        # a token of its own for every attempt: the one before was cancelled and will never be written
        return client("dynamodb").transact_write_items(
            TransactItems=operations, ClientRequestToken=str(uuid.uuid4())
        )

    def refuse(codes: Sequence[str]) -> None:
        for code, write in zip(codes, writes, strict=False):
            if code == "ConditionalCheckFailed":
                raise write.refusal()

    _through_conflicts(attempt, refuse=refuse)


def _through_conflicts(attempt: Callable[[], Any], *, refuse: Callable[[Sequence[str]], None]) -> Any:
    """What the attempt answers; `refuse` is asked first what the reasons of a cancellation mean."""
    for tried in range(_TRIES):
        try:
            with dynamo.unavailable_when_lost():
                return attempt()
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            codes = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
        refuse(codes)
        if not _CONFLICTS.intersection(codes):
            raise RuntimeError(f"transaction cancelled: {codes}")  # a defect of ours, not of the caller
        time.sleep(random.uniform(0.01, 0.05) * 2**tried)  # noqa: S311 - jitter, not a secret
    raise Busy(retry_after=1)


def _no_refusal(codes: Sequence[str]) -> None:
    """Reads have no conditions."""
