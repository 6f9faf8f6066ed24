"""Establishments, kept in the table `Register`, and who acts for them.

An establishment is an aggregate of its own. Each ground on which somebody acts for it is an item of that person's
partition (`ACTS_FOR#<number>#<ground>`), so that one consistent query says what somebody may do now; the index
`by_establishment` lists them by establishment (`ACTING#<number>`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import event_log
from ishtirak.adapters.aws.people_table import person_partition
from ishtirak.adapters.transaction import read_together
from ishtirak.eventlog.event import Event
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.transaction import Items
from ishtirak.register.establishments import Establishment, establishment_aggregate
from ishtirak.register.mandates import Ground, Mandate, owners_mandate

ACTS_FOR = "ACTS_FOR#"


class EstablishmentTable:
    """The `Establishments` port on the register's table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def find(self, number: EstablishmentNumber) -> Establishment | None:
        item = event_log.read_state(self._table, establishment_aggregate(number))
        return Establishment.model_validate_json(item["body"]) if item else None

    def many(self, numbers: Iterable[EstablishmentNumber]) -> Mapping[EstablishmentNumber, Establishment]:
        distinct = sorted(set(numbers), key=EstablishmentNumber.reveal)
        wanted = [(str(establishment_aggregate(number)), event_log.STATE) for number in distinct]
        found = [
            Establishment.model_validate_json(item["body"]) for item in read_together(self._table, wanted)
        ]
        return {establishment.number: establishment for establishment in found}

    def mandates_of(self, person_id: str) -> Sequence[Mandate]:
        found = dynamo.query_prefix(self._table, person_partition(person_id), ACTS_FOR)
        return tuple(Mandate.model_validate_json(item["mandate"]) for item in found if "mandate" in item)

    def mandates_for(self, number: EstablishmentNumber) -> Iterator[Mandate]:
        found = dynamo.query(
            self._table,
            index="by_establishment",
            condition="establishment = :list",
            values={":list": acting_for(number)},
        )
        return (Mandate.model_validate_json(item["mandate"]) for item in found if "mandate" in item)

    def save(
        self, establishment: Establishment, *, before: Establishment | None = None, event: Event | None = None
    ) -> Items:
        state = event_log.state_item(
            establishment.aggregate, chain=establishment.chain, body=establishment.model_dump_json()
        )
        held = before.proprietors if before else frozenset()
        return (
            dynamo.put(
                self._table,
                state,
                condition="chain_seq = :read" if before else dynamo.NEW,
                values={":read": before.chain.seq} if before else None,
            ),
            *(self._owns(person, establishment) for person in sorted(establishment.proprietors - held)),
            *(self._owned(person, establishment) for person in sorted(held - establishment.proprietors)),
            *(event_log.append(self._table, event) if event else ()),
        )

    def _owns(self, person_id: str, establishment: Establishment) -> dynamo.Write:
        item = mandate_item(owners_mandate(person_id, establishment.number))
        return dynamo.put(self._table, item, condition="attribute_not_exists(mandate)")

    def _owned(self, person_id: str, establishment: Establishment) -> dynamo.Write:
        """The item stays, and gives no mandate any more: nothing of the register is deleted."""
        item = mandate_item(owners_mandate(person_id, establishment.number))
        del item["mandate"]
        return dynamo.put(self._table, item, condition="attribute_exists(mandate)")


def mandate_item(mandate: Mandate) -> dynamo.Item:
    """The item by which somebody is known to act for an establishment."""
    return {
        **mandate_key(mandate.person_id, mandate.establishment, mandate.ground),
        "establishment": acting_for(mandate.establishment),
        "registered_at": mandate.person_id,
        "mandate": mandate.model_dump_json(),
    }


def mandate_key(person_id: str, number: EstablishmentNumber, ground: Ground) -> dynamo.Item:
    """Where it is."""
    return {"pk": person_partition(person_id), "sk": f"{ACTS_FOR}{number.reveal()}#{ground.value}"}


def acting_for(number: EstablishmentNumber) -> str:
    """The list of those who act for an establishment; its periods are under the number itself."""
    return f"ACTING#{number.reveal()}"
