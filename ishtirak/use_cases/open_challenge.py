"""Opening a challenge: the first half of everything a code is asked for."""

from dataclasses import replace

from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.ids import new_id
from ishtirak.otp import rules
from ishtirak.otp.model import Challenge, CodeHistory, OpenedChallenge, Purpose
from ishtirak.otp.policy import policy_on
from ishtirak.otp.ports import Challenges


def open_challenge(
    subject: str,
    *,
    purpose: Purpose,
    digest: str,
    about: str,
    challenges: Challenges,
    clock: Clock,
    decoy: bool = False,
    silent: bool = False,
) -> OpenedChallenge:
    """A new challenge for the subject, to be committed by who asked for it.

    A `silent` one never says that a limit is reached: it opens a decoy of nobody's instead, so that an
    unrelated caller who asks learns nothing of the subject, and costs it nothing. One read, whatever comes of it.
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
    try:
        after = rules.admit(challenge, history=before, policy=policy)
    except (rules.TooSoon, rules.TooManyCodes):
        if not silent:
            raise
        challenge = replace(challenge, subject=new_id(), decoy=True)
        before = CodeHistory(subject=challenge.subject)
        after = rules.admit(challenge, history=before, policy=policy)
    items = challenges.open(
        challenge, before=before, after=after, replaces=rules.replaced_by(challenge, history=before)
    )
    return OpenedChallenge(challenge=challenge, resend_after_seconds=policy.resend_after_seconds, items=items)
