"""The register, kept in DynamoDB.

A person's own items share the partition `PERSON#<id>`, so periods, ledger and heads are one query away; the
events of an account are chained in `ACCOUNT#<person>#<system>`. Of a period only a standing one is in the
index of its employer.

The same index holds an employer's bills (`BILLS#<number>`), bills with a decision that waits (`BILLS#WAITING`), and
money no bill took (`PAYMENTS#UNMATCHED`): sparse lists, each by day.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from ishtirak.accounts.model import (
    Bill,
    Contributor,
    Establishment,
    Head,
    KeptPayment,
    LedgerEntry,
    PaymentState,
    Posting,
    RecordedPeriod,
    UnmatchedReason,
)
from ishtirak.accounts.ports import bill_place, place_of
from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import client
from ishtirak.adapters.once_table import once_write
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.events import Event
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import System
from ishtirak.kernel.once import Once, Reply
from ishtirak.kernel.parts import Part

_NEW = "attribute_not_exists(pk)"
_READ_AT_ONCE = 100
_UNMATCHED = "PAYMENTS#UNMATCHED"
_WAITING = "BILLS#WAITING"


class RegisterTable:
    """The `Register` port on the table of the same name."""

    def __init__(self, table: str) -> None:
        self._table = table

    def contributor(self, person_id: str) -> Contributor | None:
        item = dynamo.get(self._table, _person(person_id), "PERSON")
        return Contributor.model_validate_json(item["body"]) if item else None

    def contributors(self, person_ids: Iterable[str]) -> Mapping[str, Contributor]:
        wanted = sorted(set(person_ids))
        found: dict[str, Contributor] = {}
        for start in range(0, len(wanted), _READ_AT_ONCE):
            for item in self._read(
                [(_person(person_id), "PERSON") for person_id in wanted[start : start + _READ_AT_ONCE]]
            ):
                contributor = Contributor.model_validate_json(item["body"])
                found[contributor.person_id] = contributor
        return found

    def _read(self, keys: Sequence[tuple[str, str]]) -> list[dynamo.Item]:
        """Items by key, at one moment; needs the same permission as reading one."""
        wanted = [
            {"Get": {"TableName": self._table, "Key": dynamo.to_dynamo({"pk": pk, "sk": sk})}}
            for pk, sk in keys
        ]
        answered = client("dynamodb").transact_get_items(TransactItems=wanted)["Responses"]
        return [dynamo.from_dynamo(response["Item"]) for response in answered if "Item" in response]

    def by_identity(self, fingerprint: str) -> str | None:
        item = dynamo.get(self._table, f"NIN#{fingerprint}", "PERSON")
        return item["person_id"] if item else None

    def establishment(self, number: EstablishmentNumber) -> Establishment | None:
        item = dynamo.get(self._table, f"EST#{number.reveal()}", "ESTABLISHMENT")
        return Establishment.model_validate_json(item["body"]) if item else None

    def acts_for(self, person_id: str) -> Sequence[EstablishmentNumber]:
        return tuple(
            EstablishmentNumber(item["sk"].removeprefix("ACTS_FOR#"))
            for item in self._items(person_id, "ACTS_FOR#")
        )

    def periods(self, person_id: str) -> Sequence[RecordedPeriod]:
        found = [
            RecordedPeriod.model_validate_json(item["body"]) for item in self._items(person_id, "PERIOD#")
        ]
        return tuple(sorted(found, key=lambda period: (period.starts_on, place_of(period))))

    def periods_with(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[RecordedPeriod]:
        behind = " AND registered_at > :after" if after else ""
        found = dynamo.query(
            self._table,
            index="by_establishment",
            condition=f"establishment = :number{behind}",
            values={":number": number.reveal()} | ({":after": after} if after else {}),
            limit=limit,
        )
        return tuple(RecordedPeriod.model_validate_json(item["body"]) for item in found)

    def head(self, person_id: str, system: System) -> Head:
        item = dynamo.get(self._table, _person(person_id), f"HEAD#{system.value}")
        return Head.model_validate_json(item["body"]) if item else Head(person_id=person_id, system=system)

    def entries(self, person_id: str, system: System) -> Sequence[LedgerEntry]:
        items = self._items(person_id, f"LEDGER#{system.value}#")
        return tuple(LedgerEntry.model_validate_json(item["body"]) for item in items)

    def bill(self, bill_id: str) -> Bill | None:
        item = dynamo.get(self._table, f"BILL#{bill_id}", "BILL")
        return _bill(item) if item else None

    def bill_under(self, reference: str) -> Bill | None:
        item = dynamo.get(self._table, f"BILLREF#{reference}", "REFERENCE")
        return self.bill(item["bill_id"]) if item else None

    def bills(self, person_id: str, system: System) -> Sequence[Bill]:
        keys = [
            (f"BILL#{item['bill_id']}", "BILL") for item in self._items(person_id, f"BILL#{system.value}#")
        ]
        items = [
            item
            for start in range(0, len(keys), _READ_AT_ONCE)
            for item in self._read(keys[start : start + _READ_AT_ONCE])
        ]
        return tuple(sorted((_bill(item) for item in items), key=bill_place))

    def bills_of(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[Bill]:
        behind = " AND registered_at < :after" if after else ""
        found = dynamo.query(
            self._table,
            index="by_establishment",
            condition=f"establishment = :list{behind}",
            values={":list": f"BILLS#{number.reveal()}"} | ({":after": after} if after else {}),
            limit=limit,
            newest_first=True,
        )
        return tuple(_bill(item) for item in found)

    def bills_waiting(self, *, limit: int) -> Sequence[Bill]:
        found = self._listed(_WAITING, limit=limit)
        bills = (self.bill(item["bill_id"]) for item in found)
        return tuple(bill for bill in bills if bill is not None)

    def payment(self, reference: str, *, digest: str | None = None) -> KeptPayment | None:
        item = dynamo.get(self._table, f"PAYMENT#{reference}", f"REUSE#{digest}" if digest else "PAYMENT")
        return KeptPayment.model_validate_json(item["body"]) if item else None

    def unmatched(self, *, limit: int) -> Sequence[KeptPayment]:
        return tuple(
            KeptPayment.model_validate_json(item["body"]) for item in self._listed(_UNMATCHED, limit=limit)
        )

    def posting(self, posting: Posting, *, head: Head) -> Part:
        return (
            self._head_after(posting.after, head=head),
            *(self._period(period) for period in posting.periods),
            *(self._entry(entry) for entry in posting.entries),
            *self._issued(posting.bill),
            *(write for bill in posting.changed for write in self._changed(bill)),
            dynamo.append(self._table, f"ACCOUNT#{head.person_id}#{head.system.value}", posting.event),
        )

    def keeping(self, payment: KeptPayment, *, event: Event | None = None) -> Part:
        lost = payment.state is PaymentState.UNMATCHED
        reused = payment.reason is UnmatchedReason.REFERENCE_REUSED
        item: dynamo.Item = {
            "pk": f"PAYMENT#{payment.reference}",
            "sk": f"REUSE#{payment.digest}" if reused else "PAYMENT",
            "establishment": _UNMATCHED if lost else None,
            "registered_at": f"{payment.received_at}#{payment.reference}" if lost else None,
            "body": payment.model_dump_json(),
        }
        kept = dynamo.put(self._table, item, condition=_NEW)
        if event is None:
            return (kept,)
        return kept, dynamo.append(self._table, f"PAYMENT#{payment.reference}#{payment.digest}", event)

    def commit(self, *writes: Part) -> None:
        dynamo.commit(*(write for part in writes for write in part))

    def answering[Body: BaseModel](self, once: Once | None, reply: Reply[Body], *, clock: Clock) -> Part:
        """The write that keeps a request's answer beside its effect; found again by `OnceTable` on this table."""
        return tuple(once_write(self._table, once, reply, now=clock.now()))

    def registering(self, contributor: Contributor, *, fingerprint: str) -> Part:
        person = {
            "pk": _person(contributor.person_id),
            "sk": "PERSON",
            "body": contributor.model_dump_json(),
            "born": contributor.birth_date.record(),
        }
        number = {"pk": f"NIN#{fingerprint}", "sk": "PERSON", "person_id": contributor.person_id}
        return (
            dynamo.put(self._table, number, condition=_NEW),
            dynamo.put(self._table, person, condition=_NEW),
        )

    def enrolling(self, establishment: Establishment) -> Part:
        item = {
            "pk": f"EST#{establishment.number.reveal()}",
            "sk": "ESTABLISHMENT",
            "body": establishment.model_dump_json(),
        }
        return (dynamo.put(self._table, item, condition=_NEW),)

    def appointing(self, person_id: str, number: EstablishmentNumber) -> Part:
        item = {"pk": _person(person_id), "sk": f"ACTS_FOR#{number.reveal()}"}
        return (dynamo.put(self._table, item, condition=_NEW),)

    def _items(self, person_id: str, kind: str) -> Iterable[dynamo.Item]:
        return dynamo.query(
            self._table,
            condition="pk = :pk AND begins_with(sk, :kind)",
            values={":pk": _person(person_id), ":kind": kind},
        )

    def _head_after(self, after: Head, *, head: Head) -> dynamo.Write:
        item: dynamo.Item = {
            "pk": _person(after.person_id),
            "sk": f"HEAD#{after.system.value}",
            "version": after.version,
            "body": after.model_dump_json(),
        }
        return _replaced(self._table, item, attribute="version", before=head.version)

    def _period(self, period: RecordedPeriod) -> dynamo.Write:
        item: dynamo.Item = {
            "pk": _person(period.person_id),
            "sk": f"PERIOD#{period.id}",
            "revision": period.revision,
            "establishment": period.establishment.reveal() if period.stands else None,
            "registered_at": place_of(period) if period.stands else None,
            "body": period.model_dump_json(),
        }
        return _replaced(self._table, item, attribute="revision", before=period.revision - 1)

    def _entry(self, entry: LedgerEntry) -> dynamo.Write:
        item: dynamo.Item = {
            "pk": _person(entry.person_id),
            "sk": f"LEDGER#{entry.system.value}#{entry.seq:08d}",
            "body": entry.model_dump_json(),
        }
        return dynamo.put(self._table, item, condition=_NEW)

    def _issued(self, bill: Bill | None) -> tuple[dynamo.Write, ...]:
        """The bill, and where it is found: under its reference, and among its account's."""
        if bill is None:
            return ()
        reference = {"pk": f"BILLREF#{bill.reference}", "sk": "REFERENCE", "bill_id": bill.id}
        account = {
            "pk": _person(bill.person_id),
            "sk": f"BILL#{bill.system.value}#{bill.id}",
            "bill_id": bill.id,
        }
        return (
            dynamo.put(self._table, _item(bill), condition=_NEW),
            dynamo.put(self._table, reference, condition=_NEW),
            dynamo.put(self._table, account, condition=_NEW),
        )

    def _changed(self, bill: Bill) -> tuple[dynamo.Write, ...]:
        """The bill's next version and, once anything was decided about it, whether a decision waits."""
        changed = _replaced(self._table, _item(bill), attribute="version", before=bill.version - 1)
        if not bill.decisions:
            return (changed,)
        proposed = bill.waiting
        desk: dynamo.Item = {
            "pk": f"BILL#{bill.id}",
            "sk": "DESK",
            "bill_id": bill.id,
            "version": bill.version,
            "establishment": _WAITING if proposed else None,
            "registered_at": f"{proposed.at}#{bill.id}" if proposed else None,
        }
        older = "attribute_not_exists(pk) OR #version < :version"
        names, values = {"#version": "version"}, {":version": bill.version}
        return changed, dynamo.put(self._table, desk, condition=older, values=values, names=names)

    def _listed(self, name: str, *, limit: int) -> Iterable[dynamo.Item]:
        return dynamo.query(
            self._table,
            index="by_establishment",
            condition="establishment = :list",
            values={":list": name},
            limit=limit,
        )


def _bill(item: dynamo.Item) -> Bill:
    return Bill.model_validate_json(item["body"])


def _item(bill: Bill) -> dynamo.Item:
    return {
        "pk": f"BILL#{bill.id}",
        "sk": "BILL",
        "version": bill.version,
        "establishment": f"BILLS#{bill.debtor.reveal()}",
        "registered_at": bill_place(bill),
        "body": bill.model_dump_json(),
    }


def _person(person_id: str) -> str:
    return f"PERSON#{person_id}"


def _replaced(table: str, item: dynamo.Item, *, attribute: str, before: int) -> dynamo.Write:
    """Put an item in place of the one whose counter stood at `before`; 0 says there was none."""
    if before == 0:
        return dynamo.put(table, item, condition=_NEW)
    values: dict[str, Any] = {":before": before}
    return dynamo.put(
        table, item, condition="#counter = :before", values=values, names={"#counter": attribute}
    )
