"""What the commercial registry says of an establishment, and what the register makes of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol, Self

from pydantic import Field, model_validator

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event, next_event
from ishtirak.kernel.clock import to_rfc3339
from ishtirak.kernel.dates import CivilDate, Day
from ishtirak.kernel.identity import EstablishmentNumber, PersonNumber
from ishtirak.kernel.value import Value
from ishtirak.register.establishments import (
    Cessation,
    CessationKind,
    EmployerSector,
    Establishment,
)

SOURCE: Final = "ishtirak.register"
MOST_OWNERS: Final = 20
"""An entry with more is put aside: its effect would not fit one transaction with the people it makes known."""


class LegalForm(StrEnum):
    """Whether one natural person is the establishment, or it is a person of its own."""

    SINGLE_OWNER = "SINGLE_OWNER"
    COMPANY = "COMPANY"
    PUBLIC_BODY = "PUBLIC_BODY"


class RegistryStatus(StrEnum):
    """How an establishment stands in the commercial registry."""

    ACTIVE = "ACTIVE"
    STRUCK_OFF = "STRUCK_OFF"
    MERGED = "MERGED"
    BANKRUPTCY = "BANKRUPTCY"
    LIQUIDATION = "LIQUIDATION"
    OWNER_DECEASED = "OWNER_DECEASED"


class RegistryOwner(Value):
    """Who owns it, or represents it by law: a number and the birth date as it was issued."""

    identity_number: PersonNumber = Field(repr=False)
    birth_date: CivilDate = Field(repr=False)


class RegistryChange(Value):
    """قيد في السجل التجاري: an establishment as it is from now on, whole; what it was before is not in it."""

    unified_number: EstablishmentNumber
    name_ar: str = Field(min_length=2, max_length=200)
    name_en: str = Field(min_length=2, max_length=200)
    sector: EmployerSector
    legal_form: LegalForm
    status: RegistryStatus
    since: Day
    """The day from which it stands so."""
    merged_into: EstablishmentNumber | None = None
    owners: tuple[RegistryOwner, ...] = Field(max_length=MOST_OWNERS)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        """Refused without saying what was in it."""
        if (self.merged_into is not None) != (self.status is RegistryStatus.MERGED):
            raise ValueError("merged into another, and only then")
        if self.merged_into == self.unified_number:
            raise ValueError("nothing merges into itself")
        if self.legal_form is LegalForm.SINGLE_OWNER and len(self.owners) != 1:
            raise ValueError("a single owner is one")
        if len({owner.identity_number for owner in self.owners}) != len(self.owners):
            raise ValueError("nobody owns it twice")
        return self


class EntriesPutAside(Protocol):
    """What an operator is told of: entries nobody could apply."""

    def show(self, count: int) -> None:
        """So many in one run."""


class EntryProblem(StrEnum):
    """Why an entry was put aside."""

    UNREADABLE = "UNREADABLE"
    OWNER_NOT_FOUND = "OWNER_NOT_FOUND"
    OWNER_CONTRADICTED = "OWNER_CONTRADICTED"
    """The directory of persons has another birth date or another number for an owner."""
    MERGED_INTO_UNKNOWN = "MERGED_INTO_UNKNOWN"


@dataclass(frozen=True)
class RegistryEntry:
    """One entry of the feed, in its order; None: it could not be read."""

    position: int
    change: RegistryChange | None


@dataclass(frozen=True)
class FeedState:
    """How far the feed was applied: the position of the last entry that was, or was put aside."""

    position: int = 0
    chain: Chain = field(default_factory=Chain)


@dataclass(frozen=True)
class EstablishmentChange:
    """An establishment before and after, and its event."""

    before: Establishment | None
    after: Establishment
    event: Event


FEED: Final = Aggregate(AggregateKind.REGISTRY, "commercial")
"""What the events of the feed are about: the entries that were put aside."""
_EVENTS: Final = {
    RegistryStatus.ACTIVE: "EstablishmentChanged",
    RegistryStatus.STRUCK_OFF: "EstablishmentStruckOff",
    RegistryStatus.MERGED: "EstablishmentMerged",
    RegistryStatus.BANKRUPTCY: "EstablishmentCeased",
    RegistryStatus.LIQUIDATION: "EstablishmentCeased",
    RegistryStatus.OWNER_DECEASED: "EstablishmentCeased",
}


def apply(
    before: Establishment | None,
    change: RegistryChange,
    *,
    owners: Sequence[str],
    position: int,
    at: datetime,
) -> EstablishmentChange:
    """The establishment as the registry has it now. `owners` are the ids of the change's owners, in its order."""
    known = before or _unknown(change, at=at)
    merged = {change.merged_into} if change.merged_into else set()
    struck_off = change.since if change.status is RegistryStatus.STRUCK_OFF else None
    after = known.model_copy(
        update={
            "name_ar": change.name_ar,
            "name_en": change.name_en,
            "sector": change.sector,
            "single_owner": owners[0] if change.legal_form is LegalForm.SINGLE_OWNER else None,
            "owners": tuple(owners),
            "ceased": _ceased(known, change),
            "merged_with": _sorted(merged | set(known.merged_with)),
            "struck_off_on": struck_off,
            "registry_position": position,
        }
    )
    happened = "EstablishmentEnrolled" if before is None else _EVENTS[change.status]
    facts = {"position": position, "status": change.status.value, "since": change.since.isoformat()}
    return _changed(before, after, happened, at=at, **facts)


def absorb(
    into: Establishment, absorbed: EstablishmentNumber, *, position: int, at: datetime
) -> EstablishmentChange:
    """The establishment that took another one over has its number as well."""
    after = into.model_copy(update={"merged_with": _sorted({absorbed, *into.merged_with})})
    return _changed(into, after, "EstablishmentMerged", at=at, position=position)


def put_aside(
    state: FeedState, position: int, problem: EntryProblem, *, at: datetime
) -> tuple[FeedState, Event]:
    """The feed goes on after an entry nobody could apply; the event says which and why, and nothing of its content."""
    event = next_event(
        "RegistryEntryPutAside",
        source=SOURCE,
        aggregate=FEED,
        chain=state.chain,
        at=at,
        actor="enrol_establishments",
        data={"position": position, "problem": problem.value},
    )
    return FeedState(position, Chain.after(event)), event


def _ceased(known: Establishment, change: RegistryChange) -> Cessation | None:
    if change.status is RegistryStatus.ACTIVE:
        return None
    if change.status.value in CessationKind:
        return Cessation(kind=CessationKind(change.status.value), on=change.since)
    return known.ceased


def _unknown(change: RegistryChange, *, at: datetime) -> Establishment:
    return Establishment(
        number=change.unified_number,
        name_ar=change.name_ar,
        name_en=change.name_en,
        sector=change.sector,
        registered_at=to_rfc3339(at),
    )


def _changed(
    before: Establishment | None, after: Establishment, type: str, *, at: datetime, **facts: Any
) -> EstablishmentChange:
    event = next_event(
        type,
        source=SOURCE,
        aggregate=after.aggregate,
        chain=after.chain,
        at=at,
        actor="enrol_establishments",
        data={"establishment": after.number.reveal(), **facts},
    )
    return EstablishmentChange(before, after.model_copy(update={"chain": Chain.after(event)}), event)


def _sorted(numbers: set[EstablishmentNumber]) -> tuple[EstablishmentNumber, ...]:
    return tuple(sorted(numbers, key=EstablishmentNumber.reveal))
