"""Arithmetic of ledger rows: what a period comes to, and what a change of it comes to."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from ishtirak.kernel.months import Month
from ishtirak.register.ledger import LedgerRow


class MonthSides(Protocol):
    """What comes to something in a month from each side, in halalas: a row of the ledger, or of a bill."""

    @property
    def month(self) -> Month: ...
    @property
    def worker(self) -> int: ...
    @property
    def employer(self) -> int: ...


def difference(after: Iterable[LedgerRow], before: Iterable[LedgerRow]) -> tuple[LedgerRow, ...]:
    """What is more, or less, of each month, branch and side; what is equal is left out."""
    return total((*after, *(negated(row) for row in before)))


def total(rows: Iterable[LedgerRow]) -> tuple[LedgerRow, ...]:
    """The rows added up by month and branch, in that order; what comes to nothing is left out."""
    sums: dict[tuple[Month, str], tuple[int, int]] = {}
    for row in rows:
        worker, employer = sums.get((row.month, row.branch), (0, 0))
        sums[row.month, row.branch] = (worker + row.worker, employer + row.employer)
    return tuple(
        LedgerRow(month=month, branch=branch, worker=worker, employer=employer)
        for (month, branch), (worker, employer) in sorted(sums.items())
        if worker or employer
    )


def by_month(rows: Iterable[MonthSides]) -> Mapping[Month, tuple[int, int]]:
    """What the rows come to for each month, in halalas: the worker's and the employer's side."""
    sums: dict[Month, tuple[int, int]] = {}
    for row in rows:
        worker, employer = sums.get(row.month, (0, 0))
        sums[row.month] = (worker + row.worker, employer + row.employer)
    return sums


def negated(row: LedgerRow) -> LedgerRow:
    """What undoes the row."""
    return row.model_copy(update={"worker": -row.worker, "employer": -row.employer})
