"""A delegation: what one person may do for one establishment, from when, and how far it came."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event
from ishtirak.kernel.dates import Day, Moment
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.scope import Scope
from ishtirak.kernel.value import Id, Value


class DelegationState(StrEnum):
    """OFFERED until the delegate answers; REVOKED for the establishment, ENDED by the delegate, who gave it up."""

    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    REVOKED = "REVOKED"
    ENDED = "ENDED"


class Terms(Value):
    """What is delegated and for how long, both days included; without a last day it goes on until it is ended."""

    scopes: frozenset[Scope]
    starts_on: Day
    ends_on: Day | None = None


class Delegation(Value):
    """التفويض: there is one for each person and establishment; an offer made after the last one ended renews it.

    It is in force while ACCEPTED, from the first day of its terms to the last. Each change makes a `revision`.
    """

    id: Id
    establishment: EstablishmentNumber
    person_id: Id
    terms: Terms
    state: DelegationState
    offered_by: str
    offered_at: Moment
    open_until: Moment
    """An offer is answered by this moment, or not any more."""
    chain: Chain = Field(repr=False)

    @property
    def revision(self) -> int:
        return self.chain.seq

    @property
    def aggregate(self) -> Aggregate:
        return delegation_aggregate(self.id)


@dataclass(frozen=True)
class DelegationChange:
    """A change of a delegation and its event; `before` is None for the first offer there ever was."""

    before: Delegation | None
    after: Delegation
    event: Event


@dataclass(frozen=True, kw_only=True)
class PendingOffer:
    """An offer whose code was not entered yet; it belongs to the challenge of that code, and ends with it."""

    challenge_id: str
    establishment: EstablishmentNumber
    person_id: str
    terms: Terms


def delegation_id(establishment: EstablishmentNumber, person_id: str) -> str:
    """The id of what there is, or will be, between a person and an establishment."""
    return stable_id("delegation", establishment.reveal(), person_id)


def delegation_aggregate(id: str) -> Aggregate:
    """What the events of a delegation are about."""
    return Aggregate(AggregateKind.DELEGATION, id)
