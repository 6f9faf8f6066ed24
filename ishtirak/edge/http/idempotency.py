"""An effect and its response in one transaction, so that a repeated request gets the response again."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from ishtirak.edge.http import problems
from ishtirak.edge.http.call import Call
from ishtirak.edge.http.reply import Reply, SavedResponse
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.idempotency import IdempotencyRecord
from ishtirak.kernel.transaction import Items, Transaction


class IdempotencyRecords(Protocol):
    """Where the records of finished requests are kept."""

    def find(self, scope: str, key: str, *, now: datetime) -> IdempotencyRecord | None:
        """The record of the request that finished under this key, if one did lately."""

    def save(self, record: IdempotencyRecord, *, now: datetime) -> Items:
        """The write of a record; its refusal is `IdempotencyKeyTaken`."""


class RespondingTransaction:
    """A `Transaction` that renders the response before the effect is written and, under a key, keeps it with it.

    A response that cannot be rendered is an effect that did not happen.
    """

    def __init__(
        self,
        inner: Transaction,
        *,
        call: Call[Any],
        status: int,
        render: Callable[[Any], Reply[Any]],
        records: IdempotencyRecords | None,
        clock: Clock,
    ) -> None:
        self._inner = inner
        self._call = call
        self._status = status
        self._render = render
        self._records = records
        self._clock = clock
        self.response: SavedResponse | None = None

    def commit(self, *items: Items, result: object = None) -> None:
        """The items and, first among them, the record of this request; see `Transaction`."""
        response = self.respond(result)
        record = self._record(response)
        self._inner.commit(record, *items) if record else self._inner.commit(*items)
        self.response = response

    def respond(self, result: object) -> SavedResponse:
        """The response a result makes."""
        reply = self._render(result)
        return SavedResponse(
            status=self._status,
            body=reply.body.model_dump_json(),
            etag=reply.etag,
            location=reply.location,
            language=self._call.language,
        )

    def _record(self, response: SavedResponse) -> Items:
        key = self._call.key
        if key is None or self._records is None:
            return ()
        record = IdempotencyRecord(
            scope=key.scope, key=key.key, fingerprint=key.fingerprint, response=response.to_text()
        )
        return self._records.save(record, now=self._clock.now())


def saved_response(
    call: Call[Any], *, records: IdempotencyRecords | None, clock: Clock
) -> SavedResponse | None:
    """The response this key got before; `KeyReused` when that was for other content."""
    if call.key is None or records is None:
        return None
    record = records.find(call.key.scope, call.key.key, now=clock.now())
    if record is None:
        return None
    if record.fingerprint != call.key.fingerprint:
        raise problems.KeyReused()
    return SavedResponse.from_text(record.response)
