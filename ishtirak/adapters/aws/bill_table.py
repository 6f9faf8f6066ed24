"""Bills and payments, kept in the table `Register`.

The index `by_establishment` holds an employer's bills (`BILLS#<number>`), those of them that are open
(`BILLS#OPEN#<number>`), bills with a decision that waits (`BILLS#WAITING`), and money no bill took
(`PAYMENTS#UNMATCHED`): sparse lists, each by day.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import event_log
from ishtirak.adapters.aws.people_table import person_partition
from ishtirak.adapters.transaction import read_together
from ishtirak.billing.model import Bill, PaymentRecord, PaymentState, payment_aggregate
from ishtirak.billing.ports import bill_position, decision_position, payment_position
from ishtirak.eventlog.event import Chain, Event
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import System
from ishtirak.kernel.transaction import Items

_UNMATCHED = "PAYMENTS#UNMATCHED"
_WAITING = "BILLS#WAITING"
_AS_THE_BILL = "attribute_exists(pk) OR attribute_not_exists(pk)"
"""No condition of its own: it is written with the bill, on the condition of the bill."""


class BillTable:
    """The `Bills` port on the register's table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def find(self, bill_id: str) -> Bill | None:
        item = dynamo.get(self._table, f"BILL#{bill_id}", "BILL")
        return _bill(item) if item else None

    def by_reference(self, reference: str) -> Bill | None:
        item = dynamo.get(self._table, f"BILLREF#{reference}", "REFERENCE")
        return self.find(item["bill_id"]) if item else None

    def of_account(self, person_id: str, system: System) -> Sequence[Bill]:
        named = dynamo.query_prefix(self._table, person_partition(person_id), f"BILL#{system.value}#")
        keys = [(f"BILL#{item['bill_id']}", "BILL") for item in named]
        return tuple(sorted(map(_bill, read_together(self._table, keys)), key=bill_position))

    def of_debtor(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[Bill]:
        found = dynamo.query(
            self._table,
            index="by_establishment",
            condition="establishment = :list" + (" AND registered_at < :after" if after else ""),
            values={":list": f"BILLS#{number.reveal()}"} | ({":after": after} if after else {}),
            limit=limit,
            newest_first=True,
        )
        return tuple(_bill(item) for item in found)

    def open_of_debtor(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[Bill]:
        named = _listed(self._table, _open_of(number), after=after, limit=limit)
        keys = [(f"BILL#{item['bill_id']}", "BILL") for item in named]
        bills = sorted(map(_bill, read_together(self._table, keys)), key=bill_position)
        # the index may still name what was settled a moment ago
        return tuple(bill for bill in bills if bill.open)

    def awaiting_decision(self, *, limit: int, after: str | None = None) -> Sequence[Bill]:
        listed = _listed(self._table, _WAITING, after=after)
        bills = (self.find(item["bill_id"]) for item in listed)
        # the index may still name what was answered a moment ago
        return tuple(islice((bill for bill in bills if bill is not None and bill.waiting), limit))

    def save(self, *, issued: Sequence[Bill] = (), changed: Sequence[Bill] = ()) -> Items:
        return (
            *(write for bill in issued for write in self._issued(bill)),
            *(write for bill in changed for write in self._changed(bill)),
        )

    def _issued(self, bill: Bill) -> Items:
        """The bill, and where it is found: under its reference, and among its account's."""
        reference = {"pk": f"BILLREF#{bill.reference}", "sk": "REFERENCE", "bill_id": bill.id}
        return tuple(
            dynamo.put(self._table, item, condition=dynamo.NEW)
            for item in (_item(bill), reference, _of_account(bill))
        )

    def _changed(self, bill: Bill) -> Items:
        """The bill's next version, whether it is open and, once anything was decided, whether a decision waits."""
        changed = (
            dynamo.replace(self._table, _item(bill), counter="version", before=bill.version - 1),
            dynamo.put(self._table, _of_account(bill), condition=_AS_THE_BILL),
        )
        if not bill.decisions:
            return changed
        proposed = bill.waiting
        desk: dynamo.Item = {
            "pk": f"BILL#{bill.id}",
            "sk": "DESK",
            "bill_id": bill.id,
            "version": bill.version,
            "establishment": _WAITING if proposed else None,
            "registered_at": decision_position(bill) if proposed else None,
        }
        older = f"{dynamo.NEW} OR #version < :version"
        names, values = {"#version": "version"}, {":version": bill.version}
        return *changed, dynamo.put(self._table, desk, condition=older, values=values, names=names)


class PaymentTable:
    """The `Payments` port on the register's table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def find(self, reference: str, *, digest: str | None = None) -> PaymentRecord | None:
        item = event_log.read_state(self._table, payment_aggregate(reference, reused_by=digest))
        return PaymentRecord.model_validate_json(item["body"]) if item else None

    def unmatched(self, *, limit: int, after: str | None = None) -> Sequence[PaymentRecord]:
        found = _listed(self._table, _UNMATCHED, after=after, limit=limit)
        return tuple(PaymentRecord.model_validate_json(item["body"]) for item in found)

    def save(self, record: PaymentRecord, *, event: Event | None = None) -> Items:
        lost = record.state is PaymentState.UNMATCHED
        item = event_log.state_item(
            record.aggregate,
            chain=Chain.after(event) if event else Chain(),
            establishment=_UNMATCHED if lost else None,
            registered_at=payment_position(record) if lost else None,
            body=record.model_dump_json(),
        )
        events = event_log.append(self._table, event) if event else []
        return dynamo.put(self._table, item, condition=dynamo.NEW), *events


def _listed(table: str, name: str, *, after: str | None, limit: int | None = None) -> Iterator[dynamo.Item]:
    """What is on a list, oldest first, from after a position on."""
    return dynamo.query(
        table,
        index="by_establishment",
        condition="establishment = :list" + (" AND registered_at > :after" if after else ""),
        values={":list": name} | ({":after": after} if after else {}),
        limit=limit,
    )


def _bill(item: dynamo.Item) -> Bill:
    return Bill.model_validate_json(item["body"])


def _open_of(number: EstablishmentNumber) -> str:
    return f"BILLS#OPEN#{number.reveal()}"


def _of_account(bill: Bill) -> dynamo.Item:
    """That the account has this bill; while it is open it is on its debtor's list of open ones."""
    return {
        "pk": person_partition(bill.person_id),
        "sk": f"BILL#{bill.system.value}#{bill.id}",
        "bill_id": bill.id,
        "establishment": _open_of(bill.debtor) if bill.open else None,
        "registered_at": bill_position(bill) if bill.open else None,
    }


def _item(bill: Bill) -> dynamo.Item:
    return {
        "pk": f"BILL#{bill.id}",
        "sk": "BILL",
        "version": bill.version,
        "establishment": f"BILLS#{bill.debtor.reveal()}",
        "registered_at": bill_position(bill),
        "body": bill.model_dump_json(),
    }
