"""Verifying an authenticator's code or a recovery code; a try is counted before anything is compared."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from ishtirak.factors import rules
from ishtirak.factors.model import Factors, FactorsChange
from ishtirak.factors.policy import policy_on
from ishtirak.factors.ports import FactorRecords
from ishtirak.factors.secrets import decrypt_secret
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption, Mac


@dataclass(frozen=True)
class AcceptedStep:
    """The step whose code was right: used up by `FactorRecords.accept_step`, or by a change of the factors."""

    factors: Factors
    step: int


def verify_totp(
    person_id: str,
    code: str,
    *,
    factors: FactorRecords,
    encryption: Encryption,
    clock: Clock,
    stand_in: Callable[[], object] | None = None,
) -> AcceptedStep:
    """The step this is the code of; the caller uses it up with the effect.

    Raises `FactorCodeNotAccepted`, and `FactorPaused` after too many wrong ones. With a `stand_in`, called where there
    is no secret to decrypt, everybody gets the same calls and the one refusal.
    """
    found, counted = _count_try(person_id, factors=factors, clock=clock)
    authenticator = found.authenticator
    if authenticator is None or not counted:
        if stand_in is None:
            _require_no_pause(found, clock=clock)
        else:
            stand_in()
        raise rules.FactorCodeNotAccepted()
    secret = decrypt_secret(
        authenticator.encrypted,
        person_id=person_id,
        authenticator_id=authenticator.id,
        encryption=encryption,
    )
    step = rules.accepted_step(
        secret, code, at=clock.now(), after=authenticator.last_step, policy=policy_on(today(clock))
    )
    if step is None:
        raise rules.FactorCodeNotAccepted()
    return AcceptedStep(found, step)


def verify_recovery_code(
    person_id: str, code: str, *, factors: FactorRecords, mac: Mac, clock: Clock, silent: bool = False
) -> FactorsChange:
    """The change that uses the recovery code up. Raises as `verify_totp`; a `silent` one never tells of a pause."""
    found, counted = _count_try(person_id, factors=factors, clock=clock)
    letters = rules.typed_recovery_code(code, policy=policy_on(today(clock)))
    tag = mac.of(rules.recovery_message(person_id, letters)).hex()
    if not counted:
        if not silent:
            _require_no_pause(found, clock=clock)
        raise rules.FactorCodeNotAccepted()
    return rules.use_recovery_code(found, tag, at=clock.now())


def _count_try(person_id: str, *, factors: FactorRecords, clock: Clock) -> tuple[Factors, bool]:
    """The person's factors and whether this try may be looked at; one read and one write, whatever comes of it."""
    found = factors.find(person_id)
    tries, admitted = rules.attempt(found, at=clock.now(), policy=policy_on(today(clock)))
    counted = factors.record_try(tries, of=found) and admitted
    return (replace(found, tries=tries) if admitted else found), counted


def _require_no_pause(found: Factors, *, clock: Clock) -> None:
    now, until = clock.now(), found.tries.next_at
    if until is not None and now < until:
        raise rules.FactorPaused(retry_after=max(1, math.ceil((until - now) / timedelta(seconds=1))))
