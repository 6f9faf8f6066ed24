"""What the statutes say of a bill that is paid late: billing asks, the statutes answer."""

from collections.abc import Iterable
from datetime import date
from functools import cache

from ishtirak.billing.calculator import BillCalculator, Portion
from ishtirak.billing.model import Bill
from ishtirak.billing.terms import collection_terms
from ishtirak.kernel.money import Halalas, share
from ishtirak.kernel.months import Month
from ishtirak.statute import charges
from ishtirak.statute.tables import WHOLE, statutory_tables


class StatutoryLateness:
    """`Lateness` by the statutory tables: simple fines per month of delay begun (FIN-01, FIN-02)."""

    def due_on(self, bill: Bill, month: Month) -> date:
        return bill.row(month).due_on or charges.due_on(month, tables=statutory_tables())

    def days_late(self, bill: Bill, month: Month, *, on: date) -> int:
        return max(0, (on - self.due_on(bill, month)).days)

    def fine(self, bill: Bill, month: Month, portions: Iterable[Portion]) -> int:
        system = bill.system
        terms_of_month = charges.fine_terms(month, system=system, tables=statutory_tables()).value
        # halala-months: each part of the contribution by how long it was owed, so that the sum is rounded once
        weighted = sum(portion.amount * self._months(bill, month, portion.until) for portion in portions)
        return share(Halalas(weighted), numerator=terms_of_month.per_month, denominator=WHOLE)

    def _months(self, bill: Bill, month: Month, until: date) -> int:
        row = bill.row(month)
        if row.due_on is not None:
            terms = charges.fine_terms(month, system=bill.system, tables=statutory_tables()).value
            return charges.months_late(row.due_on, paid_on=until, counted=terms.delay_months)
        return charges.delay(
            month,
            route=row.route,
            requested_on=bill.requested_on or bill.issued_on,
            as_of=until,
            system=bill.system,
            tables=statutory_tables(),
        )


@cache
def bill_calculator() -> BillCalculator:
    """Bills by the statutes in force and the authority's terms."""
    return BillCalculator(lateness=StatutoryLateness(), terms=collection_terms())
