"""Opening a challenge as an effect of its own: what every operation does that asks for a code, and what it begins."""

from collections.abc import Callable

from ishtirak.kernel.clock import Clock
from ishtirak.kernel.crypto import Mac
from ishtirak.kernel.transaction import NO_ITEMS, Items, Transaction, retry_on_conflict
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
    """The challenge, opened and committed. Raises as `begin_with_code` does."""
    return begin_with_code(
        subject,
        begun=lambda opened: (opened, NO_ITEMS),
        purpose=purpose,
        digest=digest,
        about=about,
        challenges=challenges,
        mac=mac,
        budgets=budgets,
        clock=clock,
        transaction=transaction,
        source_address=source_address,
    )


def begin_with_code[Begun](
    subject: str,
    *,
    begun: Callable[[OpenedChallenge], tuple[Begun, Items]],
    purpose: Purpose,
    digest: str,
    about: str,
    challenges: Challenges,
    mac: Mac,
    budgets: SmsBudgets,
    clock: Clock,
    transaction: Transaction,
    source_address: str | None,
) -> Begun:
    """What begins with a code: `begun` says what comes of the challenge, and what is written with it.

    Opened again where another code from the same address came first. Raises the refusals of `open_challenge`, and
    `Unavailable` when others kept writing: nothing was opened then.
    """

    def begun_now() -> Begun:
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
        result, items = begun(opened)
        transaction.commit(opened.items, items, result=result)
        return result

    return retry_on_conflict(begun_now)
