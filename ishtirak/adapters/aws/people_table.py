"""People, kept in the table `Register`.

A person's own items share the partition `PERSON#<id>`; a keyed hash of their number leads to it.
"""

from collections.abc import Iterable, Mapping

from ishtirak.adapters import dynamo
from ishtirak.adapters.transaction import read_together
from ishtirak.kernel.transaction import Items
from ishtirak.register.people import Contributor


class PeopleTable:
    """The `People` port on the register's table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def find(self, person_id: str) -> Contributor | None:
        item = dynamo.get(self._table, person_partition(person_id), "PERSON")
        return Contributor.model_validate_json(item["body"]) if item else None

    def many(self, person_ids: Iterable[str]) -> Mapping[str, Contributor]:
        wanted = [(person_partition(person_id), "PERSON") for person_id in sorted(set(person_ids))]
        found = [Contributor.model_validate_json(item["body"]) for item in read_together(self._table, wanted)]
        return {contributor.person_id: contributor for contributor in found}

    def id_of(self, fingerprint: str) -> str | None:
        item = dynamo.get(self._table, f"NIN#{fingerprint}", "PERSON")
        return item["person_id"] if item else None

    def save(self, contributor: Contributor, *, fingerprint: str) -> Items:
        return (
            self._number(contributor, fingerprint=fingerprint),
            dynamo.put(self._table, _item_of(contributor), condition=dynamo.NEW),
        )

    def renumber(self, contributor: Contributor, *, fingerprint: str) -> Items:
        person = _item_of(contributor)
        born = {":born": person["born"]}
        return (
            self._number(contributor, fingerprint=fingerprint),
            dynamo.put(self._table, person, condition="born = :born", values=born),
        )

    def _number(self, contributor: Contributor, *, fingerprint: str) -> dynamo.Write:
        number = {"pk": f"NIN#{fingerprint}", "sk": "PERSON", "person_id": contributor.person_id}
        return dynamo.put(self._table, number, condition=dynamo.NEW)


def _item_of(contributor: Contributor) -> dynamo.Item:
    return {
        "pk": person_partition(contributor.person_id),
        "sk": "PERSON",
        "body": contributor.model_dump_json(),
        "born": contributor.birth_date.record(),
    }


def person_partition(person_id: str) -> str:
    """Where a person's own items are."""
    return f"PERSON#{person_id}"
