"""What a plan of instalments asks for on a day."""

from dataclasses import dataclass
from datetime import date

from ishtirak.billing.calculator import Settlement
from ishtirak.billing.model import Bill, BillDecision, DecisionKind


@dataclass(frozen=True)
class InstalmentOnDay:
    """One instalment: paid by what came in since the plan was made, or not."""

    due_on: date
    amount: int
    paid: bool
    overdue: bool


def instalment_plan(bill: Bill) -> BillDecision | None:
    """The plan of instalments in force: the latest."""
    plans = [each for each in bill.decisions if each.in_force and each.kind is DecisionKind.INSTALMENTS]
    return max(plans, key=lambda plan: (plan.decided_on, plan.at), default=None)


def instalments_on(bill: Bill, settlement: Settlement) -> tuple[InstalmentOnDay, ...]:
    """The instalments of the plan in force, in order; none where there is no plan.

    Those that are not paid never ask for more than is due: where fines were waived or the period was amended since,
    the last ones give way.
    """
    plan = instalment_plan(bill)
    if plan is None:
        return ()
    received = bill.received - plan.received_before
    no_longer_due = max(0, plan.amount - received - settlement.due)
    asked, before = plan.amount - no_longer_due, 0
    parts: list[InstalmentOnDay] = []
    for part in plan.instalments:
        amount = min(part.amount, asked - before)
        before += amount
        paid = before <= received
        overdue = not paid and settlement.as_of > part.due_on
        if amount > 0:
            parts.append(InstalmentOnDay(part.due_on, amount, paid=paid, overdue=overdue))
    return tuple(parts)
