"""In-memory twin of the Access table's challenges, and a keyed hash whose key the tests know."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from ishtirak.kernel.errors import ChangedMeanwhile, Unavailable
from ishtirak.kernel.parts import Part
from ishtirak.otp.model import Attempt, Challenge, Dispatch, History, Purpose, State
from ishtirak.otp.rules import CodeNotAccepted, TooSoon, fits


@dataclass
class HandClock:
    """Stands still until it is moved."""

    moment: datetime = datetime(2026, 11, 22, 9, 0, 0, 250_000, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_seconds(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Write:
    """One write of an in-memory transaction: refuses, or gives nothing to object."""

    check: Callable[[], None]
    apply: Callable[[], None]


def commit(*parts: Part) -> None:
    """All of it or none of it."""
    writes = [write for part in parts for write in part]
    for write in writes:
        write.check()
    for write in writes:
        write.apply()


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
    histories: dict[str, History] = field(default_factory=dict)
    requested: list[str] = field(default_factory=list)

    def history(self, subject: str) -> History:
        return self.histories.get(subject, History(subject=subject))

    def opening(self, challenge: Challenge, *, before: History, after: History, replaces: str | None) -> Part:
        def check() -> None:
            if self.history(before.subject).version != before.version:
                raise TooSoon(retry_after=1)
            if challenge.id in self.challenges:
                raise ChangedMeanwhile()

        def apply() -> None:
            self.histories[after.subject] = after
            self.challenges[challenge.id] = challenge
            self.requested.append(challenge.id)
            if replaces:
                self.challenges[replaces] = replace(self.challenges[replaces], state=State.REPLACED)

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

    def consuming(self, challenge: Challenge) -> Part:
        def check() -> None:
            found = self.challenges.get(challenge.id)
            if found is None or found.state is not State.OPEN or found.digest != challenge.digest:
                raise CodeNotAccepted()

        def apply() -> None:
            self.challenges[challenge.id] = replace(self.challenges[challenge.id], state=State.USED)

        return (Write(check, apply),)

    def sent(self, challenge_id: str, *, masked_mobile: str) -> None:
        self._dispatched(challenge_id, Dispatch.SENT, masked_mobile)

    def failed(self, challenge_id: str) -> None:
        self._dispatched(challenge_id, Dispatch.FAILED, None)

    def _dispatched(self, challenge_id: str, dispatch: Dispatch, masked_mobile: str | None) -> None:
        found = self.challenges.get(challenge_id)
        if found is not None and found.dispatch is Dispatch.PENDING:
            self.challenges[challenge_id] = replace(found, dispatch=dispatch, masked_mobile=masked_mobile)

    def commit(self, *parts: Part) -> None:
        commit(*parts)
