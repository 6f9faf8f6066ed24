"""In-memory fake of the Access table's challenges, and a keyed hash whose key the tests know."""

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from ishtirak.kernel.errors import ChangedMeanwhile, Unavailable
from ishtirak.kernel.transaction import Items
from ishtirak.otp.model import Attempt, Challenge, ChallengeState, CodeHistory, DispatchState, Purpose
from ishtirak.otp.rules import CodeNotAccepted, TooSoon, fits
from tests.fakes.transaction import Write


@dataclass
class HandClock:
    """Stands still until it is moved."""

    moment: datetime = datetime(2026, 11, 22, 9, 0, 0, 250_000, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_seconds(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class KnownMac:
    """A keyed hash on a key of the tests; `broken` stands for a key that cannot be asked."""

    key: bytes = b"a key for tests only, 32 bytes!!"
    broken: bool = False
    asked: int = 0

    def of(self, message: bytes) -> bytes:
        self.asked += 1
        if self.broken:
            raise Unavailable()
        return hmac.new(self.key, message, hashlib.sha256).digest()


@dataclass
class InMemoryChallenges:
    """`Challenges` in two dictionaries; `requested` holds what the event items would say."""

    challenges: dict[str, Challenge] = field(default_factory=dict)
    histories: dict[str, CodeHistory] = field(default_factory=dict)
    requested: list[str] = field(default_factory=list)

    def history(self, subject: str) -> CodeHistory:
        return self.histories.get(subject, CodeHistory(subject=subject))

    def open(
        self, challenge: Challenge, *, before: CodeHistory, after: CodeHistory, replaces: str | None
    ) -> Items:
        def check() -> None:
            if self.history(before.subject).version != before.version:
                raise TooSoon(retry_after=1)
            if challenge.id in self.challenges or (replaces and replaces not in self.challenges):
                raise ChangedMeanwhile()

        def apply() -> None:
            self.histories[after.subject] = after
            self.challenges[challenge.id] = challenge
            self.requested.append(challenge.id)
            if replaces:
                self.challenges[replaces] = replace(self.challenges[replaces], state=ChallengeState.REPLACED)

        return (Write(check, apply),)

    def find(self, challenge_id: str) -> Challenge | None:
        return self.challenges.get(challenge_id)

    def spend(
        self, challenge_id: str, *, subject: str, purpose: Purpose, digest: str, tries: int, now: datetime
    ) -> Attempt:
        found = self.challenges.get(challenge_id)
        if found is None:
            return Attempt(None, counted=False)
        good = fits(found, subject=subject, purpose=purpose, digest=digest, now=now)
        if not good or found.tries >= tries:
            return Attempt(found, counted=False)
        self.challenges[challenge_id] = replace(found, tries=found.tries + 1)
        return Attempt(self.challenges[challenge_id], counted=True)

    def consume(self, challenge: Challenge) -> Items:
        def check() -> None:
            found = self.challenges.get(challenge.id)
            if found is None or found.state is not ChallengeState.OPEN or found.digest != challenge.digest:
                raise CodeNotAccepted()

        def apply() -> None:
            self.challenges[challenge.id] = replace(self.challenges[challenge.id], state=ChallengeState.USED)

        return (Write(check, apply),)

    def record_sent(self, challenge_id: str, *, masked_mobile: str) -> None:
        self._dispatched(challenge_id, DispatchState.SENT, masked_mobile)

    def record_failed(self, challenge_id: str) -> None:
        self._dispatched(challenge_id, DispatchState.FAILED, None)

    def _dispatched(self, challenge_id: str, dispatch: DispatchState, masked_mobile: str | None) -> None:
        found = self.challenges.get(challenge_id)
        if found is not None and found.dispatch is DispatchState.PENDING:
            self.challenges[challenge_id] = replace(found, dispatch=dispatch, masked_mobile=masked_mobile)
