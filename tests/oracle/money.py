"""Wages, contributions and fines of one month."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from tests.oracle.calendars import next_month
from tests.oracle.facts import Halalas, Late, Month, Row, System, Wage
from tests.oracle.values import DUE_DAY, FINE_PER_CENT_A_MONTH, LARGEST_WAGE, LEAST_WAGE


def half_up(amount: Fraction) -> Halalas:
    """The nearest halala; half a halala is one more."""
    whole, rest = divmod(amount.numerator, amount.denominator)
    return whole + 1 if 2 * rest >= amount.denominator else whole


def wage_in(month: Month, *, wages: tuple[Wage, ...]) -> Wage:
    """The one line for the month; none or two is an error of whoever asks, not a refusal."""
    (line,) = [wage for wage in wages if wage.first_month <= month <= wage.last_month]
    return line


def counted(wage: Wage, *, system: System) -> Halalas:
    """R8: basic + commission + cash housing, in kind = basic/6 half-up; a pension counts the basic only."""
    if system is not System.SOCIAL_INSURANCE:
        return wage.basic
    in_kind = half_up(Fraction(wage.basic, 6)) if wage.housing_in_kind else 0
    return wage.basic + wage.commission + wage.housing + in_kind


def contributory(own: Halalas, *, employer: str, others: Mapping[str, Halalas], system: System) -> Halalas:
    """R8: what counts of this employer's wage, where the others pay theirs in the same month.

    Each employer's wage is raised to the floor (not cut to the cap); if they add up to more than 45,000 each gets
    45,000 x w_i / sum. The floor yields to the joint maximum (REG 19). Pensions have no bounds.
    """
    if system is not System.SOCIAL_INSURANCE:
        return own
    wages = {name: max(wage, LEAST_WAGE) for name, wage in {**others, employer: own}.items()}
    if sum(wages.values()) <= LARGEST_WAGE:
        return wages[employer]
    return shared_out(LARGEST_WAGE, wages=wages)[employer]


def shared_out(whole: Halalas, *, wages: Mapping[str, Halalas]) -> dict[str, Halalas]:
    """Whole halalas that add up exactly: what integer division leaves goes to the largest remainders, one each.

    Employers in the order of their numbers, ties by that order.
    """
    total = sum(wages.values())
    exact = {name: Fraction(whole * wages[name], total) for name in sorted(wages)}
    shares = {name: share.numerator // share.denominator for name, share in exact.items()}
    by_remainder = sorted(exact, key=lambda name: shares[name] - exact[name])
    for name in by_remainder[: whole - sum(shares.values())]:
        shares[name] += 1
    return shares


def contribution(wage: Halalas, *, rate: int, days: int, of: int) -> Halalas:
    """R3: contributory wage x rate x covered days / actual days of month, rounded once HALF_UP to the halala."""
    return half_up(Fraction(wage * rate * days, 100_00 * of))


def late(row: Row, *, paid_on: date) -> Late:
    """R10: due on the 15th of the following month; 2% x months begun since the 15th, half-up on the month's total.

    For social insurance and for the pensions alike. Rule FIN-02 of the domain has the fines of late pension months
    start elsewhere, "false for civil/military", and says of it that nothing was verified; the worked example R7 of the
    same source fines them from each month's own due date. The example is a number and the rule is not, so it wins.
    """
    due = next_month(row.month).replace(day=DUE_DAY)
    months_late, begins = 0, due
    while paid_on > begins:
        months_late += 1
        begins = next_month(begins.replace(day=1)).replace(day=DUE_DAY)
    return Late(due, months_late, half_up(Fraction(row.total * FINE_PER_CENT_A_MONTH * months_late, 100)))
