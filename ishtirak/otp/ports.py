"""What one-time codes need from the outside."""

from datetime import datetime
from typing import Protocol

from ishtirak.kernel.parts import Part
from ishtirak.otp.model import Attempt, Challenge, History, Purpose


class Mac(Protocol):
    """A keyed hash whose key nobody can read, not even this system."""

    def of(self, message: bytes) -> bytes:
        """HMAC-SHA-256 of the message, or `Unavailable`: without the key nothing is ever right."""


class Challenges(Protocol):
    """Where challenges and the history of sends are kept."""

    def history(self, subject: str) -> History:
        """What was opened for a subject; empty when nothing was."""

    def opening(self, challenge: Challenge, *, before: History, after: History, replaces: str | None) -> Part:
        """The challenge, its `CodeRequested` event, the history moved on and the replaced challenge closed.

        The part's own refusal is `TooSoon`, when the history is not as it was in `before`.
        """

    def find(self, challenge_id: str) -> Challenge | None: ...

    def spend(
        self, challenge_id: str, *, subject: str, purpose: Purpose, digest: str, tries: int, now: datetime
    ) -> Attempt:
        """Count one try in one write, before anything is compared.

        It counts only on a challenge that is this subject's, for this purpose and content, alive at `now`,
        not replaced, and with a try left. Of many at once, no more than `tries` count.
        """

    def consuming(self, challenge: Challenge) -> Part:
        """OPEN → USED, only if it is still open for the same content.

        The part's refusal is `CodeNotAccepted`.
        """

    def sent(self, challenge_id: str, *, masked_mobile: str) -> None:
        """Note that a provider took the code over. The first note stands."""

    def failed(self, challenge_id: str) -> None:
        """Note that no code will be sent for it. The first note stands."""
