"""New recovery codes in place of the old ones."""

from ishtirak.factors import rules
from ishtirak.factors.model import ConfirmedFactors
from ishtirak.factors.policy import policy_on
from ishtirak.factors.ports import FactorRecords
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.kernel.transaction import Transaction
from ishtirak.use_cases.recovery_codes import new_recovery_codes
from ishtirak.use_cases.verify_factor import verify_totp


def replace_recovery_codes(
    *,
    code: str,
    by: Caller,
    factors: FactorRecords,
    encryption: Encryption,
    mac: Mac,
    clock: Clock,
    transaction: Transaction,
) -> ConfirmedFactors:
    """The new codes, shown this once, for a `code` of the authenticator. Raises the refusals of `verify_totp`."""
    accepted = verify_totp(by.person_id, code, factors=factors, encryption=encryption, clock=clock)
    codes = new_recovery_codes(by.person_id, policy=policy_on(today(clock)), mac=mac)
    change = rules.replace_recovery_codes(
        accepted.factors, tags=tuple(codes.values()), step=accepted.step, at=clock.now()
    )
    replaced = ConfirmedFactors(change.after, tuple(codes))
    transaction.commit(factors.save(change), result=replaced)
    return replaced
