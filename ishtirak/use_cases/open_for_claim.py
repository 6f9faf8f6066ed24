"""Opening the challenge of who is not signed in: the same answer and the same calls, whoever is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ishtirak.kernel.clock import Clock
from ishtirak.kernel.crypto import Mac
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.transaction import NO_ITEMS, Items, Transaction, retry_on_conflict
from ishtirak.messages.budget import SmsBudgets
from ishtirak.otp.model import OpenedChallenge, Purpose
from ishtirak.otp.ports import Challenges
from ishtirak.otp.rules import TooSoon
from ishtirak.use_cases.open_challenge import open_challenge


@dataclass(frozen=True)
class Wanted:
    """For whom a challenge is opened, and what for; `items` are written with it. A `decoy` is nobody's."""

    subject: str
    purpose: Purpose
    digest: str
    items: Items = NO_ITEMS
    decoy: bool = False


@dataclass(frozen=True)
class SilentOpening:
    """A challenge that never tells whether a code is on its way, on its ports."""

    challenges: Challenges
    mac: Mac
    budgets: SmsBudgets
    clock: Clock

    def open(
        self,
        find: Callable[[], Wanted | None],
        *,
        purpose: Purpose,
        transaction: Transaction,
        source_address: str | None,
    ) -> OpenedChallenge:
        """The challenge of what `find` found; a decoy for the same purpose where that is nothing.

        Found again where somebody else was faster; of two in one moment one gets the code.
        """
        nothing = Wanted(new_id(), purpose, new_id(), decoy=True)
        commit = partial(self._commit, transaction=transaction, source_address=source_address)
        try:
            return retry_on_conflict(lambda: commit(find() or nothing))
        except TooSoon:
            return commit(nothing)

    def _commit(
        self, wanted: Wanted, *, transaction: Transaction, source_address: str | None
    ) -> OpenedChallenge:
        opened = open_challenge(
            wanted.subject,
            purpose=wanted.purpose,
            digest=wanted.digest,
            about="",
            challenges=self.challenges,
            mac=self.mac,
            budgets=self.budgets,
            clock=self.clock,
            source_address=source_address,
            decoy=wanted.decoy,
            silent=True,
        )
        transaction.commit(wanted.items, opened.items, result=opened)
        return opened
