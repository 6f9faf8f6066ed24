"""The ports a text message is sent through, under the names use cases take them by."""

from typing import Protocol, TypedDict

from ishtirak.adapters.agencies.absher import absher_directory
from ishtirak.adapters.agencies.outbound import Outbound
from ishtirak.adapters.agencies.sms import WhenUnsure, sms_gateway
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.adapters.aws.sms_budget_table import SmsBudgetTable
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.messages.gateway import SmsGateway
from ishtirak.register.ports import Directory


class SmsPorts(TypedDict):
    """To be bound to a use case with `**`."""

    people: PeopleTable
    encryption: KmsEncryption
    directory: Directory
    gateway: SmsGateway
    budgets: SmsBudgetTable
    transaction: DynamoTransaction


class SmsSettings(Protocol):
    """What a function that sends texts is told."""

    @property
    def access_table(self) -> str: ...
    @property
    def register_table(self) -> str: ...
    @property
    def data_key_arn(self) -> str: ...
    @property
    def absher_secret_arn(self) -> str: ...
    @property
    def sms_secret_arn(self) -> str: ...


def sms_ports(
    settings: SmsSettings,
    *,
    when_unsure: WhenUnsure,
    outbound: Outbound | None = None,
    directory: Directory | None = None,
    gateway: SmsGateway | None = None,
) -> SmsPorts:
    """Who is written to, where, through whom, and what it is charged to."""
    return SmsPorts(
        people=PeopleTable(settings.register_table),
        encryption=KmsEncryption(settings.data_key_arn),
        directory=directory or absher_directory(settings.absher_secret_arn, outbound=outbound),
        gateway=gateway or sms_gateway(settings.sms_secret_arn, when_unsure=when_unsure, outbound=outbound),
        budgets=SmsBudgetTable(settings.access_table),
        transaction=DynamoTransaction(),
    )
