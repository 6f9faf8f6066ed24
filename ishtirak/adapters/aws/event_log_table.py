"""The event log of a whole table, for audits: no function that answers a request needs it."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.event_log import EVENT, STATE, chain_of, event_of
from ishtirak.adapters.clients import client
from ishtirak.eventlog.event import Chain, Event


class EventLogTable:
    """The `EventLog` port on one table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def chains(self) -> Iterator[tuple[str, list[Event], Chain | None]]:
        """Every subject with its events, in order, and where its state says the chain stands.

        Reads the whole table: for audits, not for requests.
        """
        items = sorted(_scan(self._table), key=lambda item: (item["pk"], item["sk"]))
        for subject, group in groupby(items, key=lambda item: str(item["pk"])):
            found = list(group)
            events = [event_of(item) for item in found if item["sk"].startswith(EVENT)]
            state = next((item for item in found if item["sk"] == STATE), None)
            if events or state:
                yield subject, events, chain_of(state) if state else None


def _scan(table: str) -> Iterator[dynamo.Item]:
    """Every item of the table, page after page, in no order. For audits and exports only."""
    request: dict[str, Any] = {"TableName": table, "ConsistentRead": True}
    while True:
        with dynamo.unavailable_when_lost():
            page = client("dynamodb").scan(**request)
        yield from (dynamo.from_dynamo(item) for item in page["Items"])
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
