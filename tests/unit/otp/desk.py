"""One subject who asks for codes and types them, on ports in memory."""

from datetime import date

from ishtirak.otp.model import Challenge, OpenedChallenge, Purpose
from ishtirak.otp.policy import policy_on
from ishtirak.use_cases.open_challenge import open_challenge
from ishtirak.use_cases.send_code import code_of
from ishtirak.use_cases.verify_code import verify_code
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.otp import HandClock, InMemoryChallenges, KnownMac
from tests.fakes.phones import no_phones
from tests.fakes.transaction import commit

PERSON = "5f0c1a52-0000-4000-8000-000000000001"
OTHER_PERSON = "5f0c1a52-0000-4000-8000-000000000002"
CONTENT = "a" * 64
OTHER_CONTENT = "b" * 64
POLICY = policy_on(date(2026, 11, 22))


class Desk:
    """One subject asking for codes and typing them, on in-memory ports."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.challenges = InMemoryChallenges()
        self.mac = KnownMac()
        self.budgets = BudgetsInMemory()
        self.phones = no_phones()

    def open(
        self,
        *,
        subject: str = PERSON,
        purpose: Purpose = Purpose.SUBMIT_REQUEST,
        digest: str = CONTENT,
        source_address: str | None = None,
        silent: bool = False,
    ) -> OpenedChallenge:
        opened = open_challenge(
            subject,
            purpose=purpose,
            digest=digest,
            about="request-1",
            challenges=self.challenges,
            mac=self.mac,
            budgets=self.budgets,
            clock=self.clock,
            source_address=source_address,
            silent=silent,
        )
        commit(opened.items)
        return opened

    def code(self, opened: OpenedChallenge) -> str:
        return code_of(opened.challenge, mac=self.mac)

    def verify(
        self,
        opened: OpenedChallenge,
        code: str,
        *,
        subject: str = PERSON,
        purpose: Purpose = Purpose.SUBMIT_REQUEST,
        digest: str = CONTENT,
    ) -> Challenge:
        return verify_code(
            opened.challenge_id,
            code,
            subject=subject,
            purpose=purpose,
            digest=digest,
            challenges=self.challenges,
            mac=self.mac,
            phones=self.phones,
            clock=self.clock,
        )
