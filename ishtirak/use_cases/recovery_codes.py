"""Making recovery codes: shown once, kept as keyed hashes."""

from secrets import token_bytes

from ishtirak.factors import rules
from ishtirak.factors.policy import FactorPolicy
from ishtirak.kernel.crypto import Mac


def new_recovery_codes(person_id: str, *, policy: FactorPolicy, mac: Mac) -> dict[str, str]:
    """New codes of the person, each with the keyed hash it is kept as."""
    codes = [
        rules.recovery_code(token_bytes(policy.recovery_characters)) for _ in range(policy.recovery_codes)
    ]
    return {
        code: mac.of(rules.recovery_message(person_id, rules.typed_recovery_code(code, policy=policy))).hex()
        for code in codes
    }
