"""Employers' lists of contributors in memory."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
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


@dataclass
class CountedContributorLists:
    """One employer's list as the table has it, in order of its sort keys; counts what each query reads."""

    queries: int = 0
    looked_at: int = 0
    read_units: float = 0
    _order: list[str] = field(default_factory=list)
    _at: dict[str, tuple[ListedContributor, int]] = field(default_factory=dict)

    def fill(self, entries: Iterable[ListedContributor]) -> None:
        for entry in entries:
            size = len(entry.model_dump_json().encode())
            self._at.update((row, (entry, size)) for row in entry.rows())
        self._order = sorted(self._at)

    def rows(
        self, number: EstablishmentNumber, prefix: str, *, limit: int, after: str | None = None
    ) -> Sequence[ListedRow]:
        start = bisect_right(self._order, after) if after else bisect_left(self._order, prefix)
        end = min(bisect_left(self._order, f"{prefix}\U0010ffff"), start + limit)
        found = self._order[start:end]
        # the keys and the names of the attributes are read, too; a consistent read is a unit for each 4 KB
        read = sum(self._at[row][1] + 2 * len(row.encode()) + _KEYS for row in found)
        self.queries += 1
        self.looked_at += len(found)
        self.read_units += -(-read // 4096)
        return [ListedRow(row, self._at[row][0]) for row in found]

    def find(self, number: EstablishmentNumber, contributor_id: str) -> ListedContributor | None:
        raise NotImplementedError

    def headcounts(self, number: EstablishmentNumber, *, on: date) -> Headcounts:
        raise NotImplementedError

    def save(self, after: ListedContributor | None, *, before: ListedContributor | None) -> Items:
        raise NotImplementedError


_KEYS = 60
"""Bytes of an item beside its body and sort key: names of attributes, partition key, revision."""
