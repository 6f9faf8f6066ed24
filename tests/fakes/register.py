"""The register in memory, and the register's table on moto: one suite runs on both."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from unittest.mock import patch

from ishtirak.billing.model import Bill, PaymentRecord, PaymentState, UnmatchedReason
from ishtirak.billing.ports import Bills, Payments, bill_position, decision_position, payment_position
from ishtirak.billing.posting import BilledPosting
from ishtirak.delegations.model import DelegationChange
from ishtirak.delegations.ports import Delegations
from ishtirak.eventlog.aggregate import Aggregate
from ishtirak.eventlog.event import Chain, Event, next_event
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import EstablishmentNumber, IdentityKind
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.insurance import Route, Sex, System
from ishtirak.kernel.months import Month
from ishtirak.kernel.registered_days import RegisteredDays
from ishtirak.kernel.transaction import Items, Transaction
from ishtirak.register.establishments import EmployerSector, Establishment
from ishtirak.register.ledger import AccountState, LedgerEntry, LedgerRow, Posting
from ishtirak.register.people import Contributor
from ishtirak.register.periods import RecordedPeriod, RecordedWageLine, Source, SourceKind
from ishtirak.register.ports import Accounts, Establishments, People, period_position
from ishtirak.register.rules import Cause
from tests.fakes.clients import kept_client
from tests.fakes.delegations import InMemoryDelegations, a_delegation
from tests.fakes.establishments import InMemoryEstablishments
from tests.fakes.transaction import InMemoryTransaction, Write

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PERSON = "00000000-0000-4000-8000-000000000001"
OTHER_PERSON = "00000000-0000-4000-8000-000000000002"
MITHAL = EstablishmentNumber("7000000001")
NAMUDHAJ = EstablishmentNumber("7000000002")
TAJRIBA = EstablishmentNumber("7000000003")
FINGERPRINT = "ab" * 32


@dataclass
class InMemoryPeople:
    """The `People` port on dictionaries."""

    people: dict[str, Contributor] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    def find(self, person_id: str) -> Contributor | None:
        return self.people.get(person_id)

    def many(self, person_ids: Iterable[str]) -> Mapping[str, Contributor]:
        return {person_id: self.people[person_id] for person_id in person_ids if person_id in self.people}

    def id_of(self, fingerprint: str) -> str | None:
        return self.numbers.get(fingerprint)

    def save(self, contributor: Contributor, *, fingerprint: str) -> Items:
        def apply() -> None:
            self.people[contributor.person_id] = contributor
            self.numbers[fingerprint] = contributor.person_id

        def is_new() -> bool:
            return fingerprint not in self.numbers and contributor.person_id not in self.people

        return (Write.when(is_new, apply),)

    def renumber(self, contributor: Contributor, *, fingerprint: str) -> Items:
        def apply() -> None:
            self.people[contributor.person_id] = contributor
            self.numbers[fingerprint] = contributor.person_id

        def holds() -> bool:
            before = self.people.get(contributor.person_id)
            same_birth = before is not None and before.birth_date == contributor.birth_date
            return fingerprint not in self.numbers and same_birth

        return (Write.when(holds, apply),)


@dataclass
class InMemoryAccounts:
    """The `Accounts` port on dictionaries; `events` are what the event log would hold."""

    recorded: dict[tuple[str, str], RecordedPeriod] = field(default_factory=dict)
    states: dict[tuple[str, System], AccountState] = field(default_factory=dict)
    ledger: dict[tuple[str, System, int], LedgerEntry] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def periods(self, person_id: str) -> Sequence[RecordedPeriod]:
        found = [period for (person, _), period in self.recorded.items() if person == person_id]
        return tuple(sorted(found, key=lambda period: (period.starts_on, period_position(period))))

    def periods_with(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[RecordedPeriod]:
        found = [
            period for period in self.recorded.values() if period.establishment == number and period.stands
        ]
        following = [period for period in found if after is None or period_position(period) > after]
        return tuple(sorted(following, key=period_position)[:limit])

    def state(self, person_id: str, system: System) -> AccountState:
        return self.states.get((person_id, system), AccountState(person_id=person_id, system=system))

    def entries(self, person_id: str, system: System) -> Sequence[LedgerEntry]:
        return tuple(entry for key, entry in sorted(self.ledger.items()) if key[:2] == (person_id, system))

    def save(self, posting: Posting, *, before: AccountState) -> Items:
        account = (before.person_id, before.system)
        new_entries = {(*account, entry.seq): entry for entry in posting.entries}
        changed = {(period.person_id, period.id): period for period in posting.periods}

        def holds() -> bool:
            revisions = all(
                period.revision == (self.recorded[key].revision if key in self.recorded else 0) + 1
                for key, period in changed.items()
            )
            stands = self.state(*account).version == before.version
            return stands and revisions and not new_entries.keys() & self.ledger.keys()

        def apply() -> None:
            self.states[account] = posting.after
            self.recorded.update(changed)
            self.ledger.update(new_entries)
            self.events.append(posting.event)

        return (Write.when(holds, apply),)


@dataclass
class InMemoryBills:
    """The `Bills` port on a dictionary."""

    bills: dict[str, Bill] = field(default_factory=dict)

    def find(self, bill_id: str) -> Bill | None:
        return self.bills.get(bill_id)

    def by_reference(self, reference: str) -> Bill | None:
        return next((bill for bill in self.bills.values() if bill.reference == reference), None)

    def of_account(self, person_id: str, system: System) -> Sequence[Bill]:
        found = [bill for bill in self.bills.values() if (bill.person_id, bill.system) == (person_id, system)]
        return tuple(sorted(found, key=bill_position))

    def of_debtor(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[Bill]:
        found = [bill for bill in self.bills.values() if bill.debtor == number]
        following = [bill for bill in found if after is None or bill_position(bill) < after]
        return tuple(sorted(following, key=bill_position, reverse=True)[:limit])

    def open_of_debtor(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[Bill]:
        found = [bill for bill in self.bills.values() if bill.debtor == number and bill.open]
        following = [bill for bill in found if after is None or bill_position(bill) > after]
        return tuple(sorted(following, key=bill_position)[:limit])

    def awaiting_decision(self, *, limit: int, after: str | None = None) -> Sequence[Bill]:
        waiting = sorted((bill for bill in self.bills.values() if bill.waiting), key=decision_position)
        return tuple(bill for bill in waiting if after is None or decision_position(bill) > after)[:limit]

    def save(self, *, issued: Sequence[Bill] = (), changed: Sequence[Bill] = ()) -> Items:
        after = (*issued, *changed)

        def holds() -> bool:
            references = {bill.reference for bill in self.bills.values()}
            are_new = all(bill.id not in self.bills and bill.reference not in references for bill in issued)
            return are_new and all(self.bills[bill.id].version == bill.version - 1 for bill in changed)

        def apply() -> None:
            self.bills.update({bill.id: bill for bill in after})

        return (Write.when(holds, apply),) if after else ()


@dataclass
class InMemoryPayments:
    """The `Payments` port on a dictionary; `events` are what the event log would hold."""

    records: dict[tuple[str, str | None], PaymentRecord] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def find(self, reference: str, *, digest: str | None = None) -> PaymentRecord | None:
        return self.records.get((reference, digest))

    def unmatched(self, *, limit: int, after: str | None = None) -> Sequence[PaymentRecord]:
        lost = [record for record in self.records.values() if record.state is PaymentState.UNMATCHED]
        following = [record for record in lost if after is None or payment_position(record) > after]
        return tuple(sorted(following, key=payment_position)[:limit])

    def save(self, record: PaymentRecord, *, event: Event | None = None) -> Items:
        reused = record.reason is UnmatchedReason.REFERENCE_REUSED
        key = (record.reference, record.digest if reused else None)

        def apply() -> None:
            self.records[key] = record
            if event is not None:
                self.events.append(event)

        return (Write.when(lambda: key not in self.records, apply),)


@dataclass
class Register:
    """Every port of the register and of billing, whatever they stand on, and one commit over all of them."""

    people: People
    establishments: Establishments
    accounts: Accounts
    bills: Bills
    payments: Payments
    delegations: Delegations
    transaction: Transaction
    events_of: Callable[[Aggregate], list[Event]]
    """The events of one aggregate, in order."""

    def appoint(self, person_id: str, number: EstablishmentNumber, **facts: Any) -> Items:
        """The writes of a delegation as it stands, of every scope and accepted unless told otherwise."""
        delegation = a_delegation(person_id, number, **facts)
        event = next_event(
            "DelegationAccepted",
            source="test",
            aggregate=delegation.aggregate,
            chain=delegation.chain,
            at=NOW,
            actor="test",
            data={"person_id": person_id, "establishment": number.reveal()},
        )
        after = delegation.model_copy(update={"chain": Chain.after(event)})
        return self.delegations.save(DelegationChange(before=None, after=after, event=event))

    def store(self, posting: Posting | BilledPosting, *, before: AccountState) -> None:
        """A posting with its bills, in one transaction."""
        if isinstance(posting, Posting):
            self.transaction.commit(self.accounts.save(posting, before=before))
            return
        self.transaction.commit(
            self.accounts.save(posting.posting, before=before),
            self.bills.save(issued=posting.issued, changed=posting.changed),
        )


def in_memory_register() -> Register:
    """The register on dictionaries."""
    events: list[Event] = []
    delegations = InMemoryDelegations(events=events)
    return Register(
        people=InMemoryPeople(),
        establishments=InMemoryEstablishments(delegations=delegations, events=events),
        delegations=delegations,
        accounts=InMemoryAccounts(events=events),
        bills=InMemoryBills(),
        payments=InMemoryPayments(events=events),
        transaction=InMemoryTransaction(),
        events_of=lambda aggregate: [event for event in events if event.subject == str(aggregate)],
    )


def register_on(table: str) -> Register:
    """The register on a table of DynamoDB; what it takes is imported here, so that the fakes need no library of AWS."""
    from ishtirak.adapters.aws import event_log
    from ishtirak.adapters.aws.account_table import AccountTable
    from ishtirak.adapters.aws.bill_table import BillTable, PaymentTable
    from ishtirak.adapters.aws.delegation_table import DelegationTable
    from ishtirak.adapters.aws.establishment_table import EstablishmentTable
    from ishtirak.adapters.aws.people_table import PeopleTable
    from ishtirak.adapters.transaction import DynamoTransaction

    return Register(
        people=PeopleTable(table),
        establishments=EstablishmentTable(table),
        accounts=AccountTable(table),
        bills=BillTable(table),
        payments=PaymentTable(table),
        delegations=DelegationTable(table),
        transaction=DynamoTransaction(),
        events_of=partial(event_log.read_events, table),
    )


@contextmanager
def register_table() -> Iterator[str]:
    """The name of an empty Register table under moto, with the key schema the stack deploys."""
    import boto3
    from moto import mock_aws

    from ishtirak.adapters.clients import client

    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")
    with mock_aws(), patch.object(boto3, "client", kept_client):
        client.cache_clear()
        attributes = ("pk", "sk", "establishment", "registered_at")
        boto3.client("dynamodb").create_table(
            TableName="Register",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in attributes],
            KeySchema=_keys("pk", "sk"),
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by_establishment",
                    "KeySchema": _keys("establishment", "registered_at"),
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
        yield "Register"
    client.cache_clear()


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def a_contributor(person_id: str = PERSON, **facts: Any) -> Contributor:
    values: dict[str, Any] = {
        "person_id": person_id,
        "encrypted_identity": "encrypted",
        "masked_identity": "••••0008",
        "kind": IdentityKind.NATIONAL_ID,
        "birth_date": CivilDate.parse("1990-01-31"),
        "country": "SA",
        "sex": Sex.MALE,
        "name_ar": "ماجد المثال",
        "name_en": "Majid Al-Mithal",
        "registered_at": "2020-01-01T00:00:00.000Z",
    }
    return Contributor(**(values | facts))


def an_establishment(number: EstablishmentNumber = MITHAL, **facts: Any) -> Establishment:
    values: dict[str, Any] = {
        "number": number,
        "name_ar": "شركة المثال",
        "name_en": "Al-Mithal",
        "sector": EmployerSector.PRIVATE,
        "registered_at": "2020-01-01T00:00:00.000Z",
    }
    return Establishment(**(values | facts))


def a_period(
    starts_on: str = "2025-01-01", ends_on: str | None = "2025-03-31", **facts: Any
) -> RecordedPeriod:
    values: dict[str, Any] = {
        "id": stable_id(
            "period", starts_on, str(facts.get("establishment", "")), str(facts.get("person_id", ""))
        ),
        "person_id": PERSON,
        "establishment": MITHAL,
        "system": System.SOCIAL_INSURANCE,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "wages": (RecordedWageLine(first_month=Month.parse(starts_on[:7]), basic=800_000, housing=200_000),),
        "occupation_code": "251201",
        "work_type": "FULL_TIME",
        "source": Source(kind=SourceKind.REQUEST, reference="request-1", version=1),
        "registered_at": "2026-11-22T09:00:00.000Z",
    }
    chosen = values | facts
    days = RegisteredDays(
        starts_on=chosen["starts_on"], ends_on=chosen.get("ends_on"), route=chosen.pop("route", Route.ON_TIME)
    )
    return RecordedPeriod(**({"registered": (days,)} | chosen))


def rows_of(*months: str, worker: int = 90_000, employer: int = 90_000) -> tuple[LedgerRow, ...]:
    return tuple(
        LedgerRow(month=Month.parse(month), branch="ANNUITIES", worker=worker, employer=employer)
        for month in months
    )


def a_cause(**facts: Any) -> Cause:
    values: dict[str, Any] = {"at": NOW, "actor": "test"}
    return Cause(**(values | facts))
