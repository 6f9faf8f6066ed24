"""Sending one notice to the phone registered for its person, in their language."""

from enum import StrEnum

from ishtirak.kernel.crypto import Encryption
from ishtirak.messages.gateway import SmsGateway
from ishtirak.messages.notices import Notice
from ishtirak.messages.segments import segments
from ishtirak.messages.texts import MessageTexts
from ishtirak.register.ports import Directory, People
from ishtirak.use_cases.registered_mobile import registered_mobile


class NoticeOutcome(StrEnum):
    """What became of a notice, for the log."""

    SENT = "sent"
    SENT_IN_PARTS = "sent_in_parts"
    """Longer than one message, which no text should be: a notice is sent all the same, and the log says so."""
    NO_MOBILE = "no_mobile"


def send_notice(
    notice: Notice,
    *,
    people: People,
    encryption: Encryption,
    directory: Directory,
    gateway: SmsGateway,
    texts: MessageTexts,
) -> NoticeOutcome:
    """Send the notice under its own reference, so that it is delivered once however often it comes.

    Raises `Unavailable` when another try may help, `NumberRefused` or `TextRefused` when none will, and `LookupError`
    for a code that has no text.
    """
    contributor = people.find(notice.person_id)
    mobile = (
        registered_mobile(contributor, encryption=encryption, directory=directory) if contributor else None
    )
    if contributor is None or mobile is None:
        return NoticeOutcome.NO_MOBILE
    text = texts.compose(contributor.language, notice.code, notice.facts)
    gateway.send(mobile, text, reference=notice.reference)
    return NoticeOutcome.SENT if segments(text) == 1 else NoticeOutcome.SENT_IN_PARTS
