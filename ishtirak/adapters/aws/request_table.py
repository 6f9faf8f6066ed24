"""Requests, their events and their waits, kept in DynamoDB."""

from collections.abc import Iterator, Sequence
from typing import Any

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import event_log, instants
from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Event
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.transaction import Items
from ishtirak.requests.beginnings import BegunLately
from ishtirak.requests.desks import desk_of
from ishtirak.requests.model import Request, RequestChange, SubmittedRequest, read_request
from ishtirak.requests.ports import desk_position
from ishtirak.requests.runs import IN_PROGRESS, RequestInProgress, in_listing, is_in_progress


class RequestTable:
    """The `Requests` port on the table of the same name."""

    def __init__(self, table: str) -> None:
        self._table = table

    def get(self, request_id: str) -> Request:
        item = event_log.read_state(self._table, _aggregate(request_id))
        if item is None:
            raise NotFound()
        return read_request(item["body"])

    def submitted(self, request_id: str) -> SubmittedRequest:
        request = self.get(request_id)
        if not isinstance(request, SubmittedRequest):
            raise NotFound()
        return request

    def of_owner(self, owner: str) -> Sequence[Request]:
        found = dynamo.query(
            self._table,
            index="by_owner",
            condition="#owner = :owner",
            names={"#owner": "owner"},
            values={":owner": owner},
            newest_first=True,
            limit=100,
        )
        return [read_request(item["body"]) for item in found]

    def begun_lately(self, owner: str) -> BegunLately:
        item = dynamo.get(self._table, f"OWNER#{owner}", "BEGUN")
        if item is None:
            return BegunLately(owner=owner)
        begun = {one: instants.moment(began) for one, began in item["begun"].items()}
        return BegunLately(owner=owner, version=item["version"], begun=begun)

    def on_desk(self, desk: str, *, limit: int, after: str | None = None) -> Sequence[SubmittedRequest]:
        found = dynamo.query(
            self._table,
            index="by_desk",
            condition="desk = :desk AND due_at > :after" if after else "desk = :desk",
            values={":desk": desk} | ({":after": after} if after else {}),
            limit=limit,
        )
        return [SubmittedRequest.model_validate_json(item["body"]) for item in found]

    def timeline(self, request_id: str) -> Sequence[Event]:
        return event_log.read_events(self._table, _aggregate(request_id))

    def in_progress(self, *, before: str) -> Iterator[RequestInProgress]:
        found = dynamo.query(
            self._table,
            index="in_progress",
            condition="progress = :progress AND updated_at < :before",
            values={":progress": IN_PROGRESS, ":before": before},
        )
        for item in found:
            yield RequestInProgress(run=item["run"], updated_at=item["updated_at"], until=item.get("until"))

    def save(self, change: RequestChange) -> Items:
        after = change.after
        desk, listed = desk_of(after), in_listing(after) if is_in_progress(after) else None
        item = event_log.state_item(
            after.aggregate,
            chain=after.chain,
            owner=after.owner,
            updated_at=after.updated_at,
            version=after.version,
            state=after.state.value,
            body=after.model_dump_json(),
            days=_days(after),
            desk=desk,
            due_at=desk_position(after) if desk else None,
            progress=IN_PROGRESS if listed else None,
            run=listed.run if listed else None,
            until=listed.until if listed else None,
        )
        before = change.before.version if change.before else 0
        writes = [
            dynamo.replace(self._table, item, counter="version", before=before),
            *event_log.append(self._table, *change.events),
        ]
        if change.token is not None and after.wait is not None:
            wait = {"pk": str(after.aggregate), "sk": f"WAIT#{after.wait.id}", "token": change.token}
            writes.append(dynamo.put(self._table, wait, condition=dynamo.NEW))
        return tuple(writes)

    def note_beginning(self, after: BegunLately) -> Items:
        item = {
            "pk": f"OWNER#{after.owner}",
            "sk": "BEGUN",
            "version": after.version,
            "begun": {one: instants.milliseconds(began) for one, began in after.begun.items()},
        }
        return (dynamo.replace(self._table, item, counter="version", before=after.version - 1),)

    def wait_token(self, request_id: str, wait_id: str) -> str | None:
        item = dynamo.get(self._table, str(_aggregate(request_id)), f"WAIT#{wait_id}")
        return item["token"] if item else None


def _aggregate(request_id: str) -> Aggregate:
    return Aggregate(AggregateKind.REQUEST, request_id)


def _days(request: Request) -> dict[str, Any] | None:
    """The days as typed, the days they fell on, and by which calendar table they were converted."""
    if request.data is None:
        return None
    return {"starts_on": request.data.starts_on.record(), "ends_on": request.data.ends_on.record()}
