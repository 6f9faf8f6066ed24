"""Contracts, the register as contracts see it, and keyed hashes, in memory."""

import copy
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ishtirak.contracts.model import Contract, Outcome, Parked, Service
from ishtirak.contracts.ports import Change
from ishtirak.contracts.rules import KnownEmployer, KnownWorker
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import Refused, Unavailable
from ishtirak.kernel.identity import EstablishmentNumber, IdentityNumber
from ishtirak.kernel.parts import NOTHING, Part
from tests.fakes.accounts import Step, commit

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NUMBER = "C-0000000001"
WORKER = "1000000016"
BORN = "2001-05-20"

type Document = dict[str, Any]

EVENT: Document = {
    "schema": "1.0",
    "type": "contract.authenticated",
    "contract_number": NUMBER,
    "version": 1,
    "occurred_at": "2026-11-22T08:00:00.000Z",
    "establishment": {
        "unified_number": "7000000001",
        "name_ar": "شركة المثال للتقنية المحدودة",
        "name_en": "Al-Mithal Technology LLC",
    },
    "worker": {
        "identity_number": WORKER,
        "birth_date": BORN,
        "nationality": "SA",
        "name_ar": "سارة التجريبية",
        "name_en": "Sara At-Tajribiyah",
    },
    "terms": {
        "kind": "OPEN",
        "starts_on": "2026-11-01",
        "ends_on": None,
        "occupation_code": "251201",
        "work_type": "FULL_TIME",
        "wage": {
            "basic": 800_000,
            "housing": 200_000,
            "housing_in_kind": False,
            "commission": 0,
            "transport": 80_000,
            "other": 0,
        },
    },
}


def an_event(**changes: Any) -> Document:
    """The sample event, changed: `terms__wage__basic=1` reaches inside."""
    document = copy.deepcopy(EVENT)
    for path, value in changes.items():
        *parents, last = path.split("__")
        inside = document
        for parent in parents:
            inside = inside[parent]
        inside[last] = value
    return document


def as_text(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False)


@dataclass
class FixedClock:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


class PlainFingerprints:
    """Not a hash at all: tests may see which number it was."""

    def of(self, identity: IdentityNumber) -> str:
        return f"fingerprint-{identity.reveal()}"


@dataclass
class InMemoryContracts:
    """The `Contracts` port on dictionaries; `writes` counts what was stored."""

    contracts: dict[str, Contract] = field(default_factory=dict)
    waiting: dict[tuple[str, int], tuple[Parked, str]] = field(default_factory=dict)
    writes: int = 0

    def find(self, number: str) -> Contract | None:
        return self.contracts.get(number)

    def apply(self, contract: Contract, *, before: Contract | None, alongside: Part = NOTHING) -> None:
        own = Step(
            lambda: self.contracts.get(contract.number) == before,
            lambda: self.contracts.update({contract.number: contract}),
        )
        commit(own, *alongside)
        self.writes += 1

    def park(self, parked: Parked, *, message: str) -> bool:
        key = (parked.number or parked.message_id, parked.version or 0)
        if key in self.waiting and self.waiting[key][0].reason is parked.reason:
            return False
        self.waiting[key] = (parked, message)
        self.writes += 1
        return True


class PeriodOverlaps(Refused):
    code = "period_overlaps"


@dataclass
class InMemoryAccounts:
    """The `Accounts` port of contracts: people, employers, and the service each contract stands for."""

    employers: dict[str, KnownEmployer] = field(default_factory=dict)
    people: dict[str, KnownWorker] = field(default_factory=dict)
    directory: dict[str, KnownWorker] = field(default_factory=dict)
    standing: dict[str, tuple[str, Service]] = field(default_factory=dict)
    directory_answers: bool = True
    changes: list[Outcome] = field(default_factory=list)

    def employer(self, number: EstablishmentNumber) -> KnownEmployer | None:
        return self.employers.get(number.reveal())

    def worker(self, identity: IdentityNumber, *, fingerprint: str) -> KnownWorker | None:
        if fingerprint in self.people:
            return self.people[fingerprint]
        if not self.directory_answers:
            raise Unavailable()
        found = self.directory.get(identity.reveal())
        if found is None:
            return None
        known = KnownWorker(person_id=found.person_id, birth_date=found.birth_date, country=found.country)
        introduce = Step(
            lambda: fingerprint not in self.people, lambda: self.people.update({fingerprint: known})
        )
        return KnownWorker(
            person_id=found.person_id,
            birth_date=found.birth_date,
            country=found.country,
            introduction=(introduce,),
        )

    def change(self, outcome: Outcome, *, contract: Contract, before: Contract | None) -> Change:
        person = str(contract.person_id)
        self._refuse_overlap(contract, person=person, outcome=outcome)

        def do() -> None:
            self.changes.append(outcome)
            self.standing.pop(contract.number, None)
            if outcome is not Outcome.VOIDED:
                self.standing[contract.number] = (person, contract.service)

        read = self.standing.get(contract.number)
        step = Step(lambda: self.standing.get(contract.number) == read, do)
        period_id = None if outcome is Outcome.VOIDED else f"period-{contract.number}"
        return Change(period_id=period_id, part=(step,))

    def _refuse_overlap(self, contract: Contract, *, person: str, outcome: Outcome) -> None:
        for number, (other, service) in self.standing.items():
            ours = number != contract.number and other == person and outcome is not Outcome.VOIDED
            if ours and service.establishment == contract.establishment and _share(service, contract.service):
                raise PeriodOverlaps()


def _share(one: Service, other: Service) -> bool:
    return (other.ends_on is None or one.starts_on <= other.ends_on) and (
        one.ends_on is None or other.starts_on <= one.ends_on
    )


def a_worker(**facts: Any) -> KnownWorker:
    values: dict[str, Any] = {"person_id": "person-1", "birth_date": CivilDate.parse(BORN), "country": "SA"}
    return KnownWorker(**(values | facts))


def an_employer(number: str = "7000000001", single_owner: str | None = None) -> KnownEmployer:
    return KnownEmployer(number=EstablishmentNumber(number), single_owner=single_owner)
