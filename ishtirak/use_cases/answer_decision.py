"""A supervisor answers a proposed decision about a bill."""

from functools import partial

from ishtirak.billing import decisions
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.transaction import Transaction
from ishtirak.use_cases.decide_bill import BillDesk
from ishtirak.use_cases.read_bills import BillOnDay
from ishtirak.use_cases.step_up import Intent


def answer_decision(
    bill_id: str,
    decision_id: str,
    *,
    approved: bool,
    proof_id: str | None = None,
    by: Caller,
    desk: BillDesk,
    transaction: Transaction,
) -> BillOnDay:
    """Put the decision in force or decline it; whoever proposed it cannot.

    Raises the refusals of `decisions.answer_decision` and of `BillDesk.decide`.
    """
    decide = partial(
        decisions.answer_decision,
        decision_id=decision_id,
        approved=approved,
        by=by,
        at=desk.now(),
        calculator=desk.calculator,
    )
    intent = Intent("answer_decision", proof_id, {"decision_id": decision_id, "approved": approved})
    return desk.decide(bill_id, decide, intent=intent, by=by, transaction=transaction)
