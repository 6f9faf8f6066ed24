"""The register's ports an assessment reads, on one table, under the names use cases take them by."""

from typing import TypedDict

from ishtirak.adapters.aws.account_table import AccountTable
from ishtirak.adapters.aws.people_table import EstablishmentTable, PeopleTable


class RegisterPorts(TypedDict):
    """To be bound to a use case with `**`."""

    people: PeopleTable
    establishments: EstablishmentTable
    accounts: AccountTable


def register_ports(table: str) -> RegisterPorts:
    """The ports on the table `Register`."""
    return RegisterPorts(
        people=PeopleTable(table), establishments=EstablishmentTable(table), accounts=AccountTable(table)
    )
