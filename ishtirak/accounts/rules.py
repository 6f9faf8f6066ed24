"""How an account may change. Pure: head and entries come in, a whole posting or a named refusal comes out."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from ishtirak.accounts.bills import Billed
from ishtirak.accounts.model import (
    MONEY_KINDS,
    Bill,
    EntryKind,
    Head,
    LedgerEntry,
    LedgerRow,
    PeriodState,
    Posting,
    Projection,
    RecordedPeriod,
    Source,
    Span,
    Statement,
    StatementMonth,
    Totals,
)
from ishtirak.kernel.clock import instant
from ishtirak.kernel.errors import Refused
from ishtirak.kernel.events import chain_after, happened
from ishtirak.kernel.identity import IdentityNumber
from ishtirak.kernel.months import Month

SOURCE = "ishtirak.accounts"
_NUMBER_FORM = b"nin-v1|"


class PeriodOverlaps(Refused):
    """A standing period with the same employer already has some of these days (REG-06)."""

    code = "period_overlaps"


class PeriodNotStanding(Refused):
    """The period to be changed was reversed, or never posted."""

    code = "period_not_standing"


@dataclass(frozen=True)
class Cause:
    """Who changes the account, when, and the name the change goes by in the account's event chain."""

    at: datetime
    actor: str
    type: str | None = None
    source: str = SOURCE
    data: Mapping[str, Any] = field(default_factory=dict)


def identity_message(identity: IdentityNumber) -> bytes:
    """The bytes whose keyed hash finds a person by number; versioned, so another form can stand beside it."""
    return _NUMBER_FORM + identity.reveal().encode("ascii")


def post(
    head: Head, *, period: RecordedPeriod, rows: tuple[LedgerRow, ...], cause: Cause, bill: Bill | None = None
) -> Posting:
    """Record a new period and its contributions; `PeriodOverlaps` where its employer has some of the days."""
    entry = _entry(head, period=period, rows=rows, cause=cause)
    return _posting(
        head, entries=(entry,), periods=(period,), cause=cause, named="PeriodPosted", about=period, bill=bill
    )


def amend(
    head: Head,
    *,
    before: RecordedPeriod,
    entries: Iterable[LedgerEntry],
    after: RecordedPeriod,
    rows: tuple[LedgerRow, ...],
    cause: Cause,
    bill: Bill | None = None,
    billed: Billed | None = None,
) -> Posting:
    """Replace a standing period: one entry undoes it, the next posts it anew; `after` may keep the id.

    What was billed for it goes on, under the new id and asking no more than the period now comes to; what was paid
    beyond that covers what else is due on the same bill, or is credit.
    """
    undo = _undoing(head, before, entries=entries, cause=cause, by=after.source)
    undone = _next(head.projection, undo)
    entry = _entry(head, period=after, rows=rows, cause=cause, projection=undone)
    changed, moves = billed.follow(rows, undone=undo, posted=entry) if billed else ((), ())
    same = before.id == after.id
    return _posting(
        head,
        entries=(undo, entry, *moves),
        periods=(_revised(before, after),) if same else (_reversed(before), after),
        cause=cause,
        named="PeriodAmended",
        about=after,
        bill=bill,
        changed=changed,
    )


def reverse(
    head: Head,
    *,
    period: RecordedPeriod,
    entries: Iterable[LedgerEntry],
    cause: Cause,
    billed: Billed | None = None,
) -> Posting:
    """Undo a standing period, whole. What was billed for it is cancelled; what was paid of that is credit."""
    undo = _undoing(head, period, entries=entries, cause=cause, by=period.source)
    changed, moves = billed.follow((), undone=undo, posted=None) if billed else ((), ())
    return _posting(
        head,
        entries=(undo, *moves),
        periods=(_reversed(period),),
        cause=cause,
        named="PeriodReversed",
        about=period,
        changed=changed,
    )


def projection(entries: Iterable[LedgerEntry]) -> Projection:
    """What the entries of one account add up to, taken in the order of their numbers."""
    result = Projection()
    for entry in sorted(entries, key=lambda entry: entry.seq):
        result = _next(result, entry)
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


def statement(entries: Iterable[LedgerEntry]) -> Statement:
    """What the ledger adds up to for each month and branch; what was undone to nothing is not listed."""
    sums: dict[tuple[Month, str], Totals] = {}
    for entry in entries:
        for row in entry.rows:
            key = (row.month, row.branch)
            sums[key] = sums.get(key, Totals()).plus((row,))
    rows = [
        LedgerRow(month=month, branch=branch, worker=total.worker, employer=total.employer)
        for (month, branch), total in sorted(sums.items())
        if total != Totals()
    ]
    months = tuple(
        _month(month, rows=tuple(of_month)) for month, of_month in groupby(rows, key=lambda row: row.month)
    )
    return Statement(months=months, totals=Totals().plus(rows))


def _month(month: Month, *, rows: tuple[LedgerRow, ...]) -> StatementMonth:
    totals = Totals().plus(rows)
    return StatementMonth(month=month, rows=rows, worker=totals.worker, employer=totals.employer)


def refuse_overlap(standing: Iterable[Span], span: Span) -> None:
    """Days are recorded once with one employer; other employers' periods may run beside them."""
    for other in standing:
        if other.establishment == span.establishment and other.overlaps(span):
            raise PeriodOverlaps(
                starts_on=other.starts_on.isoformat(),
                ends_on=other.ends_on.isoformat() if other.ends_on else None,
            )


def stable_id(*parts: str) -> str:
    """An opaque id, the same whenever the same thing is built again: in a retry, or in another order."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "ishtirak:" + "/".join(parts)))


def _entry(
    head: Head,
    *,
    period: RecordedPeriod,
    rows: tuple[LedgerRow, ...],
    cause: Cause,
    projection: Projection | None = None,
) -> LedgerEntry:
    if (period.person_id, period.system) != (head.person_id, head.system):
        raise ValueError("the period is of another account")
    before = projection or head.projection
    refuse_overlap(before.standing, period.span)
    return LedgerEntry(
        person_id=head.person_id,
        system=head.system,
        seq=before.last_seq + 1,
        kind=EntryKind.POST,
        span=period.span,
        rows=rows,
        source=period.source,
        at=instant(cause.at),
    )


def _undoing(
    head: Head, period: RecordedPeriod, *, entries: Iterable[LedgerEntry], cause: Cause, by: Source
) -> LedgerEntry:
    undone = standing_entry(entries, period_id=period.id)
    return LedgerEntry(
        person_id=head.person_id,
        system=head.system,
        seq=head.projection.last_seq + 1,
        kind=EntryKind.REVERSAL,
        span=undone.span,
        rows=tuple(
            row.model_copy(update={"worker": -row.worker, "employer": -row.employer}) for row in undone.rows
        ),
        refers_to=undone.seq,
        source=by,
        at=instant(cause.at),
    )


def _reversed(period: RecordedPeriod) -> RecordedPeriod:
    return _revised(period, period.model_copy(update={"state": PeriodState.REVERSED}))


def _revised(before: RecordedPeriod, after: RecordedPeriod) -> RecordedPeriod:
    return after.model_copy(update={"revision": before.revision + 1})


def _next(before: Projection, entry: LedgerEntry) -> Projection:
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


def _posting(
    head: Head,
    *,
    entries: tuple[LedgerEntry, ...],
    periods: tuple[RecordedPeriod, ...],
    cause: Cause,
    named: str,
    about: RecordedPeriod,
    bill: Bill | None = None,
    changed: tuple[Bill, ...] = (),
) -> Posting:
    facts: dict[str, Any] = {
        "period_id": about.id,
        "establishment": about.establishment.reveal(),
        "entries": [entry.seq for entry in entries],
        "bill_id": bill.id if bill else None,
    }
    if changed:
        facts["bills_changed"] = [one.id for one in changed]
    return advanced(
        head,
        entries=entries,
        periods=periods,
        cause=cause,
        named=named,
        facts=facts,
        bill=bill,
        changed=changed,
    )


def advanced(
    head: Head,
    *,
    entries: tuple[LedgerEntry, ...],
    cause: Cause,
    named: str,
    facts: Mapping[str, Any],
    periods: tuple[RecordedPeriod, ...] = (),
    bill: Bill | None = None,
    changed: tuple[Bill, ...] = (),
) -> Posting:
    """The account one event further: its head over these entries, and everything stored with it."""
    result = head.projection
    for entry in entries:
        result = _next(result, entry)
    event = happened(
        cause.type or named,
        source=cause.source,
        subject=head.subject,
        after=head.chain,
        at=cause.at,
        actor=cause.actor,
        data={"person_id": head.person_id, "system": head.system.value} | dict(facts) | dict(cause.data),
    )
    chain = chain_after(event)
    after = head.model_copy(
        update={
            "version": head.version + 1,
            "projection": result,
            "chain_seq": chain.seq,
            "chain_hash": chain.head,
        }
    )
    return Posting(after=after, periods=periods, entries=entries, event=event, bill=bill, changed=changed)
