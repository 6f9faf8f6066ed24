"""Periods, ledgers and account states, kept in the table `Register`.

Periods and ledger entries are in the person's partition, so each list is one query; the state of an account and its
events are the aggregate's own items. Of a period only a standing one is in the index of its employer.
"""

from collections.abc import Sequence

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import event_log
from ishtirak.adapters.aws.people_table import person_partition
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import System
from ishtirak.kernel.transaction import Items
from ishtirak.register.ledger import AccountState, LedgerEntry, Posting
from ishtirak.register.periods import RecordedPeriod
from ishtirak.register.ports import period_position


class AccountTable:
    """The `Accounts` port on the register's table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def periods(self, person_id: str) -> Sequence[RecordedPeriod]:
        found = [
            RecordedPeriod.model_validate_json(item["body"])
            for item in dynamo.query_prefix(self._table, person_partition(person_id), "PERIOD#")
        ]
        return tuple(sorted(found, key=lambda period: (period.starts_on, period_position(period))))

    def periods_with(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[RecordedPeriod]:
        found = dynamo.query(
            self._table,
            index="by_establishment",
            condition="establishment = :number" + (" AND registered_at > :after" if after else ""),
            values={":number": number.reveal()} | ({":after": after} if after else {}),
            limit=limit,
        )
        return tuple(RecordedPeriod.model_validate_json(item["body"]) for item in found)

    def state(self, person_id: str, system: System) -> AccountState:
        nothing_posted = AccountState(person_id=person_id, system=system)
        item = event_log.read_state(self._table, nothing_posted.aggregate)
        return AccountState.model_validate_json(item["body"]) if item else nothing_posted

    def entries(self, person_id: str, system: System) -> Sequence[LedgerEntry]:
        found = dynamo.query_prefix(self._table, person_partition(person_id), f"LEDGER#{system.value}#")
        return tuple(LedgerEntry.model_validate_json(item["body"]) for item in found)

    def save(self, posting: Posting, *, before: AccountState) -> Items:
        return (
            self._state(posting.after, before=before),
            *(self._period(period) for period in posting.periods),
            *(self._entry(entry) for entry in posting.entries),
            *event_log.append(self._table, posting.event),
        )

    def _state(self, after: AccountState, *, before: AccountState) -> dynamo.Write:
        item = event_log.state_item(
            after.aggregate, chain=after.chain, version=after.version, body=after.model_dump_json()
        )
        return dynamo.replace(self._table, item, counter="version", before=before.version)

    def _period(self, period: RecordedPeriod) -> dynamo.Write:
        item: dynamo.Item = {
            "pk": person_partition(period.person_id),
            "sk": f"PERIOD#{period.id}",
            "revision": period.revision,
            "establishment": period.establishment.reveal() if period.stands else None,
            "registered_at": period_position(period) if period.stands else None,
            "body": period.model_dump_json(),
        }
        return dynamo.replace(self._table, item, counter="revision", before=period.revision - 1)

    def _entry(self, entry: LedgerEntry) -> dynamo.Write:
        item: dynamo.Item = {
            "pk": person_partition(entry.person_id),
            "sk": f"LEDGER#{entry.system.value}#{entry.seq:08d}",
            "body": entry.model_dump_json(),
        }
        return dynamo.put(self._table, item, condition=dynamo.NEW)
