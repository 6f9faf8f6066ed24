"""The desk bills are decided on, over one table."""

from ishtirak.adapters.aws.account_table import AccountTable
from ishtirak.adapters.aws.bill_table import BillTable
from ishtirak.adapters.aws.people_table import EstablishmentTable, PeopleTable
from ishtirak.billing.lateness import bill_calculator
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.decide_bill import BillDesk
from ishtirak.use_cases.read_bills import BillReader


def bill_desk(table: str, *, clock: Clock) -> BillDesk:
    """The desk on the table `Register`, its calculator by the statutes and terms in force."""
    reader = BillReader(
        PeopleTable(table), EstablishmentTable(table), calculator=bill_calculator(), clock=clock
    )
    return BillDesk(bills=BillTable(table), accounts=AccountTable(table), reader=reader)
