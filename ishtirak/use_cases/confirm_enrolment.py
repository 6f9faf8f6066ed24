"""The second step of enrolling an authenticator app: the code from the SMS, and a first code of the app."""

from ishtirak.factors import rules
from ishtirak.factors.model import Authenticator, ConfirmedFactors
from ishtirak.factors.policy import policy_on
from ishtirak.factors.ports import FactorRecords
from ishtirak.factors.secrets import decrypt_secret
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.kernel.transaction import Transaction
from ishtirak.otp.model import Purpose
from ishtirak.otp.ports import Challenges
from ishtirak.otp.rules import CodeNotAccepted
from ishtirak.use_cases.recovery_codes import new_recovery_codes
from ishtirak.use_cases.registered_phone import RegisteredPhones
from ishtirak.use_cases.verify_code import verify_unused_code


def confirm_enrolment(
    challenge_id: str,
    *,
    code: str,
    authenticator_code: str,
    by: Caller,
    factors: FactorRecords,
    challenges: Challenges,
    encryption: Encryption,
    mac: Mac,
    phones: RegisteredPhones,
    clock: Clock,
    transaction: Transaction,
) -> ConfirmedFactors:
    """The factors with the authenticator, and its recovery codes, shown this once.

    Consuming the code and enrolling are one effect; the app's first code opens nothing afterwards. Raises
    `AlreadyEnrolled`, the refusals of `verify_code`, and `FactorCodeNotAccepted` where the app shows another code.
    """
    found = factors.find(by.person_id)
    rules.require_none(found)
    enrolment = factors.enrolment(challenge_id)
    challenge = verify_unused_code(
        challenge_id,
        code,
        subject=by.person_id,
        purpose=Purpose.ENROL_FACTOR,
        digest=rules.content_of(enrolment.encrypted) if enrolment else "",
        challenges=challenges,
        mac=mac,
        phones=phones,
        clock=clock,
    )
    if enrolment is None:
        raise CodeNotAccepted()
    policy, now = policy_on(today(clock)), clock.now()
    secret = decrypt_secret(
        enrolment.encrypted,
        person_id=by.person_id,
        authenticator_id=enrolment.authenticator_id,
        encryption=encryption,
    )
    step = rules.accepted_step(secret, authenticator_code, at=now, after=-1, policy=policy)
    if step is None:
        raise rules.FactorCodeNotAccepted()
    authenticator = Authenticator(
        id=enrolment.authenticator_id, encrypted=enrolment.encrypted, enrolled_at=now, last_step=step
    )
    codes = new_recovery_codes(by.person_id, policy=policy, mac=mac)
    change = rules.enrol(found, authenticator, tags=tuple(codes.values()), at=now)
    confirmed = ConfirmedFactors(change.after, tuple(codes))
    transaction.commit(factors.save(change), challenges.consume(challenge), result=confirmed)
    return confirmed
