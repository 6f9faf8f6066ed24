"""The ports an assessment reads, under the names use cases take them by."""

from typing import Protocol, TypedDict

from ishtirak.adapters.agencies.jawazat import jawazat_residency
from ishtirak.adapters.aws.account_table import AccountTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.establishment_table import EstablishmentTable
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.register.ports import Residency
from ishtirak.use_cases.authority_dates import AuthorityDates


class AssessmentPorts(TypedDict):
    """To be bound to a use case with `**`."""

    people: PeopleTable
    establishments: EstablishmentTable
    accounts: AccountTable
    authority: AuthorityDates


class AssessmentSettings(Protocol):
    """What a function that assesses is told."""

    @property
    def register_table(self) -> str: ...
    @property
    def data_key_arn(self) -> str: ...
    @property
    def jawazat_secret_arn(self) -> str: ...


def assessment_ports(settings: AssessmentSettings, *, residency: Residency | None = None) -> AssessmentPorts:
    """The ports on the table `Register`, and the authority's dates of those residents whose numbers it holds."""
    table = settings.register_table
    feed = residency or jawazat_residency(settings.jawazat_secret_arn)
    return AssessmentPorts(
        people=PeopleTable(table),
        establishments=EstablishmentTable(table),
        accounts=AccountTable(table),
        authority=AuthorityDates(feed, KmsEncryption(settings.data_key_arn)),
    )
