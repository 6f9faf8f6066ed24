"""What becomes of bills when the period they are for changes, and what that means for the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ishtirak.billing.calculator import BillCalculator, Settlement, with_rows
from ishtirak.billing.model import Bill, BillRow, BillState
from ishtirak.kernel.money import Halalas, share
from ishtirak.kernel.months import Month
from ishtirak.register.ledger import CoveredRow, EntryKind, LedgerEntry, LedgerRow
from ishtirak.register.periods import Source, Span
from ishtirak.register.rows import by_month


def reduced_to(bill: Bill, room: Mapping[Month, tuple[int, int]]) -> Bill:
    """The bill cut down to what each side may still owe of each month, fines in proportion; cancelled when nothing
    is left. The same bill where it fits.
    """
    rows = tuple(row for row in (_reduced_row(row, room.get(row.month, (0, 0))) for row in bill.rows) if row)
    if rows == bill.rows:
        return bill
    if not rows:
        return bill.model_copy(update={"state": BillState.CANCELLED})
    return with_rows(rows, bill)


def _reduced_row(row: BillRow, room: tuple[int, int]) -> BillRow | None:
    worker, employer = min(row.worker, room[0]), min(row.employer, room[1])
    left = worker + employer
    if left == row.contribution:
        return row
    if left == 0:
        return None
    fine = share(Halalas(row.fine), numerator=left, denominator=row.contribution)
    return row.model_copy(update={"worker": worker, "employer": employer, "fine": fine})


def _reduced_bills(bills: Iterable[Bill], rows: Iterable[LedgerRow]) -> tuple[Bill, ...]:
    """The bills of a period, made to ask no more than it now comes to: the youngest gives way first."""
    room = {month: (max(0, worker), max(0, employer)) for month, (worker, employer) in by_month(rows).items()}
    result = []
    for bill in sorted(bills, key=lambda bill: (bill.issued_on, bill.id)):
        kept = reduced_to(bill, room)
        result.append(kept)
        for asked in kept.rows if kept.state is not BillState.CANCELLED else ():
            worker, employer = room[asked.month]
            room[asked.month] = (worker - asked.worker, employer - asked.employer)
    return tuple(result)


@dataclass(frozen=True)
class AllocationChange:
    """What a change of a bill means for the ledger: how much more, or less, each thing is covered."""

    covered: tuple[CoveredRow, ...]
    credit: int

    @property
    def anything(self) -> bool:
        return bool(self.covered or self.credit)


def allocation_change(before: Settlement | None, after: Settlement | None) -> AllocationChange:
    """The difference between two settlements of a bill; None stands for one that covers nothing."""
    old, new = (before.covered if before else {}), (after.covered if after else {})
    rows = []
    for month in sorted({*old, *new}):
        had, has = old.get(month, (0, 0)), new.get(month, (0, 0))
        if had != has:
            rows.append(CoveredRow(month=month, contribution=has[0] - had[0], fine=has[1] - had[1]))
    credit = (after.credit if after else 0) - (before.credit if before else 0)
    return AllocationChange(tuple(rows), credit)


def allocation_entry(
    change: AllocationChange, *, bill: Bill, kind: EntryKind, span: Span, seq: int, source: Source, at: str
) -> LedgerEntry:
    """The ledger's line of a change."""
    return LedgerEntry(
        person_id=bill.person_id,
        system=bill.system,
        seq=seq,
        kind=kind,
        span=span,
        bill_id=bill.id,
        covered=change.covered,
        credit=change.credit,
        source=source,
        at=at,
    )


@dataclass(frozen=True)
class PeriodBills:
    """What stands billed for one period, and how it is calculated: for whoever changes the period."""

    bills: tuple[Bill, ...]
    calculator: BillCalculator

    def asked(self, rows: Iterable[LedgerRow]) -> Mapping[Month, tuple[int, int]]:
        """What the bills go on asking of each month, from the worker's and the employer's side, once the period comes
        to `rows`.
        """
        kept = _reduced_bills(self._standing, rows)
        return by_month(row for bill in kept if bill.state is not BillState.CANCELLED for row in bill.rows)

    @property
    def _standing(self) -> tuple[Bill, ...]:
        return tuple(bill for bill in self.bills if bill.state is not BillState.CANCELLED)

    def adjusted_to(
        self, rows: Iterable[LedgerRow], *, undone: LedgerEntry, posted: LedgerEntry | None
    ) -> tuple[tuple[Bill, ...], tuple[LedgerEntry, ...]]:
        """The bills after the period came to `rows` instead (nothing, when it was undone for good), and the entries
        of what that moves; these come after `posted`, or after `undone`.
        """
        last = posted or undone
        standing = self._standing
        changed = tuple(
            self.calculator.with_state(bill.changed(period_id=last.span.period_id))
            for bill in _reduced_bills(standing, rows)
        )
        before = {bill.id: self.calculator.as_it_stands(bill) for bill in standing}
        entries: list[LedgerEntry] = []
        for bill in changed:
            after = self.calculator.as_it_stands(bill)
            steps = [(last.span, allocation_change(before[bill.id], after))]
            if last.span.period_id != undone.span.period_id:
                steps = [
                    (undone.span, allocation_change(before[bill.id], None)),
                    (last.span, allocation_change(None, after)),
                ]
            entries += [
                allocation_entry(
                    change,
                    bill=bill,
                    kind=EntryKind.ALLOCATION,
                    span=span,
                    seq=last.seq + len(entries) + offset,
                    source=last.source,
                    at=last.at,
                )
                for offset, (span, change) in enumerate([step for step in steps if step[1].anything], start=1)
            ]
        return changed, tuple(entries)
