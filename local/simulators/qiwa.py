"""Qiwa: keeps contracts, sends every change as a signed event, and serves what it keeps."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from threading import RLock
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError as SchemaViolation
from pydantic import BaseModel, ConfigDict, Field
from werkzeug import Request, Response

from ishtirak.kernel.clock import RIYADH, to_rfc3339
from local.simulators.people import Roster, SyntheticEstablishment, SyntheticPerson
from local.simulators.sender import Document, SentEvent, SignedSender, Tampering
from local.simulators.server import Endpoint, as_json, control, problem

SCHEMA_FILE = Path(__file__).with_name("qiwa-event.schema.json")
SCHEMA: Mapping[str, Any] = json.loads(SCHEMA_FILE.read_bytes())
DEFAULT_WAGE: Document = {
    "basic": 800_000,
    "housing": 200_000,
    "housing_in_kind": False,
    "commission": 0,
    "transport": 80_000,
    "other": 0,
}


class Change(StrEnum):
    """The content of an event."""

    PENDING = "contract.pending"
    REJECTED = "contract.rejected"
    CANCELLED = "contract.cancelled"
    AUTHENTICATED = "contract.authenticated"
    AMENDED = "contract.amended"
    TERMINATED = "contract.terminated"
    EXPIRED = "contract.expired"


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid")

    deliver: bool = True


class AuthenticateOrder(_Order):
    """A contract both sides approved, or one that waits for the worker; whatever is not named is made up."""

    worker: str
    establishment: str
    contract_number: str | None = None
    terms: Document = Field(default_factory=dict)
    occurred_at: datetime | None = None


class ChangeOrder(_Order):
    """The next version of a contract; only the terms that change are named."""

    contract_number: str
    terms: Document = Field(default_factory=dict)
    ends_on: date | None = None
    occurred_at: datetime | None = None


class DeliverOrder(BaseModel):
    """Send a version again, as after a lost answer, or spoilt."""

    model_config = ConfigDict(extra="forbid")

    contract_number: str
    version: int | None = None
    tampering: Tampering = Tampering.NONE


class SendOrder(BaseModel):
    """Sign and send any document at all, without looking at it."""

    model_config = ConfigDict(extra="forbid")

    event: Document


class QiwaSimulator(SignedSender):
    """Every version of a contract is sent as an event of its own."""

    name = "qiwa"
    remembers = ("_contracts",)

    def __init__(self, people: Roster) -> None:
        super().__init__()
        self.key = secrets.token_urlsafe(24)
        self._people = people
        self._contracts: dict[str, list[SentEvent]] = {}
        self._lock = RLock()

    def endpoints(self) -> Iterable[Endpoint]:
        return [
            Endpoint("contract", "GET", "/v1/contracts/<number>", self._serve_contract),
            Endpoint("snapshot", "GET", "/v1/snapshots/latest", self._serve_snapshot),
            control("authenticate", "POST", "/_sim/authenticate", self._on_authenticate),
            control("offer", "POST", "/_sim/offer", self._on_offer),
            control("agree", "POST", "/_sim/agree", self._on_agree),
            control("reject", "POST", "/_sim/reject", self._on_reject),
            control("cancel", "POST", "/_sim/cancel", self._on_cancel),
            control("amend", "POST", "/_sim/amend", self._on_amend),
            control("terminate", "POST", "/_sim/terminate", self._on_terminate),
            control("expire", "POST", "/_sim/expire", self._on_expire),
            control("deliver", "POST", "/_sim/deliver", self._on_deliver),
            control("send", "POST", "/_sim/send", self._on_send),
            *self.sending(),
        ]

    # What the agency does

    def authenticate(self, order: AuthenticateOrder, *, what: Change = Change.AUTHENTICATED) -> SentEvent:
        """Version 1 of a new contract, approved or still offered; `ValueError` when the number is taken."""
        worker = self._people.person(order.worker)
        establishment = self._people.establishment(order.establishment)
        with self._lock:
            number = order.contract_number or f"C-{len(self._contracts) + 1:010}"
            if number in self._contracts:
                raise ValueError("the contract number is taken")
            document: Document = {
                "schema": "1.0",
                "type": what.value,
                "contract_number": number,
                "version": 1,
                "occurred_at": to_rfc3339(order.occurred_at or datetime.now(UTC)),
                "establishment": _establishment(establishment),
                "worker": _worker(worker),
                "terms": _merged(_default_terms(worker), order.terms),
            }
            return self._kept(document)

    def change(self, what: Change, order: ChangeOrder) -> SentEvent:
        """The next version; `KeyError` when there is no such contract."""
        with self._lock:
            latest = self._version(order.contract_number, None).document
            terms = _merged(latest["terms"], order.terms)
            if order.ends_on is not None:
                terms["ends_on"] = order.ends_on.isoformat()
            return self._kept(
                latest
                | {
                    "type": what.value,
                    "version": latest["version"] + 1,
                    "occurred_at": to_rfc3339(order.occurred_at or datetime.now(UTC)),
                    "terms": terms,
                }
            )

    # How it does it

    def _kept(self, document: Document) -> SentEvent:
        Draft202012Validator(SCHEMA).validate(document)
        event = SentEvent(f"msg_{secrets.token_hex(12)}", document)
        self._contracts.setdefault(document["contract_number"], []).append(event)
        self.note()
        return event

    def _version(self, number: str, version: int | None) -> SentEvent:
        events = self._contracts[number]
        if version is None:
            return events[-1]
        for event in events:
            if event.document["version"] == version:
                return event
        raise KeyError("no such version")

    # Its own interface

    def _serve_contract(self, request: Request, number: str) -> Response:
        if not self._admitted(request):
            return problem(401, "key_not_accepted")
        with self._lock:
            events = self._contracts.get(number)
            return as_json(_state(events[-1])) if events else problem(404, "contract_not_found")

    def _serve_snapshot(self, request: Request) -> Response:
        """Every contract as it stands, one a line; the last line counts and hashes those before it."""
        if not self._admitted(request):
            return problem(401, "key_not_accepted")
        with self._lock:
            states = [_state(events[-1]) for _, events in sorted(self._contracts.items())]
        lines = "".join(json.dumps(state, ensure_ascii=False) + "\n" for state in states)
        trailer = {"rows": len(states), "sha256": hashlib.sha256(lines.encode()).hexdigest()}
        return Response(lines + json.dumps(trailer) + "\n", mimetype="application/x-ndjson")

    def _admitted(self, request: Request) -> bool:
        return hmac.compare_digest(request.headers.get("x-api-key", "").encode(), self.key.encode())

    # Control

    def _on_authenticate(self, request: Request) -> Response:
        return self._on_new(Change.AUTHENTICATED, request)

    def _on_offer(self, request: Request) -> Response:
        return self._on_new(Change.PENDING, request)

    def _on_new(self, what: Change, request: Request) -> Response:
        order = AuthenticateOrder.model_validate_json(request.get_data())
        try:
            event = self.authenticate(order, what=what)
        except (ValueError, SchemaViolation) as error:
            return problem(422, "not_acceptable", _message_of(error))
        return self._delivered(event, deliver=order.deliver)

    def _on_agree(self, request: Request) -> Response:
        return self._on_change(Change.AUTHENTICATED, request)

    def _on_reject(self, request: Request) -> Response:
        return self._on_change(Change.REJECTED, request)

    def _on_cancel(self, request: Request) -> Response:
        return self._on_change(Change.CANCELLED, request)

    def _on_amend(self, request: Request) -> Response:
        return self._on_change(Change.AMENDED, request)

    def _on_terminate(self, request: Request) -> Response:
        return self._on_change(Change.TERMINATED, request)

    def _on_expire(self, request: Request) -> Response:
        return self._on_change(Change.EXPIRED, request)

    def _on_change(self, what: Change, request: Request) -> Response:
        order = ChangeOrder.model_validate_json(request.get_data())
        try:
            event = self.change(what, order)
        except SchemaViolation as error:
            return problem(422, "not_acceptable", _message_of(error))
        return self._delivered(event, deliver=order.deliver)

    def _on_deliver(self, request: Request) -> Response:
        order = DeliverOrder.model_validate_json(request.get_data())
        with self._lock:
            event = self._version(order.contract_number, order.version)
        return self._delivered(event, deliver=True, tampering=order.tampering, status=200)

    def _on_send(self, request: Request) -> Response:
        order = SendOrder.model_validate_json(request.get_data())
        event = SentEvent(f"msg_{secrets.token_hex(12)}", order.event)
        return self._delivered(event, deliver=True, status=200)

    def _delivered(
        self,
        event: SentEvent,
        *,
        deliver: bool,
        tampering: Tampering = Tampering.NONE,
        status: int = 201,
    ) -> Response:
        if deliver and not self.connected:
            return problem(409, "no_target", "POST /_sim/target first")
        delivery = self.deliver(event, tampering=tampering) if deliver else None
        return as_json(
            {
                "contract_number": event.document.get("contract_number"),
                "version": event.document.get("version"),
                "event": event.document,
                "delivery": delivery.document() if delivery else None,
            },
            status=status,
        )


def _message_of(error: Exception) -> str:
    return error.message if isinstance(error, SchemaViolation) else str(error)


def _establishment(establishment: SyntheticEstablishment) -> Document:
    chosen: Document = json.loads(
        establishment.model_dump_json(include={"unified_number", "name_ar", "name_en"})
    )
    return chosen


def _worker(person: SyntheticPerson) -> Document:
    chosen: Document = json.loads(
        person.model_dump_json(include={"identity_number", "birth_date", "nationality", "name_ar", "name_en"})
    )
    # a state of the Cooperation Council is named by the nationality alone
    chosen["identity_number"] = chosen["identity_number"].rpartition(":")[2]
    return chosen


def _default_terms(worker: SyntheticPerson) -> Document:
    """From the first of this month: open-ended for a citizen, else a year, as the unified form has it."""
    starts_on = datetime.now(RIYADH).date().replace(day=1)
    citizen = worker.nationality == "SA"
    year_later = starts_on.replace(year=starts_on.year + 1) - timedelta(days=1)
    return {
        "kind": "OPEN" if citizen else "FIXED",
        "starts_on": starts_on.isoformat(),
        "ends_on": None if citizen else year_later.isoformat(),
        "occupation_code": "251201",
        "work_type": "FULL_TIME",
        "wage": DEFAULT_WAGE,
    }


def _merged(terms: Document, changes: Document) -> Document:
    wage = terms["wage"] | changes.get("wage", {})
    return terms | changes | {"wage": wage}


def _state(event: SentEvent) -> Document:
    """A contract as it stands, for those who ask by number or take the snapshot."""
    document = {name: value for name, value in event.document.items() if name not in ("type", "occurred_at")}
    named = {
        Change.PENDING: "PENDING_EMPLOYEE",
        Change.REJECTED: "REJECTED",
        Change.CANCELLED: "CANCELLED",
        Change.TERMINATED: "TERMINATED",
        Change.EXPIRED: "EXPIRED",
    }
    return document | {"status": named.get(Change(event.document["type"]), "AUTHENTICATED")}
