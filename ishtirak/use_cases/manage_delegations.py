"""The delegations of an establishment, for who may appoint for it: listed, looked into, and taken back."""

from collections.abc import Sequence
from functools import partial

from ishtirak.delegations import rules
from ishtirak.delegations.model import Delegation
from ishtirak.delegations.ports import Delegations
from ishtirak.eventlog.event import Event
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.pages import Cursors, Page
from ishtirak.kernel.scope import Scope
from ishtirak.kernel.transaction import Transaction, retry_on_conflict
from ishtirak.register.ports import Establishments, People
from ishtirak.use_cases.acting import require_acting, require_mandates
from ishtirak.use_cases.offer_delegation import DelegationOfPerson, appointer


def list_delegations(
    number: str,
    *,
    limit: int,
    after: str | None,
    by: Caller,
    establishments: Establishments,
    delegations: Delegations,
    people: People,
    cursors: Cursors,
    clock: Clock,
) -> Page[DelegationOfPerson]:
    """A page of everything an establishment ever delegated, by delegate; `NotFound` for who may not appoint for it.

    `after` is the cursor of an earlier page of the same list; `Invalid` (`/after`) for anything else.
    """
    establishment = require_acting(
        number, by=by, scope=Scope.APPOINT, establishments=establishments, clock=clock
    )
    page = Page.after(
        after,
        limit=limit,
        listing=f"delegations/{number}",
        found=partial(delegations.of_establishment, establishment),
        position=lambda delegation: delegation.id,
        cursors=cursors,
    )
    delegates = people.many(delegation.person_id for delegation in page.items)
    return Page(
        tuple(
            DelegationOfPerson(
                delegation,
                delegates.get(delegation.person_id),
                is_live=rules.is_live(delegation, at=clock.now()),
            )
            for delegation in page.items
        ),
        page.next,
    )


def read_delegation_history(
    number: str,
    delegation_id: str,
    *,
    by: Caller,
    establishments: Establishments,
    delegations: Delegations,
    clock: Clock,
) -> Sequence[Event]:
    """Everything that happened to a delegation, in order; `NotFound` as `list_delegations`, and for another's."""
    require_acting(number, by=by, scope=Scope.APPOINT, establishments=establishments, clock=clock)
    return delegations.history(_of(number, delegation_id, delegations=delegations).id)


def revoke_delegation(
    number: str,
    delegation_id: str,
    *,
    by: Caller,
    establishments: Establishments,
    delegations: Delegations,
    people: People,
    clock: Clock,
    transaction: Transaction,
) -> DelegationOfPerson:
    """The delegation, or the offer, taken back: from the next call on its delegate does nothing for the establishment.

    Raises `NotFound` as `list_delegations`, and for another establishment's; the refusals of `rules.revoke`.
    """

    def revoked() -> DelegationOfPerson:
        _, held = require_mandates(
            number, by=by, scope=Scope.APPOINT, establishments=establishments, clock=clock
        )
        delegation = _of(number, delegation_id, delegations=delegations)
        change = rules.revoke(delegation, by=appointer(held, by=by), at=clock.now())
        ended = DelegationOfPerson(change.after, people.find(delegation.person_id), is_live=False)
        transaction.commit(delegations.save(change), result=ended)
        return ended

    return retry_on_conflict(revoked)


def _of(number: str, delegation_id: str, *, delegations: Delegations) -> Delegation:
    delegation = delegations.find(delegation_id)
    if delegation is None or delegation.establishment.reveal() != number:
        raise NotFound()
    return delegation
