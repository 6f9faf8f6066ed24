"""Readings of a person's data, and what was revealed to whom, as they are kept."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.value import Id, Value


class RevealedField(StrEnum):
    """What is masked, and revealed for a reason only."""

    IDENTITY_NUMBER = "IDENTITY_NUMBER"
    MOBILE = "MOBILE"


class RevealReason(StrEnum):
    """Why an employer needs it; each has its text in both languages."""

    WAGE_PAYMENT = "WAGE_PAYMENT"
    CONTRACT = "CONTRACT"
    CORRECTION = "CORRECTION"
    WORK_INJURY = "WORK_INJURY"
    PUBLIC_AUTHORITY = "PUBLIC_AUTHORITY"
    OTHER = "OTHER"


class ReadMatter(StrEnum):
    """What of a person was read."""

    ACCOUNT = "ACCOUNT"
    IDENTITY_NUMBER = "IDENTITY_NUMBER"
    MOBILE = "MOBILE"


class AccessRecord(Value):
    """سجل الاطلاع: that an establishment read something of a person. `by` is for the authority alone."""

    id: Id
    person_id: Id
    establishment: EstablishmentNumber
    matter: ReadMatter
    at: str
    by: Id
    reason_code: RevealReason | None = None
    reason: str | None = None

    @property
    def position(self) -> str:
        """Where it stands in the person's log: by when it was read, ties by id."""
        return f"{self.at}#{self.id}"


@dataclass(frozen=True)
class ListReading:
    """That pages of an establishment's list were read on a day, and how many of them."""

    establishment: EstablishmentNumber
    day: date
    pages: int


@dataclass(frozen=True)
class RevealHistory:
    """When one officer of one establishment was last shown something; `version` 0 says never."""

    establishment: EstablishmentNumber
    officer: str
    version: int = 0
    recent: tuple[str, ...] = ()
    """Instants, in order, no older than the longest window that was asked about."""
    chain: Chain = field(default_factory=Chain)

    @property
    def aggregate(self) -> Aggregate:
        return Aggregate(AggregateKind.DISCLOSURE, f"{self.establishment.reveal()}/{self.officer}")


@dataclass(frozen=True)
class Reveal:
    """One reveal: the officer's history after it, its event, and the line in the person's log."""

    after: RevealHistory
    event: Event
    record: AccessRecord
