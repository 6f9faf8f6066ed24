"""A change of an account together with the bills it issues or changes.

The register says what becomes of periods and the ledger; here what was billed for them follows, in the same event.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from ishtirak.billing.adjustments import PeriodBills, allocation_change, allocation_entry
from ishtirak.billing.calculator import BillCalculator
from ishtirak.billing.model import Bill
from ishtirak.kernel.clock import to_rfc3339
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.register import rules as register
from ishtirak.register.ledger import AccountChange, AccountState, EntryKind, LedgerEntry, LedgerRow, Posting
from ishtirak.register.periods import RecordedPeriod, Source, Span
from ishtirak.register.rules import Cause
from ishtirak.register.statement import next_projection


@dataclass(frozen=True)
class BilledPosting:
    """A posting and its bills, to be stored in one transaction."""

    posting: Posting
    issued: tuple[Bill, ...] = ()
    changed: tuple[Bill, ...] = ()
    """Bills as they are after it, each one version on."""


@dataclass(frozen=True)
class OtherPeriod:
    """Another employer's period which a change makes come to something else: the maximum is shared by both."""

    period: RecordedPeriod
    rows: tuple[LedgerRow, ...]
    """What it comes to from now on."""
    billed: PeriodBills
    bill: Bill | None = None
    """For what it owes beyond what it was billed."""


def post(
    state: AccountState,
    *,
    period: RecordedPeriod,
    rows: tuple[LedgerRow, ...],
    cause: Cause,
    bill: Bill | None = None,
    entries: Iterable[LedgerEntry] = (),
    others: Iterable[OtherPeriod] = (),
) -> BilledPosting:
    """Record a new period, its contributions and the bill for them, and what it changes for other employers.

    `entries` are the account's, wherever there are `others`.
    """
    change = register.period_posted(state, period=period, rows=rows, cause=cause)
    shared = _shared(state, change, entries=entries, others=others, cause=cause)
    return _advance(state, shared, issued=bill, cause=cause)


def amend(
    state: AccountState,
    *,
    before: RecordedPeriod,
    entries: Iterable[LedgerEntry],
    after: RecordedPeriod,
    rows: tuple[LedgerRow, ...],
    cause: Cause,
    bill: Bill | None = None,
    billed: PeriodBills | None = None,
    others: Iterable[OtherPeriod] = (),
) -> BilledPosting:
    """Replace a standing period; `after` may keep the id.

    What was billed for it goes on, under the new id and asking no more than the period now comes to; what was paid
    beyond that covers what else is due on the same bill, or is credit.
    """
    ledger = tuple(entries)
    change, changed = _replaced(
        state, before=before, entries=ledger, after=after, rows=rows, billed=billed, cause=cause
    )
    shared = _shared(state, change, entries=ledger, others=others, cause=cause)
    return _advance(state, replace(shared, changed=(*changed, *shared.changed)), issued=bill, cause=cause)


@dataclass(frozen=True)
class _Change:
    """A change of an account, the bills it changes, and those it issues beside the main one."""

    account: AccountChange
    changed: tuple[Bill, ...] = ()
    issued: tuple[Bill, ...] = ()


def _replaced(
    state: AccountState,
    *,
    before: RecordedPeriod,
    entries: Iterable[LedgerEntry],
    after: RecordedPeriod,
    rows: tuple[LedgerRow, ...],
    billed: PeriodBills | None,
    cause: Cause,
) -> tuple[AccountChange, tuple[Bill, ...]]:
    change = register.period_amended(
        state, before=before, entries=entries, after=after, rows=rows, cause=cause
    )
    undo, posted = change.entries
    changed, moves = billed.adjusted_to(rows, undone=undo, posted=posted) if billed else ((), ())
    return replace(change, entries=(undo, posted, *moves)), changed


def _shared(
    state: AccountState,
    change: AccountChange,
    *,
    entries: Iterable[LedgerEntry],
    others: Iterable[OtherPeriod],
    cause: Cause,
) -> _Change:
    """The change with what follows from it for other employers' periods, in the same event."""
    ledger, result = tuple(entries), _Change(change)
    for other in others:
        so_far = result.account
        projection = reduce(next_projection, so_far.entries, state.projection)
        follows, changed = _replaced(
            state.model_copy(update={"projection": projection}),
            before=other.period,
            entries=ledger,
            after=other.period,
            rows=other.rows,
            billed=other.billed,
            cause=cause,
        )
        account = replace(
            so_far,
            entries=(*so_far.entries, *follows.entries),
            periods=(*so_far.periods, *follows.periods),
        )
        issued = (*result.issued, *((other.bill,) if other.bill else ()))
        result = _Change(account, changed=(*result.changed, *changed), issued=issued)
    return result


def reverse(
    state: AccountState,
    *,
    period: RecordedPeriod,
    entries: Iterable[LedgerEntry],
    cause: Cause,
    billed: PeriodBills | None = None,
    others: Iterable[OtherPeriod] = (),
) -> BilledPosting:
    """Undo a standing period. What was billed for it is cancelled; what was paid of that is credit."""
    ledger = tuple(entries)
    change = register.period_reversed(state, period=period, entries=ledger, cause=cause)
    (undo,) = change.entries
    changed, moves = billed.adjusted_to((), undone=undo, posted=None) if billed else ((), ())
    undone = replace(change, entries=(undo, *moves))
    shared = _shared(state, undone, entries=ledger, others=others, cause=cause)
    return _advance(state, replace(shared, changed=(*changed, *shared.changed)), cause=cause)


def post_bill_change(
    state: AccountState,
    *,
    before: Bill,
    after: Bill,
    calculator: BillCalculator,
    kind: EntryKind,
    source: Source,
    cause: Cause,
    type: str,
    facts: Mapping[str, Any],
) -> BilledPosting:
    """The account after a change of one of its bills: with a line in the ledger when money covers something new."""
    change = allocation_change(calculator.as_it_stands(before), calculator.as_it_stands(after))
    entries: tuple[LedgerEntry, ...] = ()
    if change.anything:
        seq = state.projection.last_seq + 1
        span = _span(state, after)
        entry = allocation_entry(
            change, bill=after, kind=kind, span=span, seq=seq, source=source, at=to_rfc3339(cause.at)
        )
        entries = (entry,)
    about = {
        "bill_id": after.id,
        "bill_reference": after.reference,
        "period_id": after.period_id,
        "establishment": after.debtor.reveal(),
        "state": after.state.value,
    }
    account_change = AccountChange(type, entries=entries, periods=(), facts=about | dict(facts))
    return BilledPosting(register.advance(state, account_change, cause=cause), changed=(after,))


def _advance(
    state: AccountState, change: _Change, *, cause: Cause, issued: Bill | None = None
) -> BilledPosting:
    facts = dict(change.account.facts) | {"bill_id": issued.id if issued else None}
    if change.issued:
        facts["bills_issued"] = [bill.id for bill in change.issued]
    if change.changed:
        facts["bills_changed"] = [bill.id for bill in change.changed]
    posting = register.advance(state, replace(change.account, facts=facts), cause=cause)
    bills = (*((issued,) if issued else ()), *change.issued)
    return BilledPosting(posting, issued=bills, changed=change.changed)


def _span(state: AccountState, bill: Bill) -> Span:
    """The days of the period the bill is for. Where it no longer stands, the bill in hand is an old one."""
    for span in state.projection.standing:
        if span.period_id == bill.period_id:
            return span
    raise ChangedMeanwhile()
