"""Sending a code to the phone registered for the person it is for, and to no other."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.kernel.errors import Fact
from ishtirak.kernel.identity import Mobile
from ishtirak.kernel.transaction import Items, Transaction, retry_on_conflict
from ishtirak.messages.budget import BudgetGauge, SmsBudgets, TextKind
from ishtirak.messages.gateway import NumberRefused, SmsGateway, TextRefused
from ishtirak.messages.texts import MessageTexts
from ishtirak.otp import rules
from ishtirak.otp.model import Challenge, Counted
from ishtirak.otp.policy import policy_on
from ishtirak.otp.ports import Challenges
from ishtirak.register.ports import Directory, People
from ishtirak.use_cases.charge_text import charge_text
from ishtirak.use_cases.registered_mobile import registered_mobile
from ishtirak.use_cases.registered_phone import phone_hash

LANGUAGE: Final = "ar"
"""The purpose is written in the language of the register; the code reads the same in every language."""


class CodeOutcome(StrEnum):
    """What the log says became of an event: never whether a text was sent, which would tell a decoy from a code."""

    HANDLED = "handled"
    EXPIRED = "expired"
    """It came after the life of its code, which a decoy has as well."""


def send_code(
    challenge_id: str,
    *,
    challenges: Challenges,
    people: People,
    encryption: Encryption,
    directory: Directory,
    gateway: SmsGateway,
    texts: MessageTexts,
    mac: Mac,
    budgets: SmsBudgets,
    gauge: BudgetGauge,
    clock: Clock,
    transaction: Transaction,
) -> CodeOutcome:
    """Send the challenge's code, unless it is of no use any more. Doing it again sends nothing new, counts nothing
    twice, and sends to no other phone.

    How the dispatch went is recorded on the challenge and returned to nobody: a decoy looks like any other. Raises
    `Unavailable` when another try may help, `NumberRefused` or `TextRefused` when none will.
    """
    sending = _Sending(
        challenges, people, encryption, directory, gateway, texts, mac, budgets, gauge, clock, transaction
    )
    return retry_on_conflict(lambda: sending.send(challenge_id))


@dataclass(frozen=True)
class _Sending:
    """One code and everything it is sent with."""

    challenges: Challenges
    people: People
    encryption: Encryption
    directory: Directory
    gateway: SmsGateway
    texts: MessageTexts
    mac: Mac
    budgets: SmsBudgets
    gauge: BudgetGauge
    clock: Clock
    transaction: Transaction

    def send(self, challenge_id: str) -> CodeOutcome:
        """Raises `ChangedMeanwhile` when somebody else was faster; asking again finds that out."""
        challenge = self.challenges.find(challenge_id)
        if challenge is None:
            return CodeOutcome.HANDLED
        if self.clock.now() >= challenge.expires_at:
            self.challenges.record_failed(challenge.id)
            return CodeOutcome.EXPIRED
        if rules.awaits_dispatch(challenge):
            self._dispatch(challenge)
        return CodeOutcome.HANDLED

    def _dispatch(self, challenge: Challenge) -> None:
        """The budget is asked first: when it is used up, nobody else is bothered."""
        charge: Items = ()
        if challenge.phone is None:
            text = charge_text(
                challenge.id, kind=TextKind.CODE, budgets=self.budgets, gauge=self.gauge, clock=self.clock
            )
            if text.held_back_until is not None:
                self.challenges.record_not_sent(challenge.id, try_again_at=text.held_back_until)
                return
            charge = text.items
        mobile = self._registered(challenge)
        if mobile is not None and self._bound(challenge, mobile, charge=charge):
            self._hand_over(challenge, mobile)

    def _registered(self, challenge: Challenge) -> Mobile | None:
        contributor = self.people.find(challenge.subject)
        mobile = registered_mobile(contributor, encryption=self.encryption, directory=self.directory)
        if mobile is None:
            self.challenges.record_failed(challenge.id)
        return mobile

    def _bound(self, challenge: Challenge, mobile: Mobile, *, charge: Items) -> bool:
        """Whether the code may go to this phone, which from now on is the only one.

        It is counted for the phone and charged to the budget in one step with that, before it is sent: whoever dies in
        between has counted a text too many, never sent one too many.
        """
        phone = phone_hash(mobile, mac=self.mac)
        if challenge.phone is not None:
            if challenge.phone != phone:
                self.challenges.record_failed(challenge.id)
            return challenge.phone == phone
        try:
            counted = self._counted(phone)
        except rules.TooManyCodes as refused:
            pause = timedelta(seconds=int(refused.facts["retry_after"] or 0))
            self.challenges.record_not_sent(challenge.id, try_again_at=self._now + pause)
            return False
        self.transaction.commit(
            charge, self.challenges.bind_phone(challenge.id, phone=phone, counted=counted)
        )
        return True

    def _counted(self, phone: str) -> Counted:
        history = self.challenges.history(f"phone/{phone}")
        return rules.count(history, at=self._now, windows=policy_on(today(self.clock)).windows)

    def _hand_over(self, challenge: Challenge, mobile: Mobile) -> None:
        minutes = policy_on(today(self.clock)).lifetime_seconds // 60
        facts: dict[str, Fact] = {"code": code_of(challenge, mac=self.mac), "minutes": minutes}
        text = self.texts.compose(LANGUAGE, f"code_{challenge.purpose.value}", facts)
        try:
            self.gateway.send(mobile, text, reference=challenge.id)
        except (NumberRefused, TextRefused):
            self.challenges.record_failed(challenge.id)
            raise
        self.challenges.record_sent(challenge.id, masked_mobile=mobile.masked())

    @property
    def _now(self) -> datetime:
        return self.clock.now()


def code_of(challenge: Challenge, *, mac: Mac) -> str:
    """The challenge's code, for the one message it is sent in. Asking again gives the same code."""
    policy = policy_on(challenge.opened_at.date())
    return rules.code_from(mac.of(rules.message(challenge)), digits=policy.digits)
