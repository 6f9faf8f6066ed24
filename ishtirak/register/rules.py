"""How an account may change. Pure: state and entries come in, a posting or a named refusal comes out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from ishtirak.eventlog.event import Chain, next_event
from ishtirak.kernel.clock import to_rfc3339
from ishtirak.kernel.months import Month
from ishtirak.kernel.registered_days import between, joined, without
from ishtirak.register.ledger import (
    AccountChange,
    AccountState,
    EntryKind,
    LedgerEntry,
    LedgerRow,
    Posting,
    Projection,
)
from ishtirak.register.periods import PeriodState, RecordedPeriod, Source, Span
from ishtirak.register.refusals import PeriodOverlaps
from ishtirak.register.rows import negated
from ishtirak.register.statement import next_projection, standing_entry

SOURCE: Final = "ishtirak.register"


@dataclass(frozen=True)
class Cause:
    """Who changes the account, when, and the name the change goes by in the account's event chain."""

    at: datetime
    actor: str
    type: str | None = None
    source: str = SOURCE
    data: Mapping[str, Any] = field(default_factory=dict)


def post(
    state: AccountState, *, period: RecordedPeriod, rows: tuple[LedgerRow, ...], cause: Cause
) -> Posting:
    """Record a new period and its contributions; `PeriodOverlaps` where its employer has some of the days."""
    return advance(state, period_posted(state, period=period, rows=rows, cause=cause), cause=cause)


def amend(
    state: AccountState,
    *,
    before: RecordedPeriod,
    entries: Iterable[LedgerEntry],
    after: RecordedPeriod,
    rows: tuple[LedgerRow, ...],
    cause: Cause,
) -> Posting:
    """Replace a standing period that nothing was billed for."""
    change = period_amended(state, before=before, entries=entries, after=after, rows=rows, cause=cause)
    return advance(state, change, cause=cause)


def reverse(
    state: AccountState, *, period: RecordedPeriod, entries: Iterable[LedgerEntry], cause: Cause
) -> Posting:
    """Undo a standing period that nothing was billed for."""
    return advance(state, period_reversed(state, period=period, entries=entries, cause=cause), cause=cause)


def period_posted(
    state: AccountState, *, period: RecordedPeriod, rows: tuple[LedgerRow, ...], cause: Cause
) -> AccountChange:
    """A new period: one entry; `PeriodOverlaps` where its employer has some of the days."""
    entry = _entry(state, period=period, rows=rows, cause=cause, projection=state.projection)
    return AccountChange("PeriodPosted", entries=(entry,), periods=(period,), facts=_facts(period))


def period_amended(
    state: AccountState,
    *,
    before: RecordedPeriod,
    entries: Iterable[LedgerEntry],
    after: RecordedPeriod,
    rows: tuple[LedgerRow, ...],
    cause: Cause,
) -> AccountChange:
    """A standing period replaced: one entry undoes it, the next posts it anew; `after` may keep the id."""
    undo = _reversal_of(state, before, entries=entries, cause=cause, by=after.source)
    undone = next_projection(state.projection, undo)
    entry = _entry(state, period=after, rows=rows, cause=cause, projection=undone)
    same = before.id == after.id
    return AccountChange(
        "PeriodAmended",
        entries=(undo, entry),
        periods=(_revised(before, after),) if same else (_reversed(before), after),
        facts=_facts(after),
    )


def period_reversed(
    state: AccountState, *, period: RecordedPeriod, entries: Iterable[LedgerEntry], cause: Cause
) -> AccountChange:
    """A standing period undone."""
    undo = _reversal_of(state, period, entries=entries, cause=cause, by=period.source)
    return AccountChange(
        "PeriodReversed", entries=(undo,), periods=(_reversed(period),), facts=_facts(period)
    )


def advance(state: AccountState, change: AccountChange, *, cause: Cause) -> Posting:
    """The account one event further: its state over the change's entries, and everything stored with it."""
    projection = state.projection
    for entry in change.entries:
        projection = next_projection(projection, entry)
    entries = {"entries": [entry.seq for entry in change.entries]} if change.periods else {}
    event = next_event(
        cause.type or change.type,
        source=cause.source,
        aggregate=state.aggregate,
        chain=state.chain,
        at=cause.at,
        actor=cause.actor,
        data={"person_id": state.person_id, "system": state.system.value}
        | entries
        | dict(change.facts)
        | dict(cause.data),
    )
    after = state.model_copy(
        update={"version": state.version + 1, "projection": projection, "chain": Chain.after(event)}
    )
    return Posting(after=after, periods=change.periods, entries=change.entries, event=event)


def continued(after: RecordedPeriod, before: RecordedPeriod, *, on: date) -> RecordedPeriod:
    """The amended period with what is remembered of the one it replaces: its lineage, and what was taken out of it.

    Days that had passed by `on`, the day of the amendment, were registered: should they be put back, their route and
    wage are those they had.
    """
    taken_out = between(without(before.known, after.registered), first=date.min, last=on)
    first, last = Month.of(after.starts_on), Month.of(after.ends_on) if after.ends_on else None
    lines = (*before.wages, *before.taken_out_wages) if taken_out else ()
    return after.model_copy(
        update={
            "lineage": before.root,
            "taken_out": taken_out,
            "taken_out_wages": tuple(part for line in lines for part in line.outside(first, last)),
        }
    )


def followed_by(after: RecordedPeriod, before: RecordedPeriod) -> RecordedPeriod:
    """The amended period with all that is recorded after its last day: the service goes on as it did."""
    last = after.registered[-1].last_day
    following = between(before.registered, first=last + timedelta(days=1))
    lines = [part for line in before.wages for part in line.outside(line.first_month, Month.of(last))]
    return after.model_copy(
        update={
            "ends_on": before.ends_on,
            "registered": joined((*after.registered, *following)),
            "wages": (*after.wages, *lines),
        }
    )


def refuse_overlap(standing: Iterable[Span], span: Span) -> None:
    """Days are recorded once with one employer; other employers' periods may run beside them."""
    for other in standing:
        if other.establishment == span.establishment and other.overlaps(span):
            raise PeriodOverlaps(
                starts_on=other.starts_on.isoformat(),
                ends_on=other.ends_on.isoformat() if other.ends_on else None,
            )


def _facts(about: RecordedPeriod) -> dict[str, Any]:
    return {"period_id": about.id, "establishment": about.establishment.reveal(), "bill_id": None}


def _entry(
    state: AccountState,
    *,
    period: RecordedPeriod,
    rows: tuple[LedgerRow, ...],
    cause: Cause,
    projection: Projection,
) -> LedgerEntry:
    if (period.person_id, period.system) != (state.person_id, state.system):
        raise ValueError("the period is of another account")
    refuse_overlap(projection.standing, period.span)
    return LedgerEntry(
        person_id=state.person_id,
        system=state.system,
        seq=projection.last_seq + 1,
        kind=EntryKind.POST,
        span=period.span,
        rows=rows,
        source=period.source,
        at=to_rfc3339(cause.at),
    )


def _reversal_of(
    state: AccountState, period: RecordedPeriod, *, entries: Iterable[LedgerEntry], cause: Cause, by: Source
) -> LedgerEntry:
    undone = standing_entry(entries, period_id=period.id)
    return LedgerEntry(
        person_id=state.person_id,
        system=state.system,
        seq=state.projection.last_seq + 1,
        kind=EntryKind.REVERSAL,
        span=undone.span,
        rows=tuple(negated(row) for row in undone.rows),
        refers_to=undone.seq,
        source=by,
        at=to_rfc3339(cause.at),
    )


def _reversed(period: RecordedPeriod) -> RecordedPeriod:
    return _revised(period, period.model_copy(update={"state": PeriodState.REVERSED}))


def _revised(before: RecordedPeriod, after: RecordedPeriod) -> RecordedPeriod:
    return after.model_copy(update={"revision": before.revision + 1})
