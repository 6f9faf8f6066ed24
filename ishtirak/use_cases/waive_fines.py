"""The authority waives fines of a bill."""

from functools import partial

from ishtirak.billing import decisions
from ishtirak.billing.decisions import DecisionGrounds
from ishtirak.billing.model import BillReason
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.transaction import Transaction
from ishtirak.use_cases.decide_bill import BillDesk
from ishtirak.use_cases.read_bills import BillOnDay
from ishtirak.use_cases.step_up import Intent


def waive_fines(
    bill_id: str,
    *,
    percent: int,
    board_resolution: str | None,
    reason_code: BillReason,
    note: str,
    proof_id: str | None = None,
    by: Caller,
    desk: BillDesk,
    transaction: Transaction,
) -> BillOnDay:
    """Waive that part of each month's fine; above a sum, or by a resolution of the Board, a supervisor has to approve.

    Raises the refusals of `decisions.waive_fines` and of `BillDesk.decide`.
    """
    grounds = DecisionGrounds(
        by=by, at=desk.now(), reason=reason_code, note=note, board_resolution=board_resolution
    )
    decide = partial(decisions.waive_fines, percent=percent, grounds=grounds, calculator=desk.calculator)
    stated = {
        "percent": percent,
        "board_resolution": board_resolution,
        "reason_code": reason_code,
        "note": note,
    }
    intent = Intent("waive_fines", proof_id, stated)
    return desk.decide(bill_id, decide, intent=intent, by=by, transaction=transaction)
