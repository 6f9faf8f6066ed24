"""Periods of a contract's life, as dated data: each value by itself, with a source of its own."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import ClassVar

from ishtirak.kernel.dated import Entry, Table, read_table
from ishtirak.kernel.value import Value


class ContractPolicy(Value):
    """Periods in force. Days are calendar days."""

    reply_days: int
    """How long after its creation a contract may still be authenticated (QIW-02)."""
    registers_itself_months_late: int
    """How many months after its first one a contract still registers by itself (QIW-03)."""


@dataclass(frozen=True, kw_only=True)
class ContractPolicyTable(Table[int]):
    """The values of the policy through time, by their names in `ContractPolicy`."""

    keys: ClassVar = {"name": ContractPolicy.model_fields}

    entries: tuple[Entry[int], ...]


@cache
def policies() -> ContractPolicyTable:
    """Every value there was, read once per process."""
    return read_table(Path(__file__).with_name("policy.json"), ContractPolicyTable)


def policy_on(day: date) -> ContractPolicy:
    """The policy in force on a day; before the oldest value, that one."""
    table = policies()
    oldest = min(entry.in_force_from for entry in table.entries)
    values = {name: table.at(max(day, oldest), name=name).value for name in ContractPolicy.model_fields}
    return ContractPolicy.model_validate(values)
