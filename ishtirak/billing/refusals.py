"""Refusals of billing."""

from ishtirak.kernel.errors import Incomplete, Invalid, Refused


class BillNotOpen(Refused):
    """Nothing is owed on the bill any more, or it was cancelled."""

    code = "bill_not_open"


class NothingToWaive(Refused):
    """No fine is due on the bill today."""

    code = "nothing_to_waive"
    rule = "FIN-01"
    source = "Social Insurance Law, art. 9"


class WaiverAboveLimit(Refused):
    """More of the fine than the Governor may waive: a resolution of the Board is needed."""

    code = "waiver_above_limit"
    rule = "REG-25"
    source = "Implementing regulation, art. 25"


class PlanNotAllowed(Incomplete):
    """More instalments than allowed, or a first one that is past or too late."""

    code = "plan_not_allowed"
    rule = "REG-29"
    source = "Implementing regulation, arts. 29-31"


class InstalmentsTooSmall(Invalid):
    """Less is due than there would be instalments: some would be of nothing."""

    code = "instalments_too_small"
    rule = "REG-29"
    source = "Implementing regulation, arts. 29-31"


class NothingUnpaid(Refused):
    """Every contribution of the bill is paid: there is no unpaid month that could count for longer."""

    code = "nothing_unpaid"
    rule = "FIN-04"
    source = "Social Insurance Law, art. 9; implementing regulation, art. 35"


class PeriodAmended(Refused):
    """The period was amended after the decision was proposed: what was proposed was about another one."""

    code = "period_amended"


class FineChanged(Refused):
    """Less of a month's fine is due than the decision would waive: something was paid or waived since."""

    code = "fine_changed"


class DueChanged(Refused):
    """What is due is no longer what the plan divides: something was paid or waived, or fines grew."""

    code = "due_changed"


class PlanDayPassed(Refused):
    """The plan's first instalment would have been due before the plan is put in force."""

    code = "plan_day_passed"
    rule = "REG-29"
    source = "Implementing regulation, arts. 29-31"


class DecisionWaiting(Refused):
    """An earlier decision about this bill waits for its approval."""

    code = "decision_waiting"


class DecisionMade(Refused):
    """The decision was approved or declined before."""

    code = "decision_made"


class AlreadyExtended(Refused):
    """Unpaid months of this bill are counted for the longer time already."""

    code = "already_extended"
    rule = "FIN-04"
    source = "Social Insurance Law, art. 9; implementing regulation, art. 35"


class DayOutOfReach(Invalid):
    """A bill is calculated for today and for a limited time ahead."""

    code = "day_out_of_reach"
