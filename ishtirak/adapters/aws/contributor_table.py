"""Employers' lists of contributors, kept in the table `Register`, in the partition `CONTRIBUTORS#<number>`.

`ENTRY#<id>` is an entry; a copy of it stands at every place it is found at (`NAME#`, `REGISTERED#`, `START#`, `WORD#`,
`DIGITS#`), so that any page is one query. `COUNT#<last day>#<nationality>#<shard>` are counts by the last recorded day,
`COUNT#TOTAL#…` those of everybody. Names are in bodies and sort keys, encrypted with the table under our own key, and
in no partition key; identity numbers are here as their last four digits alone.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from ishtirak.adapters import dynamo
from ishtirak.kernel.canonical import digest
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import Nationality
from ishtirak.kernel.transaction import Items
from ishtirak.register.listing import Headcount, Headcounts, ListedContributor, ListedRow

SHARDS: Final = 8
"""Several who come at once rarely want the same count."""
_OPEN: Final = "9999-12-31"
_TOTAL: Final = "TOTAL"
_AS_THE_ENTRY = "attribute_exists(pk) OR attribute_not_exists(pk)"
"""No condition of its own: all of it is written with the entry, on the condition of the entry."""
_FIRST: Final = "\x00"
_LAST: Final = "\U0010ffff"


class ContributorTable:
    """The `ContributorLists` port on the register's table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def find(self, number: EstablishmentNumber, contributor_id: str) -> ListedContributor | None:
        item = dynamo.get(self._table, _partition(number), f"ENTRY#{contributor_id}")
        return ListedContributor.model_validate_json(item["body"]) if item else None

    def rows(
        self, number: EstablishmentNumber, prefix: str, *, limit: int, after: str | None = None
    ) -> Sequence[ListedRow]:
        found = dynamo.query(
            self._table,
            condition="pk = :pk AND sk BETWEEN :first AND :last",
            values={
                ":pk": _partition(number),
                ":first": f"{after}{_FIRST}" if after else prefix,
                ":last": f"{prefix}{_LAST}",
            },
            limit=limit,
        )
        return tuple(
            ListedRow(item["sk"], ListedContributor.model_validate_json(item["body"])) for item in found
        )

    def headcounts(self, number: EstablishmentNumber, *, on: date) -> Headcounts:
        found = dynamo.query(
            self._table,
            condition="pk = :pk AND sk BETWEEN :first AND :last",
            values={
                ":pk": _partition(number),
                ":first": f"COUNT#{on.isoformat()}",
                ":last": f"COUNT#{_TOTAL}{_LAST}",
            },
        )
        everybody, active = dict.fromkeys(Nationality, 0), dict.fromkeys(Nationality, 0)
        for item in found:
            _, last_day, nationality, _ = item["sk"].split("#")
            counted = everybody if last_day == _TOTAL else active
            counted[Nationality(nationality)] += item["people"]
        return {each: Headcount(active[each], everybody[each] - active[each]) for each in Nationality}

    def save(self, after: ListedContributor | None, *, before: ListedContributor | None) -> Items:
        return (*self._entry(after, before), *self._rows(after, before), *self._counts(after, before))

    def _entry(
        self, after: ListedContributor | None, before: ListedContributor | None
    ) -> Iterator[dynamo.Write]:
        if after is not None:
            item = _item(after, f"ENTRY#{after.contributor_id}")
            yield dynamo.replace(
                self._table, item, counter="revision", before=before.revision if before else 0
            )
        elif before is not None:
            yield dynamo.delete(
                self._table,
                _key(before, f"ENTRY#{before.contributor_id}"),
                condition="revision = :before",
                values={":before": before.revision},
            )

    def _rows(
        self, after: ListedContributor | None, before: ListedContributor | None
    ) -> Iterator[dynamo.Write]:
        old, new = before.rows() if before else frozenset(), after.rows() if after else frozenset()
        if before is not None:
            for gone in sorted(old - new):
                yield dynamo.delete(self._table, _key(before, gone), condition=_AS_THE_ENTRY)
        if after is not None:
            for row in sorted(new):
                yield dynamo.put(self._table, _item(after, row), condition=_AS_THE_ENTRY)

    def _counts(
        self, after: ListedContributor | None, before: ListedContributor | None
    ) -> Iterator[dynamo.Write]:
        left, entered = _counted(before), _counted(after)
        either = after or before
        if either is None:
            return
        changes = [
            *((place, -1) for place in sorted(left - entered)),
            *((each, 1) for each in sorted(entered - left)),
        ]
        for place, change in changes:
            yield dynamo.update(
                self._table,
                _key(either, place),
                change="ADD people :change",
                condition=_AS_THE_ENTRY,
                values={":change": change},
            )


def _counted(entry: ListedContributor | None) -> frozenset[str]:
    """The counts an entry is in."""
    if entry is None:
        return frozenset()
    last = entry.last_day.isoformat() if entry.last_day else _OPEN
    shard = int(digest(entry.contributor_id)[:4], 16) % SHARDS
    return frozenset(f"COUNT#{place}#{entry.nationality}#{shard}" for place in (last, _TOTAL))


def _partition(number: EstablishmentNumber) -> str:
    return f"CONTRIBUTORS#{number.reveal()}"


def _key(entry: ListedContributor, place: str) -> dynamo.Item:
    return {"pk": _partition(entry.establishment), "sk": place}


def _item(entry: ListedContributor, place: str) -> dynamo.Item:
    return {**_key(entry, place), "revision": entry.revision, "body": entry.model_dump_json()}
