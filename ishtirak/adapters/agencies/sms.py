"""Text messages through two providers with different interfaces, the second when the first cannot.

What happens to a message whose answer was lost is the one real choice here. The same provider is asked again
first, with the same reference: it knows whether it has the message, and answers as before. Only when it stays
silent does the other provider come up, which cannot know. For a code a second copy does no harm (it is the
same code) and a person is waiting, so the other provider sends it. For a notice a second copy is a second
notice, so nothing more is sent: the caller's queue brings the same reference back later.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final, Literal, Protocol
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ishtirak.adapters.agencies.outbound import (
    AgencyRequest,
    AgencyResponse,
    AgencyUnavailable,
    Outbound,
    Rejected,
)
from ishtirak.adapters.aws.secrets import AccountProvider, Secret, SmsAccess, TokenProvider
from ishtirak.adapters.clients import client
from ishtirak.kernel.identity import Mobile
from ishtirak.messages.gateway import Delivery, NumberRefused, TextRefused

NASIM: Final = "nasim"
SADA: Final = "sada"


class WhenUnsure(Enum):
    """What to do when a provider may have sent the message and cannot be asked."""

    FAIL_OVER = auto()
    """The other provider sends it too: for what does no harm twice."""
    STOP = auto()
    """Nobody sends more: the caller comes back with the same reference, and the same provider answers."""


@dataclass(frozen=True, slots=True)
class _Message:
    to: Mobile
    text: str = field(repr=False)
    reference: str


class _Provider(Protocol):
    """One provider's interface: what it is sent, and what its answers mean."""

    name: str

    def request(self, message: _Message) -> AgencyRequest: ...

    def delivery_of(self, answer: AgencyResponse) -> Delivery:
        """The delivery; or `NumberRefused`, `TextRefused`, `_CredentialsRefused`, `AgencyUnavailable`."""


class SmsProviders:
    """`SmsGateway` on two providers.

    A refusal of the number is final: the other provider would only be paid to repeat it.
    """

    def __init__(self, access: Secret[SmsAccess], *, outbound: Outbound, when_unsure: WhenUnsure) -> None:
        self._access = access
        self._outbound = outbound
        self._when_unsure = when_unsure

    def send(self, to: Mobile, text: str, *, reference: str) -> Delivery:
        message = _Message(to, text, reference)
        try:
            return self._send_by(_nasim, message)
        except AgencyUnavailable as failure:
            if failure.maybe_done and self._when_unsure is WhenUnsure.STOP:
                raise
            maybe_sent = failure.maybe_done
        try:
            return self._send_by(_sada, message)
        except AgencyUnavailable as failure:
            failure.maybe_done = failure.maybe_done or maybe_sent
            raise

    def _send_by(self, choose: Callable[[SmsAccess], _Provider], message: _Message) -> Delivery:
        """One provider's answer; a refused credential is read anew once, since it was probably rotated."""
        try:
            return self._send(choose(self._access.read()), message)
        except _CredentialsRefused:
            return self._send_with_renewed_credentials(choose(self._access.refresh()), message)

    def _send_with_renewed_credentials(self, provider: _Provider, message: _Message) -> Delivery:
        try:
            return self._send(provider, message)
        except _CredentialsRefused:
            raise AgencyUnavailable(agency=provider.name, reason="credentials_refused") from None

    def _send(self, provider: _Provider, message: _Message) -> Delivery:
        try:
            answer = self._outbound.send(provider.request(message))
        except Rejected as rejected:
            answer = rejected.answer
        return provider.delivery_of(answer)


def sms_gateway(
    secret_arn: str, *, when_unsure: WhenUnsure, outbound: Outbound | None = None
) -> SmsProviders:
    """The providers, by the access kept in a secret."""
    access = Secret(client("secretsmanager"), arn=secret_arn, model=SmsAccess)
    return SmsProviders(access, outbound=outbound or Outbound(), when_unsure=when_unsure)


class _CredentialsRefused(Exception):
    """The provider does not accept the credentials in hand; never leaves this module."""


class _NasimAnswer(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    message_id: str = Field(min_length=1, max_length=100)
    status: Literal["ACCEPTED"]


class _NasimRefusal(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    code: str


class _Nasim:
    """JSON and a bearer token; the status code is the result. Keeps a reference for a day."""

    name = NASIM
    _REFUSALS: Final = {"recipient_invalid": NumberRefused, "recipient_opted_out": NumberRefused}

    def __init__(self, access: TokenProvider) -> None:
        self._access = access

    def request(self, message: _Message) -> AgencyRequest:
        content = {
            "to": message.to.reveal(),
            "sender": self._access.sender,
            "text": message.text,
            "reference": message.reference,
        }
        return AgencyRequest(
            agency=self.name,
            url=f"{self._access.url}/v2/messages",
            body=json.dumps(content, ensure_ascii=False).encode(),
            headers={
                "authorization": f"Bearer {self._access.token.get_secret_value()}",
                "content-type": "application/json; charset=utf-8",
            },
            repeatable=True,
        )

    def delivery_of(self, answer: AgencyResponse) -> Delivery:
        if answer.status < 300:
            accepted = _read(_NasimAnswer, answer, provider=self.name, maybe_done=True)
            return Delivery(self.name, accepted.message_id)
        if answer.status in (401, 403):
            raise _CredentialsRefused
        if answer.status == 402:
            raise AgencyUnavailable(agency=self.name, reason="account_exhausted")
        code = _read(_NasimRefusal, answer, provider=self.name, maybe_done=False).code
        raise self._REFUSALS.get(code, TextRefused)(provider=self.name)


class _Sada:
    """A form and an account; always 200, the first word of one line of text is the result. Keeps a reference too."""

    name = SADA
    _NUMBER_REFUSED: Final = frozenset({"101", "102"})
    _TEXT_REFUSED: Final = frozenset({"110", "111", "120"})
    _CREDENTIALS_REFUSED: Final = frozenset({"201", "202"})
    _ACCOUNT_EXHAUSTED: Final = frozenset({"210"})

    def __init__(self, access: AccountProvider) -> None:
        self._access = access

    def request(self, message: _Message) -> AgencyRequest:
        form = {
            "recipient": message.to.reveal().removeprefix("+"),
            "sender": self._access.sender,
            "body": message.text,
            "client_ref": message.reference,
        }
        account = f"{self._access.account}:{self._access.password.get_secret_value()}"
        return AgencyRequest(
            agency=self.name,
            url=f"{self._access.url}/api/send",
            body=urlencode(form).encode(),
            headers={
                "authorization": f"Basic {b64encode(account.encode()).decode()}",
                "content-type": "application/x-www-form-urlencoded",
            },
            repeatable=True,
        )

    def delivery_of(self, answer: AgencyResponse) -> Delivery:
        word, _, value = answer.body.decode("utf-8", "replace").strip().partition(" ")
        if answer.status != 200 or answer.media_type != "text/plain":
            raise AgencyUnavailable(agency=self.name, reason="wrong_answer", maybe_done=True)
        if word == "OK" and value.isascii() and value.isalnum() and len(value) <= 100:
            return Delivery(self.name, value)
        if word == "ERR":
            raise self._refused(value)
        raise AgencyUnavailable(agency=self.name, reason="wrong_answer", maybe_done=True)

    def _refused(self, code: str) -> Exception:
        if code in self._NUMBER_REFUSED:
            return NumberRefused(provider=self.name)
        if code in self._TEXT_REFUSED:
            return TextRefused(provider=self.name)
        if code in self._CREDENTIALS_REFUSED:
            return _CredentialsRefused()
        reason = "account_exhausted" if code in self._ACCOUNT_EXHAUSTED else "busy"
        return AgencyUnavailable(agency=self.name, reason=reason)


def _nasim(access: SmsAccess) -> _Provider:
    return _Nasim(access.nasim)


def _sada(access: SmsAccess) -> _Provider:
    return _Sada(access.sada)


def _read[Model: BaseModel](
    model: type[Model], answer: AgencyResponse, *, provider: str, maybe_done: bool
) -> Model:
    if answer.media_type == "application/json":
        try:
            return model.model_validate_json(answer.body)
        except ValidationError:
            pass
    raise AgencyUnavailable(agency=provider, reason="wrong_answer", maybe_done=maybe_done)
