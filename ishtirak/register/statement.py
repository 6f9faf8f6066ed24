"""What a ledger says: where it stands, what each month came to, what is paid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ishtirak.kernel.months import Month
from ishtirak.register.ledger import MONEY_KINDS, EntryKind, LedgerEntry, Projection
from ishtirak.register.refusals import PeriodNotStanding


def projection(entries: Iterable[LedgerEntry]) -> Projection:
    """What the entries of one account add up to, taken in the order of their numbers."""
    result = Projection()
    for entry in sorted(entries, key=lambda entry: entry.seq):
        result = next_projection(result, entry)
    return result


def standing_entry(entries: Iterable[LedgerEntry], *, period_id: str) -> LedgerEntry:
    """The one entry a standing period rests on."""
    ordered = sorted(entries, key=lambda entry: entry.seq)
    undone = {entry.refers_to for entry in ordered if entry.kind is EntryKind.REVERSAL}
    standing = [
        entry
        for entry in ordered
        if entry.kind is EntryKind.POST and entry.seq not in undone and entry.span.period_id == period_id
    ]
    if not standing:
        raise PeriodNotStanding()
    return standing[-1]


@dataclass
class MonthOfPeriod:
    """What one month of one period came to, and how much of that was paid."""

    contribution: int = 0
    paid: int = 0

    @property
    def is_paid(self) -> bool:
        return self.contribution > 0 and self.paid >= self.contribution


def months_of_periods(entries: Iterable[LedgerEntry]) -> Mapping[str, Mapping[Month, MonthOfPeriod]]:
    """By period and month, from the ledger alone; a month that came to nothing is not listed."""
    sums: dict[str, dict[Month, MonthOfPeriod]] = {}
    for entry in entries:
        months = sums.setdefault(entry.span.period_id, {})
        for row in entry.rows:
            months.setdefault(row.month, MonthOfPeriod()).contribution += row.worker + row.employer
        for covered in entry.covered:
            months.setdefault(covered.month, MonthOfPeriod()).paid += covered.contribution
    return {
        period_id: {month: account for month, account in sorted(months.items()) if account.contribution}
        for period_id, months in sums.items()
    }


def paid_by_month(months: Mapping[str, Mapping[Month, MonthOfPeriod]]) -> Mapping[Month, int]:
    """What was paid of each month's contributions over all periods, in halalas."""
    paid: dict[Month, int] = {}
    for of_period in months.values():
        for month, of_month in of_period.items():
            paid[month] = paid.get(month, 0) + of_month.paid
    return paid


def next_projection(before: Projection, entry: LedgerEntry) -> Projection:
    """One entry further; the standing spans keep the order they were posted in."""
    standing = before.standing
    if entry.kind not in MONEY_KINDS:
        others = tuple(span for span in standing if span.period_id != entry.span.period_id)
        standing = others if entry.kind is EntryKind.REVERSAL else (*others, entry.span)
    return Projection(
        last_seq=entry.seq,
        standing=standing,
        totals=before.totals.plus(entry.rows),
        received=before.received.plus(entry),
    )
