"""An official: which part of the authority's work somebody does, and how far their appointment came."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pydantic import Field

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event
from ishtirak.kernel.caller import Role
from ishtirak.kernel.dates import Moment
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.value import Id, Value

OFFICIAL_ROLES: Final = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR})


class OfficialState(StrEnum):
    """INVITED by one administrator, CONFIRMED by another, ACTIVE once the person accepted; DISABLED by any one."""

    INVITED = "INVITED"
    CONFIRMED = "CONFIRMED"
    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"


class Official(Value):
    """موظف المؤسسة: there is one for each person; invited anew after being disabled, under the same id."""

    id: Id
    person_id: Id
    role: Role
    state: OfficialState
    invited_by: str
    open_until: Moment
    """An invitation is confirmed and accepted by this moment, or not any more."""
    chain: Chain = Field(repr=False)

    @property
    def aggregate(self) -> Aggregate:
        return official_aggregate(self.id)

    @property
    def revision(self) -> int:
        return self.chain.seq


@dataclass(frozen=True)
class OfficialChange:
    """A change of an official and its event; `before` is None for the first invitation there ever was."""

    before: Official | None
    after: Official
    event: Event


@dataclass(frozen=True)
class Standing:
    """What the table says of somebody as an official: the role they have, None once they were disabled."""

    role: Role | None


@dataclass(frozen=True, kw_only=True)
class PendingInvitation:
    """An invitation whose code was not entered yet; it belongs to the challenge of that code."""

    challenge_id: str
    person_id: str
    role: Role


def official_id(person_id: str) -> str:
    """The id of somebody as an official; who reads it learns nothing of their sign-in."""
    return stable_id("official", person_id)


def official_aggregate(id: str) -> Aggregate:
    """What the events of an official are about."""
    return Aggregate(AggregateKind.OFFICIAL, id)
