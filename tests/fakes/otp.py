"""In-memory fake of the Access table's challenges, and a keyed hash whose key the tests know."""

import hashlib
import hmac
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ishtirak.kernel.errors import ChangedMeanwhile, Unavailable
from ishtirak.kernel.transaction import Items
from ishtirak.otp.model import (
    Attempt,
    Challenge,
    ChallengeState,
    CodeHistory,
    Counted,
    DispatchState,
    Purpose,
)
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
        self,
        challenge: Challenge,
        *,
        before: CodeHistory,
        after: CodeHistory,
        replaces: str | None,
        address: Counted | None = None,
    ) -> Items:
        def check() -> None:
            if self.history(before.subject).version != before.version:
                raise TooSoon(retry_after=1)
            if address and self._moved_on(address):
                raise ChangedMeanwhile()
            if challenge.id in self.challenges or (replaces and replaces not in self.challenges):
                raise ChangedMeanwhile()

        def apply() -> None:
            self.histories[after.subject] = after
            if address:
                self.histories[address.after.subject] = address.after
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

    def bind_phone(self, challenge_id: str, *, phone: str, counted: Counted) -> Items:
        def holds() -> bool:
            found = self.challenges[challenge_id]
            free = found.dispatch is DispatchState.PENDING and found.phone is None
            return free and not self._moved_on(counted)

        def apply() -> None:
            self.histories[counted.after.subject] = counted.after
            self.challenges[challenge_id] = replace(self.challenges[challenge_id], phone=phone)

        return (Write.when(holds, apply),)

    def _moved_on(self, counted: Counted) -> bool:
        return self.history(counted.before.subject).version != counted.before.version

    def end(self, challenge_id: str) -> None:
        if challenge_id in self.challenges:
            found = self.challenges[challenge_id]
            self.challenges[challenge_id] = replace(found, state=ChallengeState.REPLACED)

    def record_sent(self, challenge_id: str, *, masked_mobile: str) -> None:
        self._dispatched(challenge_id, dispatch=DispatchState.SENT, masked_mobile=masked_mobile)

    def record_failed(self, challenge_id: str) -> None:
        self._dispatched(challenge_id, dispatch=DispatchState.FAILED)

    def record_not_sent(self, challenge_id: str, *, try_again_at: datetime) -> None:
        self._dispatched(challenge_id, dispatch=DispatchState.NOT_SENT, try_again_at=try_again_at)

    def _dispatched(self, challenge_id: str, **facts: Any) -> None:
        found = self.challenges.get(challenge_id)
        if found is not None and found.dispatch is DispatchState.PENDING:
            self.challenges[challenge_id] = replace(found, **facts)
