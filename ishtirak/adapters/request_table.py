"""Requests, their events and their waits, kept in DynamoDB."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ishtirak.adapters import dynamo
from ishtirak.adapters.once_table import once_write
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.events import Event
from ishtirak.kernel.once import Once, Reply
from ishtirak.kernel.parts import Part
from ishtirak.requests.model import Change, Party, Request, RequestState

ATTENTION = "ATTENTION"
"""The desk of requests whose workflow failed."""


def desk_of(request: Request) -> str | None:
    """The desk a request lies on: an establishment's, or one of the authority's; none while nobody is waited for."""
    if request.state is RequestState.NEEDS_ATTENTION:
        return ATTENTION
    if request.wait is None or request.wait.party is Party.CONTRIBUTOR:
        return None
    if request.wait.party is Party.EMPLOYER:
        return employer_desk(request.data.establishment.reveal()) if request.data else None
    return request.wait.party.value


def employer_desk(establishment: str) -> str:
    return f"EMPLOYER#{establishment}"


class RequestTable:
    """The `Requests` port on the table of the same name."""

    def __init__(self, table: str) -> None:
        self._table = table

    def get(self, request_id: str) -> Request:
        item = dynamo.get(self._table, f"REQ#{request_id}", "REQUEST")
        if item is None:
            raise NotFound()
        return Request.model_validate_json(item["body"])

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
        return [Request.model_validate_json(item["body"]) for item in found]

    def on_desk(self, desk: str, *, limit: int) -> Sequence[Request]:
        found = dynamo.query(
            self._table, index="by_desk", condition="desk = :desk", values={":desk": desk}, limit=limit
        )
        return [Request.model_validate_json(item["body"]) for item in found]

    def timeline(self, request_id: str) -> Sequence[Event]:
        found = dynamo.query(
            self._table,
            condition="pk = :pk AND begins_with(sk, :event)",
            values={":pk": f"REQ#{request_id}", ":event": "EVENT#"},
        )
        return [dynamo.event_of(item) for item in found]

    def commit(
        self,
        change: Change,
        *,
        once: Once | None = None,
        reply: Reply[Any] | None = None,
        alongside: Part = (),
    ) -> None:
        now = datetime.fromisoformat(change.after.updated_at)
        answer = once_write(self._table, once, reply, now=now) if reply is not None else []
        dynamo.commit(*answer, *self._writes(change), *alongside)

    def _writes(self, change: Change) -> list[dynamo.Write]:
        after = change.after
        item: dynamo.Item = {
            "pk": f"REQ#{after.id}",
            "sk": "REQUEST",
            "owner": after.owner,
            "updated_at": after.updated_at,
            "version": after.version,
            "state": after.state.value,
            "body": after.model_dump_json(),
            "days": _days(after),
            "desk": desk_of(after),
            "due_at": (after.wait.until if after.wait else after.updated_at) if desk_of(after) else None,
        }
        if change.before is None:
            stored = dynamo.put(self._table, item, condition="attribute_not_exists(pk)")
        else:
            stored = dynamo.put(
                self._table, item, condition="version = :read", values={":read": change.before.version}
            )
        writes = [stored, *(dynamo.append(self._table, f"REQ#{after.id}", event) for event in change.events)]
        if change.token is not None and after.wait is not None:
            wait = {"pk": f"REQ#{after.id}", "sk": f"WAIT#{after.wait.id}", "token": change.token}
            writes.append(dynamo.put(self._table, wait, condition="attribute_not_exists(pk)"))
        return writes

    def wait_token(self, request_id: str, wait_id: str) -> str | None:
        item = dynamo.get(self._table, f"REQ#{request_id}", f"WAIT#{wait_id}")
        return item["token"] if item else None


def _days(request: Request) -> dict[str, Any] | None:
    """The days as typed, the days they fell on, and by which calendar table that was reckoned."""
    if request.data is None:
        return None
    return {"starts_on": request.data.starts_on.record(), "ends_on": request.data.ends_on.record()}
