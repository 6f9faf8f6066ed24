"""An agency that notifies others by signed events: rotating keys, repeated deliveries, and ways to tamper with one."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from urllib.parse import urlsplit

import urllib3
from pydantic import BaseModel, ConfigDict
from werkzeug import Request, Response

from ishtirak.webhooks.signatures import SIGNATURE_HEADER, SigningKey, signed_headers
from local.simulators.server import Endpoint, Simulator, as_json, control, problem

DELIVERY_TIMEOUT = 30.0
_PAUSES = (0.2, 1.0)

type Document = dict[str, Any]
type HandOver = Callable[[bytes, Mapping[str, str]], int]
"""Takes a signed event and gives the status of the answer: a way in that needs no socket."""


class Tampering(StrEnum):
    """What a forger, a replayer or a bad network does to a delivery."""

    NONE = "none"
    BODY = "body"
    SIGNATURE = "signature"
    UNKNOWN_KEY = "unknown_key"
    OLD_TIMESTAMP = "old_timestamp"


class TargetOrder(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: str


class RotateOrder(BaseModel):
    model_config = ConfigDict(extra="forbid")

    step: Literal["add", "retire"]


@dataclass(frozen=True)
class SentEvent:
    """One version of a contract with the id it is always sent under."""

    message_id: str
    document: Document

    @property
    def body(self) -> bytes:
        return json.dumps(self.document, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Delivery:
    """What the receiver answered, attempt by attempt; 0 is no answer."""

    message_id: str
    statuses: tuple[int, ...]

    def document(self) -> Document:
        return {"message_id": self.message_id, "statuses": list(self.statuses)}


class SignedSender(Simulator):
    """Signs with its live keys, two during a rotation; repeats a delivery that failed, as senders do."""

    def __init__(self) -> None:
        super().__init__()
        self.signing_keys: tuple[SigningKey, ...] = (_new_key(),)
        self.target: str | None = None
        self.hand_over: HandOver | None = None
        self._pool = urllib3.PoolManager()

    def deliver(self, event: SentEvent, *, tampering: Tampering = Tampering.NONE) -> Delivery:
        """Sign and send; without an answer, or with 408, 429 or 5xx, again under the same id."""
        statuses: list[int] = []
        for pause in (*_PAUSES, None):
            statuses.append(self._handed_over(event, tampering))
            if not _worth_repeating(statuses[-1]) or pause is None or self.stopping.wait(pause):
                break
        return Delivery(event.message_id, tuple(statuses))

    def add_key(self) -> None:
        """Begin a rotation: from now on both the old and a new key sign."""
        self.signing_keys = (self.signing_keys[-1], _new_key())

    def retire_key(self) -> None:
        """End a rotation: only the newest key signs."""
        self.signing_keys = self.signing_keys[-1:]

    @property
    def connected(self) -> bool:
        """Whether there is anywhere to send events to."""
        return self.target is not None or self.hand_over is not None

    def _handed_over(self, event: SentEvent, tampering: Tampering) -> int:
        body, headers = self._signed(event, tampering)
        headers["content-type"] = "application/json"
        if self.target is not None:
            return self._posted(self.target, body, headers)
        if self.hand_over is not None:
            return self.hand_over(body, headers)
        raise ValueError("no target: POST /_sim/target first")

    def _posted(self, target: str, body: bytes, headers: dict[str, str]) -> int:
        try:
            response = self._pool.request(
                "POST",
                target,
                body=body,
                headers=headers,
                timeout=DELIVERY_TIMEOUT,
                retries=False,
                redirect=False,
            )
        except urllib3.exceptions.HTTPError:
            return 0
        return int(response.status)

    def _signed(self, event: SentEvent, tampering: Tampering) -> tuple[bytes, dict[str, str]]:
        at = datetime.now(UTC)
        if tampering is Tampering.OLD_TIMESTAMP:
            at -= timedelta(seconds=301)
        keys = (_new_key(),) if tampering is Tampering.UNKNOWN_KEY else self.signing_keys
        headers = signed_headers(event.message_id, body=event.body, keys=keys, at=at)
        if tampering is Tampering.SIGNATURE:
            headers[SIGNATURE_HEADER] = "v1,garbage"
        body = event.body + b" " if tampering is Tampering.BODY else event.body
        return body, headers

    def sending(self) -> list[Endpoint]:
        """The orders every sender takes."""
        return [
            control("target", "POST", "/_sim/target", self._on_target),
            control("rotate", "POST", "/_sim/rotate", self._on_rotate),
        ]

    def _on_target(self, request: Request) -> Response:
        order = TargetOrder.model_validate_json(request.get_data())
        if urlsplit(order.url).hostname not in ("127.0.0.1", "localhost", "::1"):
            return problem(422, "loopback_only")
        self.target = order.url
        return Response(status=204)

    def _on_rotate(self, request: Request) -> Response:
        order = RotateOrder.model_validate_json(request.get_data())
        if order.step == "add":
            self.add_key()
        else:
            self.retire_key()
        return as_json({"signing_keys": [key.to_text() for key in self.signing_keys]})


def _new_key() -> SigningKey:
    return SigningKey(secrets.token_bytes(32))


def _worth_repeating(status: int) -> bool:
    return status in (0, 408, 429) or status >= 500
