"""What the second step of signing in proves: the code from the SMS, an authenticator's, or a recovery code."""

from ishtirak.factors.model import FactorKind
from ishtirak.factors.ports import FactorRecords
from ishtirak.factors.rules import FactorCodeNotAccepted
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.transaction import NO_ITEMS, Items
from ishtirak.otp.model import Challenge, Purpose
from ishtirak.otp.ports import Challenges
from ishtirak.otp.rules import CodeNotAccepted
from ishtirak.sessions.credentials import decrypt_credential
from ishtirak.sessions.model import SignIn
from ishtirak.use_cases.registered_phone import RegisteredPhones
from ishtirak.use_cases.verify_code import spend_try, verify_code
from ishtirak.use_cases.verify_factor import verify_recovery_code, verify_totp


def prove_sign_in(
    challenge_id: str,
    code: str,
    *,
    kind: FactorKind,
    sign_in: SignIn | None,
    challenges: Challenges,
    factors: FactorRecords,
    encryption: Encryption,
    mac: Mac,
    phones: RegisteredPhones,
    clock: Clock,
) -> tuple[Challenge, Items]:
    """The challenge that was answered, and the writes that use up what answered it.

    Of one kind everybody gets the same calls and the same refusal: for a decoy, for who has no such factor and during
    a pause as for a wrong code. A try of the challenge is spent first, whatever the kind. Raises the refusals of
    `verify_code`.
    """
    subject = sign_in.subject if sign_in else new_id()
    digest = sign_in.digest if sign_in else ""
    if kind is FactorKind.SMS:
        challenge = verify_code(
            challenge_id,
            code,
            subject=subject,
            purpose=Purpose.SIGN_IN,
            digest=digest,
            challenges=challenges,
            mac=mac,
            phones=phones,
            clock=clock,
        )
        return challenge, NO_ITEMS
    challenge = spend_try(
        challenge_id,
        subject=subject,
        purpose=Purpose.SIGN_IN,
        digest=digest,
        challenges=challenges,
        clock=clock,
    )
    if sign_in is None:
        raise CodeNotAccepted()
    encrypted = sign_in.encrypted
    try:
        if kind is FactorKind.RECOVERY:
            change = verify_recovery_code(subject, code, factors=factors, mac=mac, clock=clock, silent=True)
            return challenge, factors.save(change)
        accepted = verify_totp(
            subject,
            code,
            factors=factors,
            encryption=encryption,
            clock=clock,
            stand_in=lambda: decrypt_credential(encrypted, item=challenge_id, encryption=encryption),
        )
    except FactorCodeNotAccepted:
        raise CodeNotAccepted() from None
    return challenge, factors.accept_step(accepted.factors, accepted.step)
