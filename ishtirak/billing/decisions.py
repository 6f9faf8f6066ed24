"""What the authority may decide about a bill: a waiver of fines, instalments, longer counting of unpaid months.

Pure: account and bill come in, a posting or a named refusal comes out. Every change is one event in the chain of the
account, and every halala a line of its ledger.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from ishtirak.billing.calculator import BillCalculator
from ishtirak.billing.model import (
    SOURCE,
    Bill,
    BillDecision,
    BillReason,
    DecisionKind,
    DecisionState,
    Instalment,
    WaivedFine,
)
from ishtirak.billing.posting import BilledPosting, post_bill_change
from ishtirak.billing.refusals import (
    AlreadyExtended,
    BillNotOpen,
    DecisionMade,
    DecisionWaiting,
    NothingToWaive,
    PlanNotAllowed,
    SecondPersonNeeded,
    WaiverAboveLimit,
)
from ishtirak.billing.terms import in_force
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.clock import RIYADH, to_rfc3339
from ishtirak.kernel.errors import Denied, NotFound
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.money import Halalas, divide, share
from ishtirak.kernel.months import Month
from ishtirak.register.ledger import AccountState, EntryKind
from ishtirak.register.periods import Source, SourceKind
from ishtirak.register.rules import Cause

PERCENT: Final = 100


@dataclass(frozen=True)
class DecisionGrounds:
    """What every decision states: who decides, when, and why."""

    by: Caller
    at: datetime
    reason: BillReason
    note: str
    board_resolution: str | None = None

    @property
    def day(self) -> date:
        return self.at.astimezone(RIYADH).date()


def waive_fines(
    state: AccountState, bill: Bill, *, percent: int, grounds: DecisionGrounds, calculator: BillCalculator
) -> BilledPosting:
    """Waive that part of the fines there are today, each month within what its delay allows (regulation art. 25)."""
    _require_decidable(bill)
    limits = in_force(calculator.terms.waiver, grounds.day)
    waived: list[WaivedFine] = []
    for month in calculator.on(bill, grounds.day).months:
        amount = min(month.fine_due, share(Halalas(month.fine), numerator=percent, denominator=PERCENT))
        if amount == 0:
            continue
        days = calculator.lateness.days_late(bill, month.month, on=grounds.day)
        most = share(Halalas(month.fine), numerator=limits.percent(days_late=days), denominator=PERCENT)
        if month.waived + amount > most and grounds.board_resolution is None:
            raise WaiverAboveLimit(
                month=str(month.month), percent=limits.percent(days_late=days), days=limits.whole_within_days
            )
        waived.append(WaivedFine(month=month.month, amount=amount))
    if not waived:
        raise NothingToWaive()
    return _decided(
        state, bill, kind=DecisionKind.WAIVER, grounds=grounds, calculator=calculator, waived=tuple(waived)
    )


def grant_instalments(
    state: AccountState,
    bill: Bill,
    *,
    count: int,
    first_due_on: date,
    guarantee: str,
    grounds: DecisionGrounds,
    calculator: BillCalculator,
) -> BilledPosting:
    """Divide what is due today into monthly instalments against a guarantee (regulation arts. 29-31).

    A later plan takes the place of an earlier one. Fines go on as long as a contribution is owed.
    """
    _require_decidable(bill)
    allowed = in_force(calculator.terms.instalments, grounds.day)
    soon_enough = 0 <= (first_due_on - grounds.day).days <= allowed.first_within_days
    if not 2 <= count <= allowed.most or not soon_enough:
        raise PlanNotAllowed(most=allowed.most, days=allowed.first_within_days)
    first = Month.of(first_due_on)
    parts = divide(Halalas(calculator.on(bill, grounds.day).due), weights=(1,) * count)
    instalments = tuple(
        Instalment(due_on=first.plus(offset).day(first_due_on.day), amount=part)
        for offset, part in enumerate(parts)
    )
    return _decided(
        state,
        bill,
        kind=DecisionKind.INSTALMENTS,
        grounds=grounds,
        calculator=calculator,
        guarantee=guarantee,
        received_before=bill.received,
        instalments=instalments,
    )


def extend_counting(
    state: AccountState, bill: Bill, *, grounds: DecisionGrounds, calculator: BillCalculator
) -> BilledPosting:
    """Count unpaid months for the longer time the Governor may allow (regulation art. 35)."""
    _require_decidable(bill)
    if is_extended(bill):
        raise AlreadyExtended()
    return _decided(state, bill, kind=DecisionKind.EXTENSION, grounds=grounds, calculator=calculator)


def answer_decision(
    state: AccountState,
    bill: Bill,
    decision_id: str,
    *,
    approved: bool,
    by: Caller,
    at: datetime,
    calculator: BillCalculator,
) -> BilledPosting:
    """A supervisor, not the one who proposed it, puts a decision in force or declines it."""
    decision = next((each for each in bill.decisions if each.id == decision_id), None)
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
            "approved_at": to_rfc3339(at),
            "decided_on": at.astimezone(RIYADH).date(),
        }
    )
    return _with_decision(state, bill, answered, by=by, at=at, calculator=calculator)


def instalment_plan(bill: Bill) -> BillDecision | None:
    """The plan of instalments in force: the latest."""
    plans = [each for each in bill.decisions if each.in_force and each.kind is DecisionKind.INSTALMENTS]
    return max(plans, key=lambda plan: (plan.decided_on, plan.at), default=None)


def is_extended(bill: Bill) -> bool:
    """Whether unpaid months of the bill count for the longer time."""
    return any(each.in_force and each.kind is DecisionKind.EXTENSION for each in bill.decisions)


def _require_decidable(bill: Bill) -> None:
    if not bill.open:
        raise BillNotOpen()
    if bill.waiting is not None:
        raise DecisionWaiting()


def _decided(
    state: AccountState,
    bill: Bill,
    *,
    kind: DecisionKind,
    grounds: DecisionGrounds,
    calculator: BillCalculator,
    **content: Any,
) -> BilledPosting:
    proposed = BillDecision(
        id=stable_id("decision", bill.id, str(len(bill.decisions))),
        kind=kind,
        state=DecisionState.PROPOSED,
        reason_code=grounds.reason.value,
        note=grounds.note,
        by=grounds.by.person_id,
        at=to_rfc3339(grounds.at),
        decided_on=grounds.day,
        board_resolution=grounds.board_resolution,
        **content,
    )
    limit = in_force(calculator.terms.second_person_above, grounds.day)
    needs_approval = (
        proposed.amount > limit or grounds.board_resolution is not None or kind is DecisionKind.EXTENSION
    )
    decision = proposed
    if not needs_approval:
        decision = proposed.model_copy(update={"state": DecisionState.IN_FORCE})
    return _with_decision(state, bill, decision, by=grounds.by, at=grounds.at, calculator=calculator)


_EVENT_NAMES: Final = {
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
    state: AccountState,
    bill: Bill,
    decision: BillDecision,
    *,
    by: Caller,
    at: datetime,
    calculator: BillCalculator,
) -> BilledPosting:
    others = tuple(each for each in bill.decisions if each.id != decision.id)
    after = calculator.with_state(bill.changed(decisions=(*others, decision)))
    return post_bill_change(
        state,
        before=bill,
        after=after,
        calculator=calculator,
        kind=EntryKind.ALLOCATION,
        source=Source(kind=SourceKind.DECISION, reference=decision.id, version=1),
        cause=Cause(at=at, actor=by.person_id, source=SOURCE),
        type=_EVENT_NAMES[decision.kind, decision.state],
        facts={
            "decision_id": decision.id,
            "reason_code": decision.reason_code,
            "amount_halalas": decision.amount,
        },
    )
