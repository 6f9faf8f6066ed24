"""Employers' lists of contributors in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import Nationality
from ishtirak.kernel.transaction import Items
from ishtirak.register.listing import (
    EmploymentState,
    Headcount,
    Headcounts,
    ListedContributor,
    ListedRow,
)
from tests.fakes.transaction import Write


@dataclass
class InMemoryContributorLists:
    """The `ContributorLists` port on a dictionary."""

    entries: dict[tuple[str, str], ListedContributor] = field(default_factory=dict)

    def find(self, number: EstablishmentNumber, contributor_id: str) -> ListedContributor | None:
        return self.entries.get((number.reveal(), contributor_id))

    def rows(
        self, number: EstablishmentNumber, prefix: str, *, limit: int, after: str | None = None
    ) -> Sequence[ListedRow]:
        found = [ListedRow(row, entry) for entry in self._of(number) for row in entry.rows()]
        wanted = [
            each
            for each in found
            if each.position.startswith(prefix) and (after is None or each.position > after)
        ]
        return tuple(sorted(wanted, key=lambda each: each.position)[:limit])

    def headcounts(self, number: EstablishmentNumber, *, on: date) -> Headcounts:
        states = [(entry.nationality, entry.state_on(on)) for entry in self._of(number)]
        return {
            each: Headcount(
                states.count((each, EmploymentState.ACTIVE)), states.count((each, EmploymentState.ENDED))
            )
            for each in Nationality
        }

    def save(self, after: ListedContributor | None, *, before: ListedContributor | None) -> Items:
        either = after or before
        if either is None:
            return ()
        key = (either.establishment.reveal(), either.contributor_id)

        def apply() -> None:
            if after is None:
                del self.entries[key]
            else:
                self.entries[key] = after

        return (Write.when(lambda: self.entries.get(key) == before, apply),)

    def _of(self, number: EstablishmentNumber) -> list[ListedContributor]:
        return [entry for (owner, _), entry in self.entries.items() if owner == number.reveal()]
