"""Opening a challenge, and verifying what a person typed."""

import uuid
from dataclasses import replace

from ishtirak.kernel.clock import Clock, today
from ishtirak.otp import rules
from ishtirak.otp.model import Challenge, History, Opened, Purpose
from ishtirak.otp.policy import policy_on
from ishtirak.otp.ports import Challenges, Mac


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
) -> Opened:
    """A new challenge for the subject, to be committed by who asked for it.

    A `silent` one never says that a limit is reached: it opens a decoy of nobody's instead, so that a
    stranger who asks learns nothing of the subject, and costs it nothing. One read, whatever comes of it.
    """
    policy = policy_on(today(clock))
    now = clock.now()
    challenge = Challenge(
        id=str(uuid.uuid4()),
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
        challenge = replace(challenge, subject=nobody(), decoy=True)
        before = History(subject=challenge.subject)
        after = rules.admit(challenge, history=before, policy=policy)
    part = challenges.opening(
        challenge, before=before, after=after, replaces=rules.replaced_by(challenge, history=before)
    )
    return Opened(challenge=challenge, resend_after_seconds=policy.resend_after_seconds, part=part)


def nobody() -> str:
    """A subject for a decoy: looks like a person's id and is nobody's."""
    return str(uuid.uuid4())


def verify(
    challenge_id: str,
    code: str,
    *,
    subject: str,
    purpose: Purpose,
    digest: str,
    challenges: Challenges,
    mac: Mac,
    clock: Clock,
) -> Challenge:
    """The challenge this is the right code of; a try is spent first, whatever the code is.

    It may be used already: then the effect stands, and the caller answers with it or refuses. Otherwise the
    caller commits `challenges.consuming(challenge)` together with the effect. Raises `CodeNotAccepted`,
    `TooManyTries`, or `Unavailable` when the key cannot be asked.
    """
    policy = policy_on(today(clock))
    now = clock.now()
    attempt = challenges.spend(
        challenge_id, subject=subject, purpose=purpose, digest=digest, tries=policy.tries, now=now
    )
    challenge = rules.accept(attempt, subject=subject, purpose=purpose, digest=digest, now=now, policy=policy)
    tag = mac.of(rules.message(challenge))
    return rules.compare(
        challenge, typed_code=rules.typed(code, digits=policy.digits), tag=tag, policy=policy
    )


def code_of(challenge: Challenge, *, mac: Mac) -> str:
    """The challenge's code, for the one message it is sent in. Asking again gives the same code."""
    policy = policy_on(challenge.opened_at.date())
    return rules.code_from(mac.of(rules.message(challenge)), digits=policy.digits)
