"""Opening a challenge: the first half of everything a code is asked for."""

from dataclasses import replace

from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Mac
from ishtirak.kernel.ids import new_id
from ishtirak.messages.budget import SmsBudgets
from ishtirak.otp import rules
from ishtirak.otp.model import Challenge, CodeHistory, Counted, OpenedChallenge, Purpose
from ishtirak.otp.policy import CodePolicy, policy_on
from ishtirak.otp.ports import Challenges
from ishtirak.use_cases.charge_text import codes_wait_until


def open_challenge(
    subject: str,
    *,
    purpose: Purpose,
    digest: str,
    about: str,
    challenges: Challenges,
    mac: Mac,
    budgets: SmsBudgets,
    clock: Clock,
    source_address: str | None = None,
    decoy: bool = False,
    silent: bool = False,
) -> OpenedChallenge:
    """A new challenge for the subject, to be committed by who asked for it, and counted for the address it is asked
    from. Committing it raises `TooSoon` or `ChangedMeanwhile` when another was opened meanwhile.

    A `silent` one never says that a limit is reached: it opens a decoy of nobody's instead, so that an
    unrelated caller who asks learns nothing of the subject, and costs neither it nor the address anything. The same
    reads and the same number of writes, whatever comes of it.
    """
    policy = policy_on(today(clock))
    now = clock.now()
    challenge = Challenge(
        id=new_id(),
        subject=subject,
        purpose=purpose,
        digest=digest,
        about=about,
        opened_at=now,
        expires_at=now + policy.lifetime,
        decoy=decoy,
    )
    before = challenges.history(subject)
    message = rules.address_message(source_address)
    source = challenges.history(f"address/{mac.of(message).hex()}") if message else None
    try:
        after = rules.admit(challenge, history=before, policy=policy)
        address = _from_address(source, challenge, policy=policy)
    except (rules.TooSoon, rules.TooManyCodes):
        if not silent:
            raise
        challenge = replace(challenge, subject=new_id(), decoy=True)
        before = CodeHistory(subject=challenge.subject)
        after = rules.admit(challenge, history=before, policy=policy)
        address = _from_address(source, challenge, policy=policy)
    items = challenges.open(
        challenge,
        before=before,
        after=after,
        replaces=rules.replaced_by(challenge, history=before),
        address=address,
    )
    return OpenedChallenge(
        challenge=challenge,
        resend_after_seconds=policy.resend_after_seconds,
        items=items,
        texts_from=codes_wait_until(budgets=budgets, clock=clock),
    )


def _from_address(source: CodeHistory | None, challenge: Challenge, *, policy: CodePolicy) -> Counted | None:
    """What the address's history becomes; a decoy, for which nothing is sent, is written beside it and not counted."""
    if source is None:
        return None
    history = CodeHistory(subject=new_id()) if challenge.decoy else source
    return rules.count(history, at=challenge.opened_at, windows=policy.address_windows)
