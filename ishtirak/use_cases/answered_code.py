"""The code that was sent to somebody who is not signed in, typed back: whose challenge it is, is known to it alone."""

from dataclasses import dataclass

from ishtirak.kernel.clock import Clock
from ishtirak.kernel.crypto import Mac
from ishtirak.kernel.ids import new_id
from ishtirak.otp.model import Challenge, Purpose
from ishtirak.otp.ports import Challenges
from ishtirak.otp.rules import CodeNotAccepted
from ishtirak.use_cases.registered_phone import RegisteredPhones
from ishtirak.use_cases.verify_code import verify_code


@dataclass(frozen=True)
class AnsweredCodes:
    """Challenges, the key of their codes, and the phones they were sent to."""

    challenges: Challenges
    mac: Mac
    phones: RegisteredPhones
    clock: Clock

    def verify(
        self,
        challenge_id: str,
        code: str,
        *,
        purpose: Purpose,
        or_text: Purpose | None = None,
        digest: str | None = None,
    ) -> Challenge:
        """The challenge this is the right code of, used or not; a try is spent first. Refusals of `verify_code`.

        `or_text` is what the challenge was opened for instead where a text went out and no code: its tries count
        alike, so that nobody tells the two apart, and none is right.

        `digest` is what the code has to be bound to, where the caller can say; otherwise it is what it was opened for.
        """
        found = self.challenges.find(challenge_id)
        challenge = verify_code(
            challenge_id,
            code,
            subject=found.subject if found else new_id(),
            purpose=or_text if or_text and found and found.purpose is or_text else purpose,
            digest=digest if digest is not None else found.digest if found else "",
            challenges=self.challenges,
            mac=self.mac,
            phones=self.phones,
            clock=self.clock,
        )
        if challenge.purpose is not purpose:
            raise CodeNotAccepted()
        return challenge
