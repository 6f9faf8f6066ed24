"""Notifying a person of what became of their request or contract, in their language, in one message an event.

The message says the reference, and no more than the person needs to go and look.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ishtirak.eventlog.event import PublishedEvent
from ishtirak.kernel.crypto import Encryption
from ishtirak.kernel.errors import Fact
from ishtirak.kernel.money import Halalas, format_riyals
from ishtirak.messages.gateway import SmsGateway
from ishtirak.messages.texts import MessageTexts
from ishtirak.register.ports import Directory, People
from ishtirak.requests.model import SubmittedRequest
from ishtirak.requests.ports import Requests
from ishtirak.use_cases.registered_mobile import registered_mobile

_CONTRACT_REGISTERED: Final = "ContractRegistered"
_REQUEST_BILLED: Final = "RequestBilled"


class NoticeOutcome(StrEnum):
    """What became of a notice, for the log."""

    SENT = "sent"
    NO_MOBILE = "no_mobile"


def notify_person(
    event: PublishedEvent,
    *,
    requests: Requests,
    people: People,
    encryption: Encryption,
    directory: Directory,
    gateway: SmsGateway,
    texts: MessageTexts,
) -> NoticeOutcome:
    """Notify the person the event is about; the event's id is the message's reference, so it is delivered once.

    Raises `Unavailable` when another try may help, `NumberRefused` or `TextRefused` when none will, and `LookupError`
    for an event that has no text: whoever subscribed to it owes one.
    """
    notice = _notice(event, requests=requests)
    contributor = people.find(notice.person_id)
    mobile = (
        registered_mobile(contributor, encryption=encryption, directory=directory) if contributor else None
    )
    if contributor is None or mobile is None:
        return NoticeOutcome.NO_MOBILE
    text = texts.compose(contributor.language, notice.code, notice.facts)
    gateway.send(mobile, text, reference=event.id)
    return NoticeOutcome.SENT


@dataclass(frozen=True)
class _Notice:
    """Whom to notify, with which text, and what fills it."""

    person_id: str
    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


def _notice(event: PublishedEvent, *, requests: Requests) -> _Notice:
    if event.type == _CONTRACT_REGISTERED:
        return _Notice(event.data["person_id"], event.type)
    request = requests.get(event.aggregate.key)
    if not isinstance(request, SubmittedRequest):
        return _Notice(request.owner, f"{event.type}_draft")
    reference = {"reference": request.reference}
    if event.type != _REQUEST_BILLED:
        return _Notice(request.owner, event.type, reference)
    total = Halalas(event.data["total_halalas"])
    if total == 0:
        return _Notice(request.owner, f"{event.type}_nothing_due", reference)
    return _Notice(request.owner, event.type, reference | {"total": format_riyals(total)})
