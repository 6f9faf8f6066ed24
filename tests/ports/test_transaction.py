"""One effect, one transaction: in memory and on DynamoDB, and what DynamoDB's ways of failing mean to a caller."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol
from unittest.mock import patch

import botocore.endpoint
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.clients import client
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.transaction import READ_AT_ONCE, Busy, DynamoTransaction, read_together
from ishtirak.kernel.errors import ChangedMeanwhile, Refused, Unavailable
from ishtirak.kernel.transaction import Items, Transaction
from ishtirak.otp.model import Purpose
from tests.fakes.clients import discard_clients
from tests.fakes.register import register_table
from tests.fakes.transaction import InMemoryTransaction, Write

TRIES = 5


class AlreadyThere(Refused):
    code = "already_there"


class Store(Protocol):
    """A store of names, none of them twice."""

    transaction: Transaction

    def item(self, name: str, *, refusal: Callable[[], Exception] = ChangedMeanwhile) -> Items: ...

    def names(self) -> set[str]: ...


@dataclass
class InMemoryStore:
    transaction: Transaction = field(default_factory=InMemoryTransaction)
    kept: set[str] = field(default_factory=set)

    def item(self, name: str, *, refusal: Callable[[], Exception] = ChangedMeanwhile) -> Items:
        def check() -> None:
            if name in self.kept:
                raise refusal()

        return (Write(check, lambda: self.kept.add(name)),)

    def names(self) -> set[str]:
        return self.kept


@dataclass
class DynamoStore:
    table: str
    transaction: Transaction = field(default_factory=DynamoTransaction)

    def item(self, name: str, *, refusal: Callable[[], Exception] = ChangedMeanwhile) -> Items:
        item = {"pk": name, "sk": "NAME", "times": 0}
        return (dynamo.put(self.table, item, condition=dynamo.NEW, refusal=refusal),)

    def counted(self, name: str) -> Items:
        """One more time, of a name that is there."""
        key, values = {"pk": name, "sk": "NAME"}, {":one": 1}
        exists = "attribute_exists(pk)"
        return (dynamo.update(self.table, key, change="ADD times :one", condition=exists, values=values),)

    def names(self) -> set[str]:
        return {item["pk"]["S"] for item in client("dynamodb").scan(TableName=self.table)["Items"]}

    def times(self, name: str) -> int:
        item = dynamo.get(self.table, name, "NAME")
        assert item is not None
        return int(item["times"])


type Answer = Callable[[Any, Callable[[], Any]], Any]
"""How DynamoDB answers one request, given the request and what moto would answer."""


class Wire:
    """Every request to DynamoDB, and answers other than moto's for the first of them.

    Like DynamoDB, and unlike moto, it runs a transaction once for each `ClientRequestToken`.
    """

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[Answer] = []
        self._answered: dict[str, Any] = {}

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.requests]

    @property
    def tokens(self) -> list[str]:
        return [body["ClientRequestToken"] for _, body in self.requests]

    def send(self, request: Any, upstream: Callable[[], Any]) -> Any:
        body = json.loads(request.body)
        self.requests.append((request.headers["X-Amz-Target"].decode().split(".")[1], body))
        token = body.get("ClientRequestToken")

        def done_once() -> Any:
            if token is None:
                return upstream()
            if token not in self._answered:
                self._answered[token] = upstream()
            return self._answered[token]

        return self.answers.pop(0)(request, done_once) if self.answers else done_once()


def lost(request: Any, upstream: Callable[[], Any]) -> Any:
    """Done, and the answer does not arrive."""
    upstream()
    raise ReadTimeoutError(endpoint_url=request.url)


def unconnected(request: Any, upstream: Callable[[], Any]) -> Any:
    """Nothing done: no connection was made in time."""
    raise ConnectTimeoutError(endpoint_url=request.url)


def unreachable(request: Any, upstream: Callable[[], Any]) -> Any:
    """Nothing done: there is nobody at the address."""
    raise EndpointConnectionError(endpoint_url=request.url)


def nothing_found(request: Any, upstream: Callable[[], Any]) -> AWSResponse:
    """None of the items asked for is there."""
    responses: list[dict[str, Any]] = [{} for _ in json.loads(request.body)["TransactItems"]]
    return AWSResponse(request.url, 200, {}, MockRawResponse(json.dumps({"Responses": responses})))


def cancelled(*codes: str) -> Answer:
    """Nothing done, for these reasons, one for each item."""
    reasons = [{"Code": code} for code in codes]
    return _refusal("TransactionCanceledException", CancellationReasons=reasons)


def refused(code: str) -> Answer:
    return _refusal(code)


def _refusal(code: str, **facts: Any) -> Answer:
    body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "Message": code} | facts)

    def answer(request: Any, upstream: Callable[[], Any]) -> AWSResponse:
        return AWSResponse(request.url, 400, {"x-amzn-errortype": code}, MockRawResponse(body))

    return answer


@pytest.fixture(params=["memory", "dynamo"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield InMemoryStore()
        return
    with register_table() as table:
        yield DynamoStore(table)


@pytest.fixture
def table() -> Iterator[DynamoStore]:
    with register_table() as name:
        yield DynamoStore(name)


@pytest.fixture
def wire(table: DynamoStore) -> Iterator[Wire]:
    """What goes over the wire, and nobody sleeps between tries."""
    discard_clients()
    moto, made = BotocoreStubber.__call__, Wire()

    def send(stubber: Any, event_name: str, request: Any, **more: Any) -> Any:
        return made.send(request, lambda: moto(stubber, event_name, request, **more))

    with (
        patch.object(BotocoreStubber, "__call__", send),
        patch.object(botocore.endpoint.time, "sleep", lambda _: None),
        patch.object(time, "sleep", lambda _: None),
    ):
        yield made


def test_everything_is_written_or_nothing_is(store: Store) -> None:
    store.transaction.commit(store.item("one"), store.item("two") + store.item("three"))

    with pytest.raises(ChangedMeanwhile):
        store.transaction.commit(store.item("four"), store.item("one"))

    assert store.names() == {"one", "two", "three"}


def test_the_refusal_is_that_of_the_first_item_whose_condition_failed(store: Store) -> None:
    store.transaction.commit(store.item("one"), store.item("two"))

    with pytest.raises(AlreadyThere):
        store.transaction.commit(
            store.item("new"), store.item("one", refusal=AlreadyThere), store.item("two")
        )
    with pytest.raises(ChangedMeanwhile):
        store.transaction.commit(store.item("one"), store.item("two", refusal=AlreadyThere))


def test_the_failed_condition_of_an_item_by_itself_is_its_refusal(store: Store) -> None:
    store.transaction.commit(store.item("one"))

    with pytest.raises(AlreadyThere):
        store.transaction.commit(store.item("one", refusal=AlreadyThere))


def test_no_items_write_nothing(store: Store) -> None:
    store.transaction.commit()
    store.transaction.commit((), ())

    assert store.names() == set()


def test_no_items_ask_dynamodb_nothing(table: DynamoStore, wire: Wire) -> None:
    table.transaction.commit((), ())

    assert wire.requests == []


def test_a_put_by_itself_goes_as_one_and_several_as_a_transaction(table: DynamoStore, wire: Wire) -> None:
    table.transaction.commit(table.item("one"))
    table.transaction.commit(table.item("two"), table.item("three"))
    table.transaction.commit(table.counted("one"))

    assert wire.operations == ["PutItem", "TransactWriteItems", "TransactWriteItems"]


def test_a_transaction_whose_reply_was_lost_is_repeated_under_its_token_and_written_once(
    table: DynamoStore, wire: Wire
) -> None:
    table.transaction.commit(table.item("one"))
    wire.requests.clear()
    wire.answers = [lost, lost]

    table.transaction.commit(table.counted("one"), table.item("two"))

    assert wire.operations == ["TransactWriteItems"] * 3
    assert len(set(wire.tokens)) == 1
    assert table.times("one") == 1


def test_a_put_whose_reply_was_lost_is_refused_and_found_written(table: DynamoStore, wire: Wire) -> None:
    wire.answers = [lost]

    with pytest.raises(AlreadyThere):
        table.transaction.commit(table.item("one", refusal=AlreadyThere))

    assert wire.operations == ["PutItem"] * 2
    assert table.names() == {"one"}


def test_a_conflict_is_tried_again_under_another_token(table: DynamoStore, wire: Wire) -> None:
    wire.answers = [cancelled("None", "TransactionConflict"), cancelled("TransactionConflict", "None")]

    table.transaction.commit(table.item("one"), table.item("two"))

    assert len(set(wire.tokens)) == 3
    assert table.names() == {"one", "two"}


def test_a_conflict_that_does_not_end_is_busy_and_writes_nothing(table: DynamoStore, wire: Wire) -> None:
    wire.answers = [cancelled("TransactionConflict", "None")] * TRIES

    with pytest.raises(Busy) as busy:
        table.transaction.commit(table.item("one"), table.item("two"))

    assert isinstance(busy.value, Unavailable)
    assert busy.value.facts == {"retry_after": 1}
    assert len(wire.requests) == TRIES
    assert table.names() == set()


def test_a_failed_condition_counts_before_a_conflict(table: DynamoStore, wire: Wire) -> None:
    wire.answers = [cancelled("TransactionConflict", "ConditionalCheckFailed")]

    with pytest.raises(AlreadyThere):
        table.transaction.commit(table.item("one"), table.item("two", refusal=AlreadyThere))

    assert len(wire.requests) == 1


def test_a_cancellation_for_any_other_reason_is_a_defect(table: DynamoStore, wire: Wire) -> None:
    wire.answers = [cancelled("ValidationError", "None")]

    with pytest.raises(RuntimeError, match="ValidationError"):
        table.transaction.commit(table.item("one"), table.item("two"))


@pytest.mark.parametrize("names", [("one",), ("one", "two")])
def test_what_is_never_answered_is_unavailable(
    table: DynamoStore, wire: Wire, names: tuple[str, ...]
) -> None:
    wire.answers = [lost] * 3

    with pytest.raises(Unavailable):
        table.transaction.commit(*(table.item(name) for name in names))


@pytest.mark.parametrize("failure", [lost, unconnected, unreachable])
def test_no_answer_to_any_call_is_unavailable(table: DynamoStore, wire: Wire, failure: Answer) -> None:
    key = {"pk": "one", "sk": "NAME"}
    calls: list[Callable[[], object]] = [
        lambda: table.transaction.commit(table.item("one")),
        lambda: table.transaction.commit(table.item("one"), table.item("two")),
        lambda: read_together(table.table, [("one", "NAME")]),
        lambda: dynamo.get(table.table, "one", "NAME"),
        lambda: list(dynamo.query_prefix(table.table, "one", "NAME")),
        lambda: dynamo.update_if(
            table.table, key, change="ADD times :one", condition="pk = :pk", values={":one": 1, ":pk": "one"}
        ),
        lambda: AccessTable(table.table).spend(
            "one", subject="s", purpose=Purpose.SIGN_IN, digest="d", tries=3, now=SystemClock().now()
        ),
    ]

    for call in calls:
        wire.answers = [failure] * 3
        with pytest.raises(Unavailable):
            call()
        assert wire.answers == []


@pytest.mark.parametrize("names", [("one",), ("one", "two")])
def test_a_table_that_is_throttled_is_unavailable(
    table: DynamoStore, wire: Wire, names: tuple[str, ...]
) -> None:
    wire.answers = [refused("ProvisionedThroughputExceededException")] * 3

    with pytest.raises(Unavailable):
        table.transaction.commit(*(table.item(name) for name in names))

    assert table.names() == set()


def test_of_items_read_together_absent_ones_are_left_out(table: DynamoStore) -> None:
    table.transaction.commit(table.item("one"), table.item("three"))

    found = read_together(table.table, [(name, "NAME") for name in ("one", "two", "three")])

    assert [item["pk"] for item in found] == ["one", "three"]
    assert read_together(table.table, []) == []


def test_items_are_read_a_hundred_at_once(table: DynamoStore, wire: Wire) -> None:
    names = [f"name-{place}" for place in range(READ_AT_ONCE + 1)]
    wire.answers = [nothing_found, nothing_found]  # moto still takes no more than 25

    read_together(table.table, [(name, "NAME") for name in names])

    assert [len(body["TransactItems"]) for _, body in wire.requests] == [READ_AT_ONCE, 1]
    asked = [get["Get"]["Key"]["pk"]["S"] for _, body in wire.requests for get in body["TransactItems"]]
    assert asked == names


def test_a_reading_crossed_by_a_write_is_tried_again(table: DynamoStore, wire: Wire) -> None:
    table.transaction.commit(table.item("one"))
    wire.answers = [cancelled("TransactionConflict")]

    found = read_together(table.table, [("one", "NAME")])

    assert [item["pk"] for item in found] == ["one"]


def test_a_reading_that_is_always_crossed_is_busy(table: DynamoStore, wire: Wire) -> None:
    wire.answers = [cancelled("TransactionConflict")] * TRIES

    with pytest.raises(Busy):
        read_together(table.table, [("one", "NAME")])

    assert wire.operations == ["TransactGetItems"] * TRIES
