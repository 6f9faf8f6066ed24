"""Delegations the register had before this service: carried over by an operator, and nobody is told of them."""

from datetime import datetime

from ishtirak.delegations.model import (
    Delegation,
    DelegationChange,
    DelegationState,
    Terms,
    delegation_aggregate,
    delegation_id,
)
from ishtirak.delegations.rules import SOURCE
from ishtirak.eventlog.event import Chain, next_event
from ishtirak.kernel.identity import EstablishmentNumber


def migrate(
    establishment: EstablishmentNumber, person_id: str, terms: Terms, *, by: str, at: datetime
) -> DelegationChange:
    """The delegation as it was accepted then."""
    identity = delegation_id(establishment, person_id)
    event = next_event(
        "DelegationMigrated",
        source=SOURCE,
        aggregate=delegation_aggregate(identity),
        chain=Chain(),
        at=at,
        actor=by,
        data={"person_id": person_id, "establishment": establishment.reveal(), "offered_by": by},
    )
    after = Delegation(
        id=identity,
        establishment=establishment,
        person_id=person_id,
        terms=terms,
        state=DelegationState.ACCEPTED,
        offered_by=by,
        offered_at=at,
        open_until=at,
        chain=Chain.after(event),
    )
    return DelegationChange(None, after, event)
