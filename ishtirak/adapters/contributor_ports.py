"""The ports by which an employer finds its own contributors."""

from ishtirak.adapters.aws.account_table import AccountTable
from ishtirak.adapters.aws.contributor_table import ContributorTable
from ishtirak.adapters.aws.establishment_table import EstablishmentTable
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.own_contributor import ContributorReader


def contributor_reader(table: str, *, clock: Clock) -> ContributorReader:
    """Over the register's table."""
    return ContributorReader(
        establishments=EstablishmentTable(table),
        people=PeopleTable(table),
        accounts=AccountTable(table),
        lists=ContributorTable(table),
        clock=clock,
    )
