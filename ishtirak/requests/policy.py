"""The authority's own periods and limits, as dated data: each value by itself, with a source of its own."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import ClassVar

from ishtirak.kernel.dated import Entry, Table, read_table
from ishtirak.kernel.value import Value


class RequestPolicy(Value):
    """Periods and limits in force. Days are calendar days unless the name says working days; money is halalas."""

    employer_reply_working_days: int
    review_working_days: int
    second_review_working_days: int
    completion_days: int
    second_approval_above_halalas: int
    open_requests_a_person: int
    documents_a_request: int
    stranded_after_minutes: int
    declaration_version: str


@dataclass(frozen=True, kw_only=True)
class RequestPolicyTable(Table[int | str]):
    """The values of the policy through time, by their names in `RequestPolicy`."""

    keys: ClassVar = {"name": RequestPolicy.model_fields}

    entries: tuple[Entry[int | str], ...]


@cache
def policies() -> RequestPolicyTable:
    """Every value there was, read once per process."""
    return read_table(Path(__file__).with_name("policy.json"), RequestPolicyTable)


def policy_on(day: date) -> RequestPolicy:
    """The policy in force on a day."""
    values = {name: policies().at(day, name=name).value for name in RequestPolicy.model_fields}
    return RequestPolicy.model_validate(values)
