"""The register in memory, and the register's table on moto: one suite runs on both."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from ishtirak.accounts.model import (
    Bill,
    Contributor,
    Establishment,
    Head,
    KeptPayment,
    LedgerEntry,
    LedgerRow,
    PaymentState,
    Posting,
    RecordedPeriod,
    Sector,
    Source,
    SourceKind,
    UnmatchedReason,
    WageLine,
)
from ishtirak.accounts.ports import bill_place, place_of
from ishtirak.accounts.rules import Cause, stable_id
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.events import Event
from ishtirak.kernel.identity import EstablishmentNumber, IdentityKind
from ishtirak.kernel.insurance import Sex, System
from ishtirak.kernel.months import Month
from ishtirak.kernel.parts import Part
from tests.fakes.clients import kept_client

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PERSON = "00000000-0000-4000-8000-000000000001"
OTHER_PERSON = "00000000-0000-4000-8000-000000000002"
MITHAL = EstablishmentNumber("7000000001")
NAMUDHAJ = EstablishmentNumber("7000000002")
FINGERPRINT = "ab" * 32


@dataclass(frozen=True)
class Step:
    """One write of a transaction: what must hold, and what is done when everything holds."""

    holds: Callable[[], bool]
    do: Callable[[], None]


def commit(*steps: Step) -> None:
    """All of it or none of it, as `dynamo.commit`."""
    if not all(step.holds() for step in steps):
        raise ChangedMeanwhile()
    for step in steps:
        step.do()


@dataclass
class InMemoryRegister:
    """The `Register` port on dictionaries."""

    people: dict[str, Contributor] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    employers: dict[str, Establishment] = field(default_factory=dict)
    appointments: set[tuple[str, str]] = field(default_factory=set)
    recorded: dict[tuple[str, str], RecordedPeriod] = field(default_factory=dict)
    heads: dict[tuple[str, System], Head] = field(default_factory=dict)
    ledger: dict[tuple[str, System, int], LedgerEntry] = field(default_factory=dict)
    issued: dict[str, Bill] = field(default_factory=dict)
    payments: dict[tuple[str, str | None], KeptPayment] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def contributor(self, person_id: str) -> Contributor | None:
        return self.people.get(person_id)

    def contributors(self, person_ids: Iterable[str]) -> Mapping[str, Contributor]:
        return {person_id: self.people[person_id] for person_id in person_ids if person_id in self.people}

    def by_identity(self, fingerprint: str) -> str | None:
        return self.numbers.get(fingerprint)

    def establishment(self, number: EstablishmentNumber) -> Establishment | None:
        return self.employers.get(number.reveal())

    def acts_for(self, person_id: str) -> Sequence[EstablishmentNumber]:
        return tuple(
            EstablishmentNumber(number) for person, number in sorted(self.appointments) if person == person_id
        )

    def periods(self, person_id: str) -> Sequence[RecordedPeriod]:
        found = [period for (person, _), period in self.recorded.items() if person == person_id]
        return tuple(sorted(found, key=lambda period: (period.starts_on, place_of(period))))

    def periods_with(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[RecordedPeriod]:
        found = [
            period for period in self.recorded.values() if period.establishment == number and period.stands
        ]
        behind = [period for period in found if after is None or place_of(period) > after]
        return tuple(sorted(behind, key=place_of)[:limit])

    def head(self, person_id: str, system: System) -> Head:
        return self.heads.get((person_id, system), Head(person_id=person_id, system=system))

    def entries(self, person_id: str, system: System) -> Sequence[LedgerEntry]:
        return tuple(entry for key, entry in sorted(self.ledger.items()) if key[:2] == (person_id, system))

    def bill(self, bill_id: str) -> Bill | None:
        return self.issued.get(bill_id)

    def bill_under(self, reference: str) -> Bill | None:
        return next((bill for bill in self.issued.values() if bill.reference == reference), None)

    def bills(self, person_id: str, system: System) -> Sequence[Bill]:
        found = [b for b in self.issued.values() if (b.person_id, b.system) == (person_id, system)]
        return tuple(sorted(found, key=bill_place))

    def bills_of(
        self, number: EstablishmentNumber, *, limit: int, after: str | None = None
    ) -> Sequence[Bill]:
        found = [bill for bill in self.issued.values() if bill.debtor == number]
        behind = [bill for bill in found if after is None or bill_place(bill) < after]
        return tuple(sorted(behind, key=bill_place, reverse=True)[:limit])

    def bills_waiting(self, *, limit: int) -> Sequence[Bill]:
        proposed = {bill.id: decision.at for bill in self.issued.values() if (decision := bill.waiting)}
        return tuple(self.issued[bill_id] for bill_id in sorted(proposed, key=proposed.__getitem__)[:limit])

    def payment(self, reference: str, *, digest: str | None = None) -> KeptPayment | None:
        return self.payments.get((reference, digest))

    def unmatched(self, *, limit: int) -> Sequence[KeptPayment]:
        lost = [kept for kept in self.payments.values() if kept.state is PaymentState.UNMATCHED]
        return tuple(sorted(lost, key=lambda kept: (kept.received_at, kept.reference))[:limit])

    def keeping(self, payment: KeptPayment, *, event: Event | None = None) -> Part:
        reused = payment.reason is UnmatchedReason.REFERENCE_REUSED
        key = (payment.reference, payment.digest if reused else None)

        def do() -> None:
            self.payments[key] = payment
            if event is not None:
                self.events.append(event)

        return (Step(lambda: key not in self.payments, do),)

    def commit(self, *writes: Part) -> None:
        commit(*(step for part in writes for step in part))

    def posting(self, posting: Posting, *, head: Head) -> Part:
        account = (head.person_id, head.system)
        new_entries = {(*account, entry.seq): entry for entry in posting.entries}
        changed = {(period.person_id, period.id): period for period in posting.periods}

        def holds() -> bool:
            revisions = all(
                period.revision == (self.recorded[key].revision if key in self.recorded else 0) + 1
                for key, period in changed.items()
            )
            bill_is_new = posting.bill is None or posting.bill.id not in self.issued
            bills = all(self.issued[bill.id].version == bill.version - 1 for bill in posting.changed)
            return (
                self.head(*account).version == head.version
                and revisions
                and bill_is_new
                and bills
                and not new_entries.keys() & self.ledger.keys()
            )

        def do() -> None:
            self.heads[account] = posting.after
            self.recorded.update(changed)
            self.ledger.update(new_entries)
            self.events.append(posting.event)
            for bill in (posting.bill, *posting.changed):
                if bill is not None:
                    self.issued[bill.id] = bill

        return (Step(holds, do),)

    def registering(self, contributor: Contributor, *, fingerprint: str) -> Part:
        def do() -> None:
            self.people[contributor.person_id] = contributor
            self.numbers[fingerprint] = contributor.person_id

        return (
            Step(lambda: fingerprint not in self.numbers and contributor.person_id not in self.people, do),
        )

    def enrolling(self, establishment: Establishment) -> Part:
        number = establishment.number.reveal()
        return (
            Step(
                lambda: number not in self.employers, lambda: self.employers.update({number: establishment})
            ),
        )

    def appointing(self, person_id: str, number: EstablishmentNumber) -> Part:
        pair = (person_id, number.reveal())
        return (Step(lambda: pair not in self.appointments, lambda: self.appointments.add(pair)),)


@contextmanager
def register_table() -> Iterator[str]:
    """The name of an empty Register table under moto, with the key schema the stack deploys."""
    import boto3
    from moto import mock_aws

    from ishtirak.adapters.aws import client

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
        "sealed_identity": "sealed",
        "masked_identity": "10••••0008",
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
        "sector": Sector.PRIVATE,
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
        "wages": (WageLine(first_month=Month.parse(starts_on[:7]), basic=800_000, housing=200_000),),
        "occupation_code": "251201",
        "work_type": "FULL_TIME",
        "source": Source(kind=SourceKind.REQUEST, reference="request-1", version=1),
        "registered_at": "2026-11-22T09:00:00.000Z",
    }
    return RecordedPeriod(**(values | facts))


def rows_of(*months: str, worker: int = 90_000, employer: int = 90_000) -> tuple[LedgerRow, ...]:
    return tuple(
        LedgerRow(month=Month.parse(month), branch="ANNUITIES", worker=worker, employer=employer)
        for month in months
    )


def a_cause(**facts: Any) -> Cause:
    values: dict[str, Any] = {"at": NOW, "actor": "test"}
    return Cause(**(values | facts))
