"""What disclosure needs from the outside. Writing is handed out as `Items`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from ishtirak.disclosure.model import AccessRecord, ListReading, Reveal, RevealHistory
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.transaction import Items


class AccessLog(Protocol):
    """سجل الاطلاع: who read whose data."""

    def of_person(self, person_id: str, *, limit: int, after: str | None = None) -> Sequence[AccessRecord]:
        """What was read of a person, latest first, after `after` (an `AccessRecord.position`)."""

    def add(self, record: AccessRecord) -> Items:
        """The write of a reading."""

    def count_list(self, number: EstablishmentNumber, *, by: str, on: date, at: datetime) -> None:
        """Count a page of an establishment's list for its reader's day. `Unavailable` when it was not counted for
        certain; a lost answer may count a page twice.
        """

    def lists(self, number: EstablishmentNumber, *, since: date) -> Sequence[ListReading]:
        """On which days the list was read since a day, latest first: a line for each day."""


class Reveals(Protocol):
    """What was revealed to each officer."""

    def history(self, number: EstablishmentNumber, officer: str) -> RevealHistory:
        """What one officer of an establishment was shown lately."""

    def save(self, reveal: Reveal, *, before: RevealHistory) -> Items:
        """The writes of a reveal: history, event and the person's log; `ChangedMeanwhile` unless the history still is
        `before`.
        """
