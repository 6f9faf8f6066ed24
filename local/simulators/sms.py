"""Two SMS providers with different interfaces, and one outbox that shows what a phone would have received."""

import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from threading import Lock
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug import Request, Response

from ishtirak.kernel.clock import to_rfc3339
from local.simulators.faults import lose_the_answer
from local.simulators.server import Endpoint, Remember, Simulator, as_json, control, forget_at_once

SENDER = "Ishtirak"
LONGEST_TEXT = 670


class MagicNumber(StrEnum):
    """Numbers that always get the same result, so that a test needs no injected fault."""

    REFUSED = "+966550000901"
    """Both providers say it cannot be reached."""
    FIRST_DOWN = "+966550000902"
    """nasim is out of order; sada delivers."""
    FIRST_SILENT = "+966550000903"
    """nasim takes the message and never answers."""
    BOTH_DOWN = "+966550000904"


@dataclass(frozen=True)
class Message:
    """One text a phone received."""

    id: str
    provider: str
    to: str
    text: str
    reference: str
    at: str


class ReferenceReused(Exception):
    """The client's reference came again with another number or text."""


class Outbox:
    """Everything that was "sent", oldest first. A reference sent twice to one provider is one message."""

    def __init__(self) -> None:
        self.remember: Remember = forget_at_once
        self._messages: list[Message] = []
        self._by_reference: dict[tuple[str, str], Message] = {}
        self._lock = Lock()

    def put(self, provider: str, *, to: str, text: str, reference: str) -> tuple[Message, bool]:
        """The message, and whether it is new."""
        with self._lock:
            known = self._by_reference.get((provider, reference))
            if known is not None:
                if (known.to, known.text) != (to, text):
                    raise ReferenceReused
                return known, False
            message = Message(
                id=secrets.token_hex(8),
                provider=provider,
                to=to,
                text=text,
                reference=reference,
                at=to_rfc3339(datetime.now(UTC)),
            )
            self.remember(f"sms {len(self._by_reference)}", message)
            self._messages.append(message)
            self._by_reference[(provider, reference)] = message
            return message, True

    def messages(self, *, to: str | None = None, reference: str | None = None) -> list[Message]:
        with self._lock:
            return [
                message
                for message in self._messages
                if to in (None, message.to) and reference in (None, message.reference)
            ]

    def clear(self) -> None:
        """Forget the messages; references stay known, as they would at a provider."""
        with self._lock:
            self.remember("sms cleared", len(self._by_reference))
            self._messages.clear()

    def restore(self, remembered: Mapping[str, Any]) -> None:
        """Hold what phones had received, and every reference, when the process ended."""
        place = 0
        while message := remembered.get(f"sms {place}"):
            self._by_reference[(message.provider, message.reference)] = message
            if place >= remembered.get("sms cleared", 0):
                self._messages.append(message)
            place += 1


class _Provider(Simulator):
    """What both have in common: the outbox, and the control interface to read it."""

    def __init__(self, outbox: Outbox) -> None:
        super().__init__()
        self.outbox = outbox

    def endpoints(self) -> Iterable[Endpoint]:
        return [
            self.sending(),
            control("outbox", "GET", "/_sim/outbox", self._read_outbox),
            control("clear_outbox", "DELETE", "/_sim/outbox", self._clear_outbox),
        ]

    def sending(self) -> Endpoint:
        raise NotImplementedError

    def _read_outbox(self, request: Request) -> Response:
        phone = request.args.get("phone")
        # an unescaped "+" in a query is a space
        to = "+" + phone.strip().removeprefix("+") if phone else None
        found = self.outbox.messages(to=to, reference=request.args.get("reference"))
        return as_json([asdict(message) for message in found])

    def _clear_outbox(self, _request: Request) -> Response:
        self.outbox.clear()
        return Response(status=204)


class _NasimMessage(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    to: str
    sender: str
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    reference: str = Field(min_length=1, max_length=100)


class NasimSimulator(_Provider):
    """JSON, a bearer token, and the status code is the result: 201 taken, 200 taken before, 4xx with a `code`."""

    name = "nasim"

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(outbox)
        self.token = secrets.token_urlsafe(24)

    def sending(self) -> Endpoint:
        return Endpoint(name="send", method="POST", path="/v2/messages", view=self._send)

    def _send(self, request: Request) -> Response:
        if not _same(request.headers.get("authorization", ""), f"Bearer {self.token}"):
            return as_json({"code": "token_not_accepted"}, status=401)
        try:
            message = _NasimMessage.model_validate_json(request.get_data())
        except ValidationError:
            return as_json({"code": "text_invalid"}, status=422)
        if message.to in (MagicNumber.FIRST_DOWN, MagicNumber.BOTH_DOWN):
            return as_json({"code": "out_of_order"}, status=503)
        if message.to == MagicNumber.REFUSED or not re.fullmatch(r"\+9665[0-9]{8}", message.to):
            return as_json({"code": "recipient_invalid"}, status=422)
        return self._taken(message)

    def _taken(self, message: _NasimMessage) -> Response:
        try:
            kept, new = self.outbox.put(
                self.name, to=message.to, text=message.text, reference=message.reference
            )
        except ReferenceReused:
            return as_json({"code": "reference_reused"}, status=409)
        if message.to == MagicNumber.FIRST_SILENT:
            return lose_the_answer(self.stopping)
        return as_json({"message_id": kept.id, "status": "ACCEPTED"}, status=201 if new else 200)


class SadaSimulator(_Provider):
    """A form, an account and a password; always 200 and one line of text: `OK <id>` or `ERR <number>`."""

    name = "sada"

    def __init__(self, outbox: Outbox) -> None:
        super().__init__(outbox)
        self.account = "ishtirak-local"
        self.password = secrets.token_urlsafe(24)

    def sending(self) -> Endpoint:
        return Endpoint(name="send", method="POST", path="/api/send", view=self._send)

    def _send(self, request: Request) -> Response:
        given = request.authorization
        if given is None or not _same(
            f"{given.username}:{given.password}", f"{self.account}:{self.password}"
        ):
            return _line("ERR 201")
        form = {name: request.form.get(name, "") for name in ("recipient", "sender", "body", "client_ref")}
        return _line(self._outcome(form))

    def _outcome(self, form: dict[str, str]) -> str:
        to = "+" + form["recipient"]
        if to == MagicNumber.BOTH_DOWN:
            return "ERR 901"
        if to == MagicNumber.REFUSED or not re.fullmatch("9665[0-9]{8}", form["recipient"]):
            return "ERR 101"
        if not form["client_ref"] or not 0 < len(form["body"]) <= LONGEST_TEXT:
            return "ERR 110"
        try:
            kept, _ = self.outbox.put(self.name, to=to, text=form["body"], reference=form["client_ref"])
        except ReferenceReused:
            return "ERR 120"
        return f"OK {kept.id}"


def _line(text: str) -> Response:
    return Response(text + "\n", mimetype="text/plain")


def _same(given: Any, right: str) -> bool:
    return hmac.compare_digest(str(given).encode(), right.encode())
