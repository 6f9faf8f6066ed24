"""People and establishments, kept in the table `Register`.

A person's own items share the partition `PERSON#<id>`; a keyed hash of their number leads to it. Who may act for an
establishment is a list of the index `by_establishment` (`ACTING#<number>`), by person.
"""

from collections.abc import Iterable, Mapping, Sequence

from ishtirak.adapters import dynamo
from ishtirak.adapters.transaction import read_together
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.transaction import Items
from ishtirak.register.establishments import Establishment
from ishtirak.register.people import Contributor

_ACTS_FOR = "ACTS_FOR#"


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


class EstablishmentTable:
    """The `Establishments` port on the register's table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def find(self, number: EstablishmentNumber) -> Establishment | None:
        item = dynamo.get(self._table, f"EST#{number.reveal()}", "ESTABLISHMENT")
        return Establishment.model_validate_json(item["body"]) if item else None

    def many(self, numbers: Iterable[EstablishmentNumber]) -> Mapping[EstablishmentNumber, Establishment]:
        wanted = [(f"EST#{number}", "ESTABLISHMENT") for number in sorted({one.reveal() for one in numbers})]
        found = [
            Establishment.model_validate_json(item["body"]) for item in read_together(self._table, wanted)
        ]
        return {establishment.number: establishment for establishment in found}

    def acts_for(self, person_id: str) -> Sequence[EstablishmentNumber]:
        found = dynamo.query_prefix(self._table, person_partition(person_id), _ACTS_FOR)
        return tuple(EstablishmentNumber(item["sk"].removeprefix(_ACTS_FOR)) for item in found)

    def acting_for(self, number: EstablishmentNumber, *, limit: int) -> Sequence[str]:
        found = dynamo.query(
            self._table,
            index="by_establishment",
            condition="establishment = :list",
            values={":list": _acting_for(number)},
            limit=limit,
        )
        return tuple(item["registered_at"] for item in found)

    def save(self, establishment: Establishment) -> Items:
        item = {
            "pk": f"EST#{establishment.number.reveal()}",
            "sk": "ESTABLISHMENT",
            "body": establishment.model_dump_json(),
        }
        return (dynamo.put(self._table, item, condition=dynamo.NEW),)

    def appoint(self, person_id: str, number: EstablishmentNumber) -> Items:
        item = {
            "pk": person_partition(person_id),
            "sk": f"{_ACTS_FOR}{number.reveal()}",
            "establishment": _acting_for(number),
            "registered_at": person_id,
        }
        return (dynamo.put(self._table, item, condition=dynamo.NEW),)


def person_partition(person_id: str) -> str:
    """Where a person's own items are."""
    return f"PERSON#{person_id}"


def _acting_for(number: EstablishmentNumber) -> str:
    """The list of those who may act for an establishment; its periods are under the number itself."""
    return f"ACTING#{number.reveal()}"
