"""How a bill is collected: what a payment does to it, and what an officer may decide about it.

Pure: head and bill come in, a whole posting or a named refusal comes out. Every change is one event in the chain of
the account, and every halala a line of its ledger.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from ishtirak.accounts.bills import MOST_PAYMENTS, Reckoning, entry_of, moved
from ishtirak.accounts.model import (
    Bill,
    BillDecision,
    BillState,
    DecisionKind,
    DecisionState,
    EntryKind,
    Head,
    Instalment,
    LedgerEntry,
    Payment,
    Posting,
    Source,
    SourceKind,
    Span,
    UnmatchedReason,
    WaivedFine,
)
from ishtirak.accounts.rules import Cause, advanced, stable_id
from ishtirak.accounts.terms import in_force
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.clock import RIYADH, instant
from ishtirak.kernel.errors import ChangedMeanwhile, Denied, Incomplete, NotFound, Refused
from ishtirak.kernel.money import Halalas, divide, share
from ishtirak.kernel.months import Month

PERCENT: Final = 100


class BillNotOpen(Refused):
    """Nothing is owed on the bill any more, or it was cancelled."""

    code = "bill_not_open"


class NothingToWaive(Refused):
    """No fine is due on the bill today."""

    code = "nothing_to_waive"
    rule = "FIN-01"


class WaiverAboveLimit(Refused):
    """More of the fine than the Governor may let off: a resolution of the Board is needed."""

    code = "waiver_above_limit"
    rule = "REG-25"
    source = "Implementing regulation, art. 25"


class PlanNotAllowed(Incomplete):
    """More instalments than allowed, or a first one that is past or too late."""

    code = "plan_not_allowed"
    rule = "REG-29"
    source = "Implementing regulation, arts. 29-31"


class DecisionWaiting(Refused):
    """An earlier decision about this bill waits for its approval."""

    code = "decision_waiting"


class DecisionMade(Refused):
    """The decision was approved or declined before."""

    code = "decision_made"


class SecondPersonNeeded(Denied):
    """Whoever proposed it cannot approve it (403)."""

    code = "second_person_needed"


class OwnInterest(Denied):
    """Nobody decides about a bill of their own service, or of an establishment they act for (403)."""

    code = "own_interest"


class AlreadyExtended(Refused):
    """Unpaid months of this bill are counted for the longer time already."""

    code = "already_extended"
    rule = "FIN-04"


@dataclass(frozen=True)
class Ground:
    """Who decides, when, and why: what every decision is made of."""

    by: Caller
    at: datetime
    reason_code: str
    note: str
    board_resolution: str | None = None

    @property
    def day(self) -> date:
        return self.at.astimezone(RIYADH).date()


def unmatched(bill: Bill, payment: Payment) -> UnmatchedReason | None:
    """Why the bill cannot take the payment, if it cannot."""
    if bill.state is BillState.CANCELLED:
        return UnmatchedReason.BILL_CANCELLED
    if payment.paid_on < bill.issued_on:
        return UnmatchedReason.PAID_BEFORE_THE_BILL
    if len(bill.payments) >= MOST_PAYMENTS:
        return UnmatchedReason.TOO_MANY_PAYMENTS
    return None


def pay(head: Head, bill: Bill, payment: Payment, *, reckoning: Reckoning, cause: Cause) -> Posting:
    """Take a payment the bill can take; what is beyond what is due becomes credit.

    `BillPaid` says that nothing is owed any more, `BillPartlyPaid` that something is.
    """
    payments = sorted([*bill.payments, payment], key=lambda one: (one.paid_on, one.reference))
    after = reckoning.with_state(bill.changed(payments=tuple(payments)))
    settled = reckoning.as_it_stands(after)
    return _collected(
        head,
        before=bill,
        after=after,
        reckoning=reckoning,
        kind=EntryKind.PAYMENT,
        source=Source(kind=SourceKind.PAYMENT, reference=payment.reference, version=1),
        cause=cause,
        named="BillPaid" if after.state is BillState.SETTLED else "BillPartlyPaid",
        facts={
            "payment_reference": payment.reference,
            "amount_halalas": payment.amount,
            "paid_on": payment.paid_on.isoformat(),
            "due_halalas": settled.due,
            "credit_halalas": settled.credit,
            "months_paid": [str(month) for month in settled.months_paid],
        },
    )


def waive(head: Head, bill: Bill, *, percent: int, ground: Ground, reckoning: Reckoning) -> Posting:
    """Let off that part of the fines there are today, each month within what its delay allows (regulation art. 25)."""
    _decidable(bill)
    limits = in_force(reckoning.terms.waiver, ground.day)
    waived: list[WaivedFine] = []
    for month in reckoning.on(bill, ground.day).months:
        amount = min(month.fine_due, share(Halalas(month.fine), numerator=percent, denominator=PERCENT))
        if amount == 0:
            continue
        days = reckoning.lateness.days_late(bill, month.month, on=ground.day)
        most = share(Halalas(month.fine), numerator=limits.percent(days_late=days), denominator=PERCENT)
        if month.waived + amount > most and ground.board_resolution is None:
            raise WaiverAboveLimit(
                month=str(month.month), percent=limits.percent(days_late=days), days=limits.whole_within_days
            )
        waived.append(WaivedFine(month=month.month, amount=amount))
    if not waived:
        raise NothingToWaive()
    return _decided(
        head, bill, kind=DecisionKind.WAIVER, ground=ground, reckoning=reckoning, waived=tuple(waived)
    )


def put_off(
    head: Head, bill: Bill, *, count: int, first_due_on: date, guarantee: str, ground: Ground, reckoning: Reckoning
) -> Posting:  # fmt: skip
    """Divide what is due today into monthly instalments against a guarantee (regulation arts. 29-31).

    A later plan takes the place of an earlier one. Fines go on as long as a contribution is owed.
    """
    _decidable(bill)
    allowed = in_force(reckoning.terms.instalments, ground.day)
    soon_enough = 0 <= (first_due_on - ground.day).days <= allowed.first_within_days
    if not 2 <= count <= allowed.most or not soon_enough:
        raise PlanNotAllowed(most=allowed.most, days=allowed.first_within_days)
    first = Month.of(first_due_on)
    parts = divide(Halalas(reckoning.on(bill, ground.day).due), weights=(1,) * count)
    plan = tuple(
        Instalment(due_on=first.plus(place).day(first_due_on.day), amount=part)
        for place, part in enumerate(parts)
    )
    return _decided(
        head, bill, kind=DecisionKind.INSTALMENTS, ground=ground, reckoning=reckoning,
        guarantee=guarantee, received_before=bill.received, instalments=plan,
    )  # fmt: skip


def extend(head: Head, bill: Bill, *, ground: Ground, reckoning: Reckoning) -> Posting:
    """Count unpaid months for the longer time the Governor may allow (regulation art. 35)."""
    _decidable(bill)
    if is_extended(bill):
        raise AlreadyExtended()
    return _decided(head, bill, kind=DecisionKind.EXTENSION, ground=ground, reckoning=reckoning)


def approve(
    head: Head, bill: Bill, decision_id: str, *, approved: bool, by: Caller, at: datetime, reckoning: Reckoning
) -> Posting:  # fmt: skip
    """A supervisor, not the one who proposed it, puts a decision in force or declines it."""
    decision = next((one for one in bill.decisions if one.id == decision_id), None)
    if decision is None:
        raise NotFound()
    if Role.SUPERVISOR not in by.roles:
        raise Denied()
    if decision.by == by.person_id:
        raise SecondPersonNeeded()
    if decision.state is not DecisionState.PROPOSED:
        raise DecisionMade()
    if not bill.open and approved:
        raise BillNotOpen()
    answered = decision.model_copy(
        update={
            "state": DecisionState.IN_FORCE if approved else DecisionState.DECLINED,
            "approved_by": by.person_id,
            "approved_at": instant(at),
            "decided_on": at.astimezone(RIYADH).date(),
        }
    )
    return _with_decision(head, bill, answered, by=by, at=at, reckoning=reckoning)


def plan(bill: Bill) -> BillDecision | None:
    """The plan of instalments in force: the latest."""
    plans = [one for one in bill.decisions if one.in_force and one.kind is DecisionKind.INSTALMENTS]
    return max(plans, key=lambda one: (one.decided_on, one.at), default=None)


def is_extended(bill: Bill) -> bool:
    """Whether unpaid months of the bill count for the longer time."""
    return any(one.in_force and one.kind is DecisionKind.EXTENSION for one in bill.decisions)


def _decidable(bill: Bill) -> None:
    if not bill.open:
        raise BillNotOpen()
    if bill.waiting is not None:
        raise DecisionWaiting()


def _decided(
    head: Head, bill: Bill, *, kind: DecisionKind, ground: Ground, reckoning: Reckoning, **content: Any
) -> Posting:  # fmt: skip
    decision = BillDecision(
        id=stable_id("decision", bill.id, str(len(bill.decisions))),
        kind=kind,
        state=DecisionState.PROPOSED,
        reason_code=ground.reason_code,
        note=ground.note,
        by=ground.by.person_id,
        at=instant(ground.at),
        decided_on=ground.day,
        board_resolution=ground.board_resolution,
        **content,
    )
    limit = in_force(reckoning.terms.second_person_above, ground.day)
    alone = (
        decision.amount <= limit and ground.board_resolution is None and kind is not DecisionKind.EXTENSION
    )
    if alone:
        decision = decision.model_copy(update={"state": DecisionState.IN_FORCE})
    return _with_decision(head, bill, decision, by=ground.by, at=ground.at, reckoning=reckoning)


_NAMES: Final = {
    (DecisionKind.WAIVER, DecisionState.PROPOSED): "WaiverProposed",
    (DecisionKind.WAIVER, DecisionState.IN_FORCE): "FineWaived",
    (DecisionKind.WAIVER, DecisionState.DECLINED): "WaiverDeclined",
    (DecisionKind.INSTALMENTS, DecisionState.PROPOSED): "InstalmentsProposed",
    (DecisionKind.INSTALMENTS, DecisionState.IN_FORCE): "InstalmentsGranted",
    (DecisionKind.INSTALMENTS, DecisionState.DECLINED): "InstalmentsDeclined",
    (DecisionKind.EXTENSION, DecisionState.PROPOSED): "ExtensionProposed",
    (DecisionKind.EXTENSION, DecisionState.IN_FORCE): "CountingExtended",
    (DecisionKind.EXTENSION, DecisionState.DECLINED): "ExtensionDeclined",
}


def _with_decision(
    head: Head, bill: Bill, decision: BillDecision, *, by: Caller, at: datetime, reckoning: Reckoning
) -> Posting:  # fmt: skip
    others = tuple(one for one in bill.decisions if one.id != decision.id)
    after = reckoning.with_state(bill.changed(decisions=(*others, decision)))
    return _collected(
        head,
        before=bill,
        after=after,
        reckoning=reckoning,
        kind=EntryKind.ALLOCATION,
        source=Source(kind=SourceKind.DECISION, reference=decision.id, version=1),
        cause=Cause(at=at, actor=by.person_id),
        named=_NAMES[decision.kind, decision.state],
        facts={
            "decision_id": decision.id,
            "reason_code": decision.reason_code,
            "amount_halalas": decision.amount,
        },
    )


def _collected(
    head: Head,
    *,
    before: Bill,
    after: Bill,
    reckoning: Reckoning,
    kind: EntryKind,
    source: Source,
    cause: Cause,
    named: str,
    facts: Mapping[str, Any],
) -> Posting:
    """The account after a change of one of its bills: with a line in the ledger when money covers something new."""
    change = moved(reckoning.as_it_stands(before), reckoning.as_it_stands(after))
    entries: tuple[LedgerEntry, ...] = ()
    if change.anything:
        seq = head.projection.last_seq + 1
        span = _span(head, after)
        entries = (
            entry_of(change, bill=after, kind=kind, span=span, seq=seq, source=source, at=instant(cause.at)),
        )  # fmt: skip
    about = {"bill_id": after.id, "bill_reference": after.reference, "period_id": after.period_id,
             "establishment": after.debtor.reveal(), "state": after.state.value}  # fmt: skip
    return advanced(
        head, entries=entries, cause=cause, named=named, facts=about | dict(facts), changed=(after,)
    )


def _span(head: Head, bill: Bill) -> Span:
    """The days of the period the bill is for. Where it no longer stands, the bill in hand is an old one."""
    for span in head.projection.standing:
        if span.period_id == bill.period_id:
            return span
    raise ChangedMeanwhile()
