"""A person sees what establishments delegated to them, takes it, declines it, and gives it up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ishtirak.delegations import rules
from ishtirak.delegations.model import Delegation, DelegationChange
from ishtirak.delegations.ports import Delegations
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.transaction import Transaction, retry_on_conflict
from ishtirak.register.establishments import Establishment
from ishtirak.register.ports import Establishments


@dataclass(frozen=True)
class MyDelegation:
    """A delegation, the establishment it is of, and whether it may be used, or still be answered, now."""

    delegation: Delegation
    establishment: Establishment | None
    is_live: bool


def list_my_delegations(
    *, by: Caller, delegations: Delegations, establishments: Establishments, clock: Clock
) -> Sequence[MyDelegation]:
    """Everything that was ever delegated to the caller, in the order of the establishments' numbers."""
    found = delegations.of_person(by.person_id)
    known = establishments.many(delegation.establishment for delegation in found) if found else {}
    return [_mine(delegation, known.get(delegation.establishment), clock=clock) for delegation in found]


def accept_delegation(
    delegation_id: str,
    *,
    by: Caller,
    delegations: Delegations,
    establishments: Establishments,
    clock: Clock,
    transaction: Transaction,
) -> MyDelegation:
    """The delegation, from now on in force on its days. Raises `NotFound` for another's, and `OfferNotOpen`."""
    return _changed(
        rules.accept,
        delegation_id,
        by=by,
        delegations=delegations,
        establishments=establishments,
        clock=clock,
        transaction=transaction,
    )


def decline_delegation(
    delegation_id: str,
    *,
    by: Caller,
    delegations: Delegations,
    establishments: Establishments,
    clock: Clock,
    transaction: Transaction,
) -> MyDelegation:
    """The offer, declined. Raises as `accept_delegation` does."""
    return _changed(
        rules.decline,
        delegation_id,
        by=by,
        delegations=delegations,
        establishments=establishments,
        clock=clock,
        transaction=transaction,
    )


def resign_delegation(
    delegation_id: str,
    *,
    by: Caller,
    delegations: Delegations,
    establishments: Establishments,
    clock: Clock,
    transaction: Transaction,
) -> MyDelegation:
    """The delegation, given up: from the next call on. Raises `NotFound` for another's, and `DelegationOver`."""
    return _changed(
        rules.resign,
        delegation_id,
        by=by,
        delegations=delegations,
        establishments=establishments,
        clock=clock,
        transaction=transaction,
    )


def _changed(
    rule: Callable[..., DelegationChange],
    delegation_id: str,
    *,
    by: Caller,
    delegations: Delegations,
    establishments: Establishments,
    clock: Clock,
    transaction: Transaction,
) -> MyDelegation:
    def decided() -> MyDelegation:
        delegation = delegations.find(delegation_id)
        if delegation is None:
            raise NotFound()
        by.require_owner(delegation.person_id)
        change = rule(delegation, by=by.person_id, at=clock.now())
        mine = _mine(change.after, establishments.find(delegation.establishment), clock=clock)
        transaction.commit(delegations.save(change), result=mine)
        return mine

    return retry_on_conflict(decided)


def _mine(delegation: Delegation, establishment: Establishment | None, *, clock: Clock) -> MyDelegation:
    return MyDelegation(delegation, establishment, is_live=rules.is_live(delegation, at=clock.now()))
