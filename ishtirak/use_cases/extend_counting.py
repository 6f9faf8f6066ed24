"""The authority lets unpaid months of a bill count for longer."""

from functools import partial

from ishtirak.billing import decisions
from ishtirak.billing.decisions import DecisionGrounds
from ishtirak.billing.model import BillReason
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.transaction import Transaction
from ishtirak.use_cases.decide_bill import BillDesk
from ishtirak.use_cases.read_bills import BillOnDay
from ishtirak.use_cases.step_up import Intent


def extend_counting(
    bill_id: str,
    *,
    reason_code: BillReason,
    note: str,
    proof_id: str | None = None,
    by: Caller,
    desk: BillDesk,
    transaction: Transaction,
) -> BillOnDay:
    """Propose the longer counting of unpaid months; a supervisor has to approve it.

    Raises the refusals of `decisions.extend_counting` and of `BillDesk.decide`.
    """
    decide = partial(
        decisions.extend_counting,
        grounds=DecisionGrounds(by=by, at=desk.now(), reason=reason_code, note=note),
        calculator=desk.calculator,
    )
    intent = Intent("extend_counting", proof_id, {"reason_code": reason_code, "note": note})
    return desk.decide(bill_id, decide, intent=intent, by=by, transaction=transaction)
