"""Contracts in memory, the events Qiwa sends of them, and fingerprints that can be read."""

import copy
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ishtirak.contracts.model import Contract, HeldVersion, HoldReason, WorkerContract
from ishtirak.kernel.identity import PersonNumber
from ishtirak.kernel.transaction import Items
from tests.fakes.transaction import Write

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

    def of(self, identity: PersonNumber) -> str:
        return f"fingerprint-{identity.reveal()}"


@dataclass
class InMemoryContracts:
    """The `Contracts` port on dictionaries; `writes` counts what was stored."""

    contracts: dict[str, Contract] = field(default_factory=dict)
    waiting: dict[tuple[str, int], tuple[HeldVersion, str]] = field(default_factory=dict)
    of_workers: dict[tuple[str, str], WorkerContract] = field(default_factory=dict)
    writes: int = 0

    def find(self, number: str) -> Contract | None:
        return self.contracts.get(number)

    def save(self, contract: Contract, *, before: Contract | None) -> Items:
        def apply() -> None:
            self.contracts[contract.number] = contract
            self.writes += 1

        return (Write.when(lambda: self.contracts.get(contract.number) == before, apply),)

    def is_held(self, held: HeldVersion) -> bool:
        there = self.waiting.get(_key(held))
        return there is not None and there[0].reason is held.reason

    def hold(self, held: HeldVersion, *, message: str) -> Items:
        def apply() -> None:
            self.waiting[_key(held)] = (held, message)
            self.writes += 1

        return (Write.when(lambda: not self.is_held(held), apply),)

    def of_worker(self, person_id: str) -> Sequence[WorkerContract]:
        return [noted for (owner, _), noted in sorted(self.of_workers.items()) if owner == person_id]

    def noted(self, person_id: str, number: str) -> WorkerContract | None:
        return self.of_workers.get((person_id, number))

    def note(self, person_id: str, contract: WorkerContract) -> Items:
        def is_highest() -> bool:
            there = self.noted(person_id, contract.number)
            return there is None or there.version < contract.version

        def apply() -> None:
            self.of_workers[person_id, contract.number] = contract

        return (Write.when(is_highest, apply),)


def _key(held: HeldVersion) -> tuple[str, int]:
    if held.reason is HoldReason.MALFORMED:
        return held.message_id, 0
    return (held.number or held.message_id, held.version or 0)
