"""Readings of personal data, kept in the table `Register`.

A person's log is in their own partition (`READ#<instant>#<id>`); what is counted of list readings in `READS#<number>`
(`<day>#<reader>`); an officer's reveals are an aggregate of their own, `disclosure/<number>/<officer>`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Final

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import event_log
from ishtirak.adapters.aws.people_table import person_partition
from ishtirak.disclosure.model import AccessRecord, ListReading, Reveal, RevealHistory
from ishtirak.kernel.clock import to_rfc3339
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.transaction import Items

_READ: Final = "READ#"


class DisclosureTable:
    """The ports `AccessLog` and `Reveals` on the register's table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def of_person(self, person_id: str, *, limit: int, after: str | None = None) -> Sequence[AccessRecord]:
        found = dynamo.query(
            self._table,
            condition="pk = :pk AND sk BETWEEN :first AND :last",
            values={
                ":pk": person_partition(person_id),
                ":first": _READ,
                ":last": f"{_READ}{after or '~'}",
            },
            limit=limit + 1,
            newest_first=True,
        )
        records = (AccessRecord.model_validate_json(item["body"]) for item in found)
        # both ends of BETWEEN are in it: the one after which the page begins is not of the page
        return tuple(record for record in records if record.position != after)[:limit]

    def add(self, record: AccessRecord) -> Items:
        item = {
            "pk": person_partition(record.person_id),
            "sk": f"{_READ}{record.position}",
            "body": record.model_dump_json(),
        }
        return (dynamo.put(self._table, item, condition=dynamo.NEW),)

    def count_list(self, number: EstablishmentNumber, *, by: str, on: date, at: datetime) -> None:
        dynamo.update_if(
            self._table,
            {"pk": _reads(number), "sk": f"{on.isoformat()}#{by}"},
            change="SET read_at = :at ADD pages :one",
            condition="attribute_exists(pk) OR attribute_not_exists(pk)",
            values={":at": to_rfc3339(at), ":one": 1},
        )

    def lists(self, number: EstablishmentNumber, *, since: date) -> Sequence[ListReading]:
        found = dynamo.query(
            self._table,
            condition="pk = :pk AND sk >= :since",
            values={":pk": _reads(number), ":since": since.isoformat()},
            newest_first=True,
        )
        days = groupby(found, key=lambda item: item["sk"].partition("#")[0])
        return tuple(
            ListReading(number, date.fromisoformat(day), sum(item["pages"] for item in items))
            for day, items in days
        )

    def history(self, number: EstablishmentNumber, officer: str) -> RevealHistory:
        never = RevealHistory(number, officer)
        item = event_log.read_state(self._table, never.aggregate)
        if item is None:
            return never
        return RevealHistory(
            number,
            officer,
            version=item["version"],
            recent=tuple(item["recent"]),
            chain=event_log.chain_of(item),
        )

    def save(self, reveal: Reveal, *, before: RevealHistory) -> Items:
        after = reveal.after
        state = event_log.state_item(
            after.aggregate, chain=after.chain, version=after.version, recent=list(after.recent)
        )
        return (
            dynamo.replace(self._table, state, counter="version", before=before.version),
            *self.add(reveal.record),
            *event_log.append(self._table, reveal.event),
        )


def _reads(number: EstablishmentNumber) -> str:
    return f"READS#{number.reveal()}"
