"""A contributor reads what the register holds under their name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ishtirak.billing.counting import CountedMonths, Counting, counting_by_period
from ishtirak.billing.ports import Bills
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.months import Month
from ishtirak.register.establishments import Establishment
from ishtirak.register.periods import RecordedPeriod
from ishtirak.register.ports import Accounts, Establishments
from ishtirak.register.statement import months_of_periods
from ishtirak.statute.model import AppliedRule


@dataclass(frozen=True)
class CountedPeriod:
    """A standing period, its employer where the register knows it, and whether each month billed for it counts;
    `stopped_by` is the rule by which the last of them do not, where some do not.
    """

    period: RecordedPeriod
    employer: Establishment | None
    months: Mapping[Month, Counting]
    stopped_by: AppliedRule | None = None


def list_my_periods(
    *, by: Caller, accounts: Accounts, establishments: Establishments, bills: Bills
) -> Sequence[CountedPeriod]:
    """The caller's standing periods, in the order of their first days."""
    periods = accounts.periods(by.person_id)
    employers = {number: establishments.find(number) for number in {each.establishment for each in periods}}
    ceased = {
        period.id: employer.ceased
        for period in periods
        if (employer := employers[period.establishment]) is not None and employer.ceased is not None
    }
    counted: dict[str, CountedMonths] = {}
    for system in {period.system for period in periods}:
        months = months_of_periods(accounts.entries(by.person_id, system))
        counted |= counting_by_period(months, bills.of_account(by.person_id, system), ceased=ceased)
    nothing_billed = CountedMonths({}, stopped_by=None)
    return [
        CountedPeriod(period, employers[period.establishment], found.months, found.stopped_by)
        for period in periods
        if period.stands
        for found in (counted.get(period.id, nothing_billed),)
    ]
