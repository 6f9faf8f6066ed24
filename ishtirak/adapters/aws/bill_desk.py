"""The desk bills are decided on, over one table."""

from ishtirak.adapters.aws.account_table import AccountTable
from ishtirak.adapters.aws.bill_table import BillTable
from ishtirak.adapters.aws.establishment_table import EstablishmentTable
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.adapters.aws.step_up import step_up_on
from ishtirak.billing.lateness import bill_calculator
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.decide_bill import BillDesk
from ishtirak.use_cases.read_bills import BillReader


def bill_desk(table: str, *, access: str, clock: Clock) -> BillDesk:
    """The desk on the table `Register`, with proofs in `Access`, its calculator by the statutes and terms in force."""
    reader = BillReader(
        PeopleTable(table), EstablishmentTable(table), calculator=bill_calculator(), clock=clock
    )
    step_up = step_up_on(access, clock=clock)
    return BillDesk(bills=BillTable(table), accounts=AccountTable(table), reader=reader, step_up=step_up)
