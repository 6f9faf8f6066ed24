"""What every text message is asked before anything is done for it: whether the hour's budget has room."""

from dataclasses import dataclass
from datetime import datetime

from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.transaction import Items
from ishtirak.messages.budget import (
    BudgetGauge,
    SmsBudgets,
    TextKind,
    budget_on,
    hour_of,
    next_hour,
    percent_used,
    place,
)


@dataclass(frozen=True)
class ChargedText:
    """Either the write that counts the text, or until when no text of its kind is sent."""

    items: Items
    held_back_until: datetime | None = None


def codes_wait_until(*, budgets: SmsBudgets, clock: Clock) -> datetime | None:
    """Until when no code is sent to anybody, where that is so. One read."""
    now = clock.now()
    use = budgets.use(hour_of(now))
    charge = place(use, kind=TextKind.CODE, reference="", budget=budget_on(today(clock)))
    return next_hour(now) if charge is None else None


def charge_text(
    reference: str, *, kind: TextKind, budgets: SmsBudgets, gauge: BudgetGauge, clock: Clock
) -> ChargedText:
    """One read; the figure an alarm looks at is shown whatever comes of it."""
    now = clock.now()
    budget = budget_on(today(clock))
    use = budgets.use(hour_of(now))
    gauge.show(percent_used(use, budget=budget))
    charge = place(use, kind=kind, reference=reference, budget=budget)
    if charge is None:
        return ChargedText((), held_back_until=next_hour(now))
    return ChargedText(budgets.charge(charge))
