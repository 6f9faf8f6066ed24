"""A change of an account together with the bills it issues or changes.

The register says what becomes of periods and the ledger; here what was billed for them follows, in the same event.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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


@dataclass(frozen=True)
class BilledPosting:
    """A posting and its bills, to be stored in one transaction."""

    posting: Posting
    issued: Bill | None = None
    changed: tuple[Bill, ...] = ()
    """Bills as they are after it, each one version on."""


def post(
    state: AccountState,
    *,
    period: RecordedPeriod,
    rows: tuple[LedgerRow, ...],
    cause: Cause,
    bill: Bill | None = None,
) -> BilledPosting:
    """Record a new period, its contributions and the bill for them."""
    change = register.period_posted(state, period=period, rows=rows, cause=cause)
    return _advance(state, change, cause=cause, issued=bill)


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
) -> BilledPosting:
    """Replace a standing period; `after` may keep the id.

    What was billed for it goes on, under the new id and asking no more than the period now comes to; what was paid
    beyond that covers what else is due on the same bill, or is credit.
    """
    change = register.period_amended(
        state, before=before, entries=entries, after=after, rows=rows, cause=cause
    )
    undo, posted = change.entries
    changed, moves = billed.adjusted_to(rows, undone=undo, posted=posted) if billed else ((), ())
    with_moves = replace(change, entries=(undo, posted, *moves))
    return _advance(state, with_moves, cause=cause, issued=bill, changed=changed)


def reverse(
    state: AccountState,
    *,
    period: RecordedPeriod,
    entries: Iterable[LedgerEntry],
    cause: Cause,
    billed: PeriodBills | None = None,
) -> BilledPosting:
    """Undo a standing period. What was billed for it is cancelled; what was paid of that is credit."""
    change = register.period_reversed(state, period=period, entries=entries, cause=cause)
    (undo,) = change.entries
    changed, moves = billed.adjusted_to((), undone=undo, posted=None) if billed else ((), ())
    return _advance(state, replace(change, entries=(undo, *moves)), cause=cause, changed=changed)


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
    state: AccountState,
    change: AccountChange,
    *,
    cause: Cause,
    issued: Bill | None = None,
    changed: tuple[Bill, ...] = (),
) -> BilledPosting:
    facts = dict(change.facts) | {"bill_id": issued.id if issued else None}
    if changed:
        facts["bills_changed"] = [bill.id for bill in changed]
    posting = register.advance(state, replace(change, facts=facts), cause=cause)
    return BilledPosting(posting, issued=issued, changed=changed)


def _span(state: AccountState, bill: Bill) -> Span:
    """The days of the period the bill is for. Where it no longer stands, the bill in hand is an old one."""
    for span in state.projection.standing:
        if span.period_id == bill.period_id:
            return span
    raise ChangedMeanwhile()
