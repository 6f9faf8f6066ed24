"""Readings of personal data in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from ishtirak.disclosure.model import AccessRecord, ListReading, Reveal, RevealHistory
from ishtirak.eventlog.event import Event
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.transaction import Items
from tests.fakes.transaction import Write


@dataclass
class InMemoryDisclosure:
    """The ports `AccessLog` and `Reveals` on dictionaries; `events` are what the event log would hold."""

    records: dict[tuple[str, str], AccessRecord] = field(default_factory=dict)
    pages: dict[tuple[str, date, str], int] = field(default_factory=dict)
    histories: dict[tuple[str, str], RevealHistory] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def of_person(self, person_id: str, *, limit: int, after: str | None = None) -> Sequence[AccessRecord]:
        found = [record for (person, _), record in self.records.items() if person == person_id]
        earlier = [record for record in found if after is None or record.position < after]
        return tuple(sorted(earlier, key=lambda record: record.position, reverse=True)[:limit])

    def add(self, record: AccessRecord) -> Items:
        key = (record.person_id, record.position)
        return (Write.when(lambda: key not in self.records, lambda: self.records.update({key: record})),)

    def count_list(self, number: EstablishmentNumber, *, by: str, on: date, at: datetime) -> None:
        key = (number.reveal(), on, by)
        self.pages[key] = self.pages.get(key, 0) + 1

    def lists(self, number: EstablishmentNumber, *, since: date) -> Sequence[ListReading]:
        days: dict[date, int] = {}
        for (owner, day, _), pages in self.pages.items():
            if owner == number.reveal() and day >= since:
                days[day] = days.get(day, 0) + pages
        return tuple(ListReading(number, day, days[day]) for day in sorted(days, reverse=True))

    def history(self, number: EstablishmentNumber, officer: str) -> RevealHistory:
        return self.histories.get((number.reveal(), officer), RevealHistory(number, officer))

    def save(self, reveal: Reveal, *, before: RevealHistory) -> Items:
        key = (before.establishment.reveal(), before.officer)

        def apply() -> None:
            self.histories[key] = reveal.after
            self.events.append(reveal.event)

        stands = Write.when(
            lambda: self.history(before.establishment, before.officer).version == before.version, apply
        )
        return (stands, *self.add(reveal.record))
