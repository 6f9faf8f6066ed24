"""Sending one notice to the phone registered for its person, in their language."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ishtirak.kernel.clock import Clock
from ishtirak.kernel.crypto import Encryption
from ishtirak.kernel.transaction import Items, Transaction, retry_on_conflict
from ishtirak.messages.budget import BudgetGauge, SmsBudgets, TextKind
from ishtirak.messages.gateway import SmsGateway
from ishtirak.messages.notices import Notice, Notices
from ishtirak.messages.segments import segments
from ishtirak.messages.texts import MessageTexts
from ishtirak.register.ports import Directory, People
from ishtirak.use_cases.charge_text import charge_text
from ishtirak.use_cases.registered_mobile import registered_mobile

LONGEST_PAUSE: Final = timedelta(minutes=15)
"""No queue holds a message back for longer; what has to wait longer is put back again."""


class NoticeOutcome(StrEnum):
    """What became of a notice, for the log."""

    SENT = "sent"
    SENT_IN_PARTS = "sent_in_parts"
    """Longer than one message, which no text should be: a notice is sent all the same, and the log says so."""
    NO_MOBILE = "no_mobile"
    HELD_BACK = "held_back"
    """The hour's budget is used up: it waits in the queue until another hour begins."""


def send_notice(
    notice: Notice,
    *,
    people: People,
    encryption: Encryption,
    directory: Directory,
    gateway: SmsGateway,
    texts: MessageTexts,
    budgets: SmsBudgets,
    gauge: BudgetGauge,
    notices: Notices,
    clock: Clock,
    transaction: Transaction,
) -> NoticeOutcome:
    """Send the notice under its own reference, so that it is delivered and charged once however often it comes.

    Raises `Unavailable` when another try may help, `NumberRefused` or `TextRefused` when none will, and `LookupError`
    for a code that has no text.
    """

    def send() -> NoticeOutcome:
        charge: Items = ()
        if not budgets.charged(notice.reference):
            text = charge_text(
                notice.reference, kind=TextKind.NOTICE, budgets=budgets, gauge=gauge, clock=clock
            )
            if text.held_back_until is not None:
                notices.put(notice, after=_pause(text.held_back_until, now=clock.now()))
                return NoticeOutcome.HELD_BACK
            charge = (*text.items, *budgets.remember(notice.reference, at=clock.now()))
        contributor = people.find(notice.person_id)
        mobile = registered_mobile(contributor, encryption=encryption, directory=directory)
        if contributor is None or mobile is None:
            return NoticeOutcome.NO_MOBILE
        written = texts.compose(contributor.language, notice.code, notice.facts)
        transaction.commit(charge)
        gateway.send(mobile, written, reference=notice.reference)
        return NoticeOutcome.SENT if segments(written) == 1 else NoticeOutcome.SENT_IN_PARTS

    return retry_on_conflict(send)


def _pause(until: datetime, *, now: datetime) -> timedelta:
    return min(until - now, LONGEST_PAUSE)
