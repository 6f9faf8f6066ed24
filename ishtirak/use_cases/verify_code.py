"""Verifying what a person typed against the code they were sent."""

from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Mac
from ishtirak.otp import rules
from ishtirak.otp.model import Challenge, Purpose
from ishtirak.otp.policy import policy_on
from ishtirak.otp.ports import Challenges
from ishtirak.use_cases.registered_phone import RegisteredPhones


def verify_code(
    challenge_id: str,
    code: str,
    *,
    subject: str,
    purpose: Purpose,
    digest: str,
    challenges: Challenges,
    mac: Mac,
    phones: RegisteredPhones,
    clock: Clock,
) -> Challenge:
    """The challenge this is the right code of; a try is spent first, whatever the code is.

    It may be used already: then the effect stands, and the caller answers with it or refuses. Otherwise the
    caller commits `challenges.consume(challenge)` together with the effect. Only for the right code is the
    directory asked whether the phone it was sent to is still the person's: who does not hold it learns nothing
    from how long an answer takes, and cannot make us ask. Raises `CodeNotAccepted`, `TooManyTries`, or
    `Unavailable` when a key or the directory cannot be asked: then nothing is accepted, and the try is spent.
    """
    challenge = spend_try(
        challenge_id, subject=subject, purpose=purpose, digest=digest, challenges=challenges, clock=clock
    )
    policy = policy_on(today(clock))
    tag = mac.of(rules.message(challenge))
    typed = rules.typed(code, digits=policy.digits)
    right = rules.compare(challenge, typed_code=typed, tag=tag, policy=policy)
    if right.phone is not None and phones.keyed_hash(right.subject) != right.phone:
        challenges.end(right.id)
        raise rules.CodeNotAccepted()
    return right


def verify_unused_code(
    challenge_id: str,
    code: str,
    *,
    subject: str,
    purpose: Purpose,
    digest: str,
    challenges: Challenges,
    mac: Mac,
    phones: RegisteredPhones,
    clock: Clock,
) -> Challenge:
    """As `verify_code`, for an effect that is not answered again: a code used already raises `CodeNotAccepted`."""
    challenge = verify_code(
        challenge_id,
        code,
        subject=subject,
        purpose=purpose,
        digest=digest,
        challenges=challenges,
        mac=mac,
        phones=phones,
        clock=clock,
    )
    if challenge.used:
        raise rules.CodeNotAccepted()
    return challenge


def spend_try(
    challenge_id: str, *, subject: str, purpose: Purpose, digest: str, challenges: Challenges, clock: Clock
) -> Challenge:
    """The challenge, one of its tries spent on whatever is compared next. Raises the same but `Unavailable`."""
    policy = policy_on(today(clock))
    now = clock.now()
    attempt = challenges.spend(
        challenge_id, subject=subject, purpose=purpose, digest=digest, tries=policy.tries, now=now
    )
    return rules.accept(attempt, subject=subject, purpose=purpose, digest=digest, now=now, policy=policy)
