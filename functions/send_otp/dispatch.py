"""Sending a code to the phone registered for the person it is for, and to no other."""

from dataclasses import dataclass

from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.edge.texts import text
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.errors import Fact
from ishtirak.kernel.identity import IdentityNumber, Mobile
from ishtirak.messages.gateway import NumberRefused, SmsGateway, TextRefused
from ishtirak.otp import service as otp
from ishtirak.otp.model import Challenge, ChallengeState, DispatchState
from ishtirak.otp.policy import policy_on
from ishtirak.otp.ports import Challenges, Mac
from ishtirak.register.people import identity_encryption_context
from ishtirak.register.ports import Directory, Register

LANGUAGE = "ar"
"""The purpose is told in the language of the register; the code reads the same in every language."""


@dataclass(frozen=True, kw_only=True)
class CodeDispatcher:
    """One code, one message, one phone. Doing it again sends nothing new."""

    challenges: Challenges
    register: Register
    vault: KmsEncryption
    directory: Directory
    gateway: SmsGateway
    mac: Mac
    clock: Clock

    def dispatch(self, challenge_id: str) -> None:
        """Send the challenge's code, unless it is of no use any more; `Unavailable` asks for another try."""
        challenge = self.challenges.find(challenge_id)
        if challenge is None or not _wanted(challenge):
            return
        if self.clock.now() >= challenge.expires_at:
            self.challenges.failed(challenge.id)
            return
        mobile = self._registered_mobile(challenge.subject)
        if mobile is None:
            self.challenges.failed(challenge.id)
            return
        try:
            self.gateway.send(mobile, self._text(challenge), reference=challenge.id)
        except (NumberRefused, TextRefused):
            self.challenges.failed(challenge.id)
            raise
        self.challenges.sent(challenge.id, masked_mobile=mobile.masked())

    def _registered_mobile(self, person_id: str) -> Mobile | None:
        contributor = self.register.contributor(person_id)
        if contributor is None:
            return None
        identity = self.vault.open(contributor.sealed_identity, identity_encryption_context(person_id))
        person = self.directory.find(IdentityNumber(identity))
        return person.mobile if person else None

    def _text(self, challenge: Challenge) -> str:
        policy = policy_on(today(self.clock))
        facts: dict[str, Fact] = {
            "code": otp.code_of(challenge, mac=self.mac),
            "minutes": policy.lifetime_seconds // 60,
        }
        return text(LANGUAGE, "sms", f"code_{challenge.purpose.value}", None, facts)


def _wanted(challenge: Challenge) -> bool:
    """A decoy is nobody's, a replaced code would only mislead, and what was sent once is not sent again."""
    return (
        not challenge.decoy
        and challenge.state is ChallengeState.OPEN
        and challenge.dispatch is DispatchState.PENDING
    )
