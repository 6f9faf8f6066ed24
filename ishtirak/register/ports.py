"""What the register needs from the outside.

Reading is as of now unless said otherwise. Writing is handed out as `Items`, for whoever commits them with their own
reason.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from ishtirak.eventlog.event import Event
from ishtirak.kernel.identity import EstablishmentNumber, PersonNumber
from ishtirak.kernel.insurance import System
from ishtirak.kernel.transaction import Items
from ishtirak.register.establishments import Establishment
from ishtirak.register.ledger import AccountState, LedgerEntry, Posting
from ishtirak.register.mandates import Mandate
from ishtirak.register.people import Contributor
from ishtirak.register.periods import RecordedPeriod
from ishtirak.register.person import Person
from ishtirak.register.registry import FeedState, RegistryEntry
from ishtirak.register.service_dates import ServiceDates


class Directory(Protocol):
    """دليل الأشخاص (Absher): the one source of names, birth dates and registered mobiles."""

    def find(self, identity: PersonNumber) -> Person | None:
        """The person with this number, or None when the directory says there is nobody.

        Raises `Unavailable` whenever it is not certain which of the two is true: an answer that is late,
        garbled or about somebody else is no answer.
        """


class Residency(Protocol):
    """الجوازات: the authority's feed of residents' service with an employer; their dates are never typed (REG-09)."""

    def services(self, identity: PersonNumber, establishment: EstablishmentNumber) -> Sequence[ServiceDates]:
        """Every service of this person with this employer, in order; none where the authority says there was none.

        Raises `Unavailable` whenever that is not certain: an answer that is late, garbled or about somebody else is
        no answer.
        """


class Fingerprints(Protocol):
    """Keyed hashes of people's numbers: what the register finds a person by."""

    def of(self, identity: PersonNumber) -> str:
        """The hash, in hex: equal for equal numbers, and nothing can be read from it."""


class People(Protocol):
    """The people the register knows."""

    def find(self, person_id: str) -> Contributor | None:
        """The person under this id."""

    def many(self, person_ids: Iterable[str]) -> Mapping[str, Contributor]:
        """Those of the people who are known, by id, as of one moment for each hundred."""

    def id_of(self, fingerprint: str) -> str | None:
        """The id of the person whose identity number has this keyed hash (hex)."""

    def save(self, contributor: Contributor, *, fingerprint: str) -> Items:
        """The writes that make a person known. `ChangedMeanwhile` when somebody else just did."""

    def renumber(self, contributor: Contributor, *, fingerprint: str) -> Items:
        """The writes that give a known person another number: found by both from then on, under the same id.

        `ChangedMeanwhile` when the number, or the birth date, is not as it was read.
        """


class Establishments(Protocol):
    """The employers the register knows, and who may act for them."""

    def find(self, number: EstablishmentNumber) -> Establishment | None:
        """The employer under this unified number."""

    def many(self, numbers: Iterable[EstablishmentNumber]) -> Mapping[EstablishmentNumber, Establishment]:
        """Those of the employers who are known, by number, as of one moment for each hundred."""

    def mandates_of(self, person_id: str) -> Sequence[Mandate]:
        """On what grounds a person acts for establishments, in the order of their numbers, whatever the day.

        As of now: what was revoked a moment ago is not among them. An establishment may be there twice.
        """

    def mandates_for(self, number: EstablishmentNumber) -> Iterator[Mandate]:
        """Those of an establishment, whatever the day, in an order that stays. May lag a moment."""

    def save(
        self, establishment: Establishment, *, before: Establishment | None = None, event: Event | None = None
    ) -> Items:
        """The writes that make an employer known, or that change it, with the mandates of its owners and the event.

        `ChangedMeanwhile` unless it still is as it was read.
        """


class CommercialRegistry(Protocol):
    """السجل التجاري: the one source of establishments, their owners and how they stand."""

    def changes(self, *, after: int, limit: int) -> Sequence[RegistryEntry]:
        """At most `limit` entries after a position, in order; none at the end.

        An entry that cannot be read is among them. Raises `Unavailable` whenever it is not certain what comes next.
        """


class RegistryFeed(Protocol):
    """How far the commercial registry's feed was applied."""

    def state(self) -> FeedState:
        """As of now; position 0 where it never was."""

    def save(self, state: FeedState, *, before: FeedState, event: Event | None = None) -> Items:
        """The writes that move it on. `ChangedMeanwhile` unless it still stands at `before`."""


class Accounts(Protocol):
    """السجل: periods of service, and the ledger and state of each account (one person in one system)."""

    def periods(self, person_id: str) -> Sequence[RecordedPeriod]:
        """Every period ever recorded for the person, reversed ones too, in the order of their first days."""

    def periods_with(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[RecordedPeriod]:
        """Standing periods with one employer in the order they were registered, after `after` (a `period_position`).

        May lag a moment.
        """

    def state(self, person_id: str, system: System) -> AccountState:
        """Where the account stands; one of version 0 where nothing was posted."""

    def entries(self, person_id: str, system: System) -> Sequence[LedgerEntry]:
        """The account's ledger, in order."""

    def save(self, posting: Posting, *, before: AccountState) -> Items:
        """The writes of a posting; `ChangedMeanwhile` unless the account still stands at `before`."""


def period_position(period: RecordedPeriod) -> str:
    """Where a period stands in its employer's list: by when it was registered, ties by id."""
    return f"{period.registered_at}#{period.id}"
