"""What one-time codes need from the outside."""

from datetime import datetime
from typing import Protocol

from ishtirak.kernel.transaction import Items
from ishtirak.otp.model import Attempt, Challenge, CodeHistory, Counted, Purpose


class Challenges(Protocol):
    """Where challenges and the history of sends are kept."""

    def history(self, subject: str) -> CodeHistory:
        """What was opened for a subject, or counted of a phone or an address; empty when nothing was."""

    def open(
        self,
        challenge: Challenge,
        *,
        before: CodeHistory,
        after: CodeHistory,
        replaces: str | None,
        address: Counted | None = None,
    ) -> Items:
        """The writes of the challenge, its `CodeRequested` event, both histories moved on, the replaced challenge
        closed.

        Their refusal is `TooSoon` when the subject's history is not as it was in `before`, and `ChangedMeanwhile` when
        the address's is not.
        """

    def find(self, challenge_id: str) -> Challenge | None: ...

    def spend(
        self, challenge_id: str, *, subject: str, purpose: Purpose, digest: str, tries: int, now: datetime
    ) -> Attempt:
        """Count one try in one write, before anything is compared.

        It counts only on a challenge that is this subject's, for this purpose and content, alive at `now`,
        not replaced, and with a try left. Of many at once, no more than `tries` count.
        """

    def consume(self, challenge: Challenge) -> Items:
        """OPEN → USED, only if it is still open for the same content.

        Their refusal is `CodeNotAccepted`.
        """

    def bind_phone(self, challenge_id: str, *, phone: str, counted: Counted) -> Items:
        """Note the phone (its keyed hash) the code is about to be sent to, and count the code for it, once.

        Their refusal is `ChangedMeanwhile`: noted already, dispatched already, or the phone's history moved on.
        """

    def end(self, challenge_id: str) -> None:
        """Nothing is accepted for it any more; one that was used stays used."""

    def record_sent(self, challenge_id: str, *, masked_mobile: str) -> None:
        """Record that a provider took the code over. The first record stands."""

    def record_failed(self, challenge_id: str) -> None:
        """Record that no code will be sent for it. The first record stands."""

    def record_not_sent(self, challenge_id: str, *, try_again_at: datetime) -> None:
        """Record that a limit holds its code back for good, and when another may be asked for. The first stands."""
