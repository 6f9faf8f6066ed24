"""The authority grants instalments for a bill."""

from datetime import date
from functools import partial

from ishtirak.billing import decisions
from ishtirak.billing.decisions import DecisionGrounds
from ishtirak.billing.model import BillReason
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.transaction import Transaction
from ishtirak.use_cases.decide_bill import BillDesk
from ishtirak.use_cases.read_bills import BillOnDay
from ishtirak.use_cases.step_up import Intent


def grant_instalments(
    bill_id: str,
    *,
    count: int,
    first_due_on: date,
    guarantee: str,
    reason_code: BillReason,
    note: str,
    proof_id: str | None = None,
    by: Caller,
    desk: BillDesk,
    transaction: Transaction,
) -> BillOnDay:
    """Divide what is due into monthly instalments against a guarantee; above a sum a supervisor has to approve.

    Raises the refusals of `decisions.grant_instalments` and of `BillDesk.decide`.
    """
    decide = partial(
        decisions.grant_instalments,
        count=count,
        first_due_on=first_due_on,
        guarantee=guarantee,
        grounds=DecisionGrounds(by=by, at=desk.now(), reason=reason_code, note=note),
        calculator=desk.calculator,
    )
    stated = {
        "count": count,
        "first_due_on": first_due_on,
        "guarantee": guarantee,
        "reason_code": reason_code,
        "note": note,
    }
    intent = Intent("grant_instalments", proof_id, stated)
    return desk.decide(bill_id, decide, intent=intent, by=by, transaction=transaction)
