"""Opening a challenge as an effect of its own: what every operation does that only asks for a code."""

from ishtirak.kernel.clock import Clock
from ishtirak.kernel.crypto import Mac
from ishtirak.kernel.transaction import Transaction, retry_on_conflict
from ishtirak.messages.budget import SmsBudgets
from ishtirak.otp.model import OpenedChallenge, Purpose
from ishtirak.otp.ports import Challenges
from ishtirak.use_cases.open_challenge import open_challenge


def send_challenge(
    subject: str,
    *,
    purpose: Purpose,
    digest: str,
    about: str,
    challenges: Challenges,
    mac: Mac,
    budgets: SmsBudgets,
    clock: Clock,
    transaction: Transaction,
    source_address: str | None,
) -> OpenedChallenge:
    """The challenge, opened and committed; opened again where another code from the same address came first.

    Raises the refusals of `open_challenge`, and `Unavailable` when others kept writing: nothing was opened then.
    """

    def opened_now() -> OpenedChallenge:
        opened = open_challenge(
            subject,
            purpose=purpose,
            digest=digest,
            about=about,
            challenges=challenges,
            mac=mac,
            budgets=budgets,
            clock=clock,
            source_address=source_address,
        )
        transaction.commit(opened.items, result=opened)
        return opened

    return retry_on_conflict(opened_now)
