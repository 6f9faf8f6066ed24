"""Sending a code to the phone registered for the person it is for, and to no other."""

from typing import Final

from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.kernel.errors import Fact
from ishtirak.messages.gateway import NumberRefused, SmsGateway, TextRefused
from ishtirak.messages.texts import MessageTexts
from ishtirak.otp import rules
from ishtirak.otp.model import Challenge
from ishtirak.otp.policy import policy_on
from ishtirak.otp.ports import Challenges
from ishtirak.register.ports import Directory, People
from ishtirak.use_cases.registered_mobile import registered_mobile

LANGUAGE: Final = "ar"
"""The purpose is written in the language of the register; the code reads the same in every language."""


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
    clock: Clock,
) -> None:
    """Send the challenge's code, unless it is of no use any more. Doing it again sends nothing new.

    How the dispatch went is recorded on the challenge and returned to nobody: a decoy looks like any other. Raises
    `Unavailable` when another try may help, `NumberRefused` or `TextRefused` when none will.
    """
    challenge = challenges.find(challenge_id)
    if challenge is None or not rules.awaits_dispatch(challenge):
        return
    contributor = people.find(challenge.subject) if clock.now() < challenge.expires_at else None
    mobile = (
        registered_mobile(contributor, encryption=encryption, directory=directory) if contributor else None
    )
    if mobile is None:
        challenges.record_failed(challenge.id)
        return
    minutes = policy_on(today(clock)).lifetime_seconds // 60
    facts: dict[str, Fact] = {"code": code_of(challenge, mac=mac), "minutes": minutes}
    text = texts.compose(LANGUAGE, f"code_{challenge.purpose.value}", facts)
    try:
        gateway.send(mobile, text, reference=challenge.id)
    except (NumberRefused, TextRefused):
        challenges.record_failed(challenge.id)
        raise
    challenges.record_sent(challenge.id, masked_mobile=mobile.masked())


def code_of(challenge: Challenge, *, mac: Mac) -> str:
    """The challenge's code, for the one message it is sent in. Asking again gives the same code."""
    policy = policy_on(challenge.opened_at.date())
    return rules.code_from(mac.of(rules.message(challenge)), digits=policy.digits)
