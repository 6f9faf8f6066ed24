"""Delegations, kept in the table `Register` beside the mandates of owners.

Each is an aggregate of its own; what it is now is also an item of the delegate's partition, which is the mandate while
the delegation is accepted. An offer under way lies beside its challenge in the table `Access` and goes with it.
"""

from collections.abc import Sequence
from datetime import timedelta

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import event_log
from ishtirak.adapters.aws.establishment_table import ACTS_FOR, acting_for, mandate_item
from ishtirak.adapters.aws.instants import delete_after
from ishtirak.adapters.aws.people_table import person_partition
from ishtirak.delegations.model import (
    Delegation,
    DelegationChange,
    DelegationState,
    PendingOffer,
    Terms,
    delegation_aggregate,
)
from ishtirak.eventlog.event import Event
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.transaction import Items
from ishtirak.otp.model import challenge_aggregate
from ishtirak.register.mandates import Ground, Mandate

_LONGEST_OFFER = timedelta(minutes=10)


class DelegationTable:
    """The `Delegations` port on the register's table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def find(self, delegation_id: str) -> Delegation | None:
        item = event_log.read_state(self._table, delegation_aggregate(delegation_id))
        return _delegation(item) if item else None

    def of_person(self, person_id: str) -> Sequence[Delegation]:
        found = dynamo.query_prefix(self._table, person_partition(person_id), ACTS_FOR)
        return tuple(_delegation(item) for item in found if "body" in item)

    def of_establishment(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[Delegation]:
        found = dynamo.query(
            self._table,
            index="by_establishment",
            condition="establishment = :list AND registered_at > :after",
            values={":list": acting_for(number), ":after": after or " "},
        )
        delegations: list[Delegation] = []
        for item in found:
            if "body" in item:
                delegations.append(_delegation(item))
            if len(delegations) >= limit:
                break
        return delegations

    def save(self, change: DelegationChange) -> Items:
        before, after = change.before, change.after
        body = after.model_dump_json()
        return (
            dynamo.put(
                self._table,
                event_log.state_item(after.aggregate, chain=after.chain, body=body),
                condition="chain_seq = :read" if before else dynamo.NEW,
                values={":read": before.revision} if before else None,
            ),
            dynamo.put(
                self._table,
                _item(after, body),
                condition="revision = :read" if before else dynamo.NEW,
                values={":read": before.revision} if before else None,
            ),
            *event_log.append(self._table, change.event),
        )

    def history(self, delegation_id: str) -> Sequence[Event]:
        return event_log.read_events(self._table, delegation_aggregate(delegation_id))


class PendingOfferTable:
    """The `PendingOffers` port on the Access table. The clock only says when an offer under way may be deleted."""

    def __init__(self, table: str, *, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def begin(self, offer: PendingOffer) -> Items:
        item = {
            "pk": str(challenge_aggregate(offer.challenge_id)),
            "sk": "OFFER",
            "challenge_id": offer.challenge_id,
            "establishment": offer.establishment.reveal(),
            "person_id": offer.person_id,
            "terms": offer.terms.model_dump_json(),
            "expires_at": delete_after(self._clock.now() + _LONGEST_OFFER),
        }
        return (dynamo.put(self._table, item, condition=dynamo.NEW),)

    def find(self, challenge_id: str) -> PendingOffer | None:
        item = dynamo.get(self._table, str(challenge_aggregate(challenge_id)), "OFFER")
        if item is None:
            return None
        return PendingOffer(
            challenge_id=item["challenge_id"],
            establishment=EstablishmentNumber(item["establishment"]),
            person_id=item["person_id"],
            terms=Terms.model_validate_json(item["terms"]),
        )


def _item(delegation: Delegation, body: str) -> dynamo.Item:
    mandate = _mandate(delegation)
    item = mandate_item(mandate) | {
        "registered_at": delegation.id,
        "revision": delegation.revision,
        "body": body,
    }
    if delegation.state is not DelegationState.ACCEPTED:
        del item["mandate"]
    return item


def _mandate(delegation: Delegation) -> Mandate:
    return Mandate(
        person_id=delegation.person_id,
        establishment=delegation.establishment,
        ground=Ground.DELEGATION,
        scopes=delegation.terms.scopes,
        starts_on=delegation.terms.starts_on,
        ends_on=delegation.terms.ends_on,
    )


def _delegation(item: dynamo.Item) -> Delegation:
    return Delegation.model_validate_json(item["body"])
