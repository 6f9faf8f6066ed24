"""A person removes their authenticator app, having proven with a factor who they are."""

from ishtirak.factors import rules
from ishtirak.factors.model import Authenticator, FactorKind, Factors
from ishtirak.factors.ports import FactorRecords
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.kernel.transaction import NO_ITEMS, Transaction
from ishtirak.messages.budget import SmsBudgets
from ishtirak.otp.model import Challenge, OpenedChallenge, Purpose
from ishtirak.otp.ports import Challenges
from ishtirak.use_cases.registered_phone import RegisteredPhones
from ishtirak.use_cases.send_challenge import send_challenge
from ishtirak.use_cases.verify_code import verify_unused_code
from ishtirak.use_cases.verify_factor import verify_recovery_code, verify_totp


def issue_removal_code(
    *,
    by: Caller,
    source_address: str | None,
    factors: FactorRecords,
    challenges: Challenges,
    mac: Mac,
    budgets: SmsBudgets,
    clock: Clock,
    transaction: Transaction,
) -> OpenedChallenge:
    """A code on its way to the registered phone that removes this authenticator, for who no longer has it at hand.

    Raises `NoAuthenticator` and the refusals of `open_challenge`.
    """
    authenticator = rules.require_authenticator(factors.find(by.person_id))
    return send_challenge(
        by.person_id,
        purpose=Purpose.REMOVE_FACTOR,
        digest=rules.removal_of(authenticator),
        about=authenticator.id,
        challenges=challenges,
        mac=mac,
        budgets=budgets,
        clock=clock,
        transaction=transaction,
        source_address=source_address,
    )


def remove_authenticator(
    *,
    kind: FactorKind,
    code: str,
    challenge_id: str | None = None,
    by: Caller,
    factors: FactorRecords,
    challenges: Challenges,
    encryption: Encryption,
    mac: Mac,
    phones: RegisteredPhones,
    clock: Clock,
    transaction: Transaction,
) -> Factors:
    """The factors without the authenticator and its recovery codes.

    It goes with the code of the app, a recovery code, or the code sent for exactly this removal. Raises
    `NoAuthenticator`, `ChallengeMissing`, and the refusals of `verify_code` and `verify_totp`.
    """
    found = factors.find(by.person_id)
    authenticator = rules.require_authenticator(found)
    consumed = NO_ITEMS
    match kind:
        case FactorKind.TOTP:
            found = verify_totp(
                by.person_id, code, factors=factors, encryption=encryption, clock=clock
            ).factors
        case FactorKind.RECOVERY:
            found = verify_recovery_code(by.person_id, code, factors=factors, mac=mac, clock=clock).before
        case FactorKind.SMS:
            challenge = _answered(
                challenge_id,
                code,
                authenticator=authenticator,
                by=by,
                challenges=challenges,
                mac=mac,
                phones=phones,
                clock=clock,
            )
            consumed = challenges.consume(challenge)
    change = rules.remove(found, kind=kind.value, at=clock.now())
    transaction.commit(factors.save(change), consumed, result=change.after)
    return change.after


def _answered(
    challenge_id: str | None,
    code: str,
    *,
    authenticator: Authenticator,
    by: Caller,
    challenges: Challenges,
    mac: Mac,
    phones: RegisteredPhones,
    clock: Clock,
) -> Challenge:
    if challenge_id is None:
        raise rules.ChallengeMissing()
    return verify_unused_code(
        challenge_id,
        code,
        subject=by.person_id,
        purpose=Purpose.REMOVE_FACTOR,
        digest=rules.removal_of(authenticator),
        challenges=challenges,
        mac=mac,
        phones=phones,
        clock=clock,
    )
