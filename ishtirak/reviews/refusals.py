"""Refusals of reviews."""

from ishtirak.kernel.errors import Incomplete, Refused


class ClaimedByAnother(Refused):
    code = "claimed_by_another"


class NotClaimed(Refused):
    """A decision belongs to who claimed the request."""

    code = "not_claimed"


class OutsideThePeriodAsked(Incomplete):
    """A partial approval lies within what was asked for."""

    code = "outside_the_period_asked"


class GovernorDecisionNeeded(Incomplete):
    """A wage is corrected after its month on the Governor's decision only (regulation art. 21, WAG-04)."""

    code = "governor_decision_needed"
