"""What the authority may decide about a bill: a waiver of fines, instalments, longer counting of unpaid months.

Pure: account and bill come in, a posting or a named refusal comes out. Every change is one event in the chain of the
account, and every halala a line of its ledger.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from ishtirak.billing.calculator import BillCalculator
from ishtirak.billing.judgement import BillJudgement
from ishtirak.billing.model import (
    SOURCE,
    Bill,
    BillDecision,
    BillReason,
    DecisionKind,
    DecisionState,
)
from ishtirak.billing.posting import BilledPosting, post_bill_change
from ishtirak.billing.refusals import DecisionMade, DecisionWaiting
from ishtirak.billing.terms import in_force
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.clock import RIYADH, to_rfc3339
from ishtirak.kernel.errors import Denied, NotFound
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.interest import Interests, Matter
from ishtirak.register.ledger import AccountState, EntryKind
from ishtirak.register.periods import Source, SourceKind
from ishtirak.register.rules import Cause


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


def matter_of(bill: Bill) -> Matter:
    """Whom a decision about the bill concerns, from the first month it asks for on."""
    return Matter(
        owner=bill.person_id,
        establishments=frozenset({bill.debtor}),
        since=min(row.month for row in bill.rows).first_day,
    )


def waive_fines(
    state: AccountState, bill: Bill, *, percent: int, grounds: DecisionGrounds, calculator: BillCalculator
) -> BilledPosting:
    """Waive that part of the fines there are today, each month within what its delay allows (regulation art. 25)."""
    judgement = _judged(bill, grounds=grounds, calculator=calculator)
    waived = judgement.waived_fines(percent=percent, by_the_board=grounds.board_resolution is not None)
    return _decided(
        state,
        bill,
        kind=DecisionKind.WAIVER,
        grounds=grounds,
        calculator=calculator,
        percent=percent,
        waived=waived,
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
    judgement = _judged(bill, grounds=grounds, calculator=calculator)
    return _decided(
        state,
        bill,
        kind=DecisionKind.INSTALMENTS,
        grounds=grounds,
        calculator=calculator,
        guarantee=guarantee,
        instalments=judgement.instalments(count=count, first_due_on=first_due_on),
    )


def extend_counting(
    state: AccountState, bill: Bill, *, grounds: DecisionGrounds, calculator: BillCalculator
) -> BilledPosting:
    """Count unpaid months for the longer time the Governor may allow (regulation art. 35)."""
    _judged(bill, grounds=grounds, calculator=calculator).require_extendable()
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
    """A supervisor, not the one who proposed it, puts a decision in force or declines it.

    What is put in force is judged again, on the bill as it is then (`BillJudgement`); declining is always possible.
    """
    decision = next((each for each in bill.decisions if each.id == decision_id), None)
    if decision is None:
        raise NotFound()
    if Role.SUPERVISOR not in by.roles:
        raise Denied()
    Interests(person_id=by.person_id).require_none_in(Matter(decided=frozenset({decision.by})))
    if decision.state is not DecisionState.PROPOSED:
        raise DecisionMade()
    day = at.astimezone(RIYADH).date()
    if approved:
        BillJudgement(bill, day, calculator).require_fitting(decision)
    answered = decision.model_copy(
        update={
            "state": DecisionState.IN_FORCE if approved else DecisionState.DECLINED,
            "approved_by": by.person_id,
            "approved_at": to_rfc3339(at),
            "decided_on": day,
            "received_before": bill.received,
        }
    )
    return _with_decision(state, bill, answered, by=by, at=at, calculator=calculator)


def takes_two(decision: BillDecision) -> bool:
    """Whether two people make it: it waits for the second, or the second just put it in force. Declining takes one."""
    approved = decision.state is DecisionState.IN_FORCE and decision.approved_by is not None
    return decision.state is DecisionState.PROPOSED or approved


def _judged(bill: Bill, *, grounds: DecisionGrounds, calculator: BillCalculator) -> BillJudgement:
    """The bill as a decision finds it: open, and without another decision that waits."""
    judgement = BillJudgement(bill, grounds.day, calculator)
    judgement.require_open()
    if bill.waiting is not None:
        raise DecisionWaiting()
    return judgement


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
        basis=bill.basis,
        reason_code=grounds.reason.value,
        note=grounds.note,
        by=grounds.by.person_id,
        at=to_rfc3339(grounds.at),
        decided_on=grounds.day,
        board_resolution=grounds.board_resolution,
        received_before=bill.received,
        **content,
    )
    decision = proposed
    if not _needs_approval(bill, proposed, calculator=calculator):
        decision = proposed.model_copy(update={"state": DecisionState.IN_FORCE})
    return _with_decision(state, bill, decision, by=grounds.by, at=grounds.at, calculator=calculator)


def _needs_approval(bill: Bill, proposed: BillDecision, *, calculator: BillCalculator) -> bool:
    """A resolution of the Board, an extension, and what is above a sum: of waivers all of the bill together, so that
    dividing one does not spare the second person.
    """
    before = sum(each.amount for each in bill.decisions if each.in_force and each.kind is DecisionKind.WAIVER)
    amount = proposed.amount + (before if proposed.kind is DecisionKind.WAIVER else 0)
    return (
        amount > in_force(calculator.terms.second_person_above, proposed.decided_on)
        or proposed.board_resolution is not None
        or proposed.kind is DecisionKind.EXTENSION
    )


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
