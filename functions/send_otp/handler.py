"""Queue of CodeRequested events: sends the one-time code to the phone registered in Absher."""

from functools import partial

from functions.send_otp import model
from functions.send_otp.settings import Settings
from ishtirak.adapters.agencies.absher import absher_directory
from ishtirak.adapters.agencies.outbound import WITHIN_A_CODES_LIFE, Outbound
from ishtirak.adapters.agencies.sms import WhenUnsure, sms_gateway
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.adapters.aws.sms_budget_table import SmsBudgetTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.edge.gauges import SmsBudgetGauge
from ishtirak.edge.queue import Consumer, consumer
from ishtirak.edge.texts import SmsTexts
from ishtirak.kernel.clock import Clock
from ishtirak.messages.gateway import SmsGateway
from ishtirak.register.ports import Directory
from ishtirak.use_cases.send_code import send_code


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    directory: Directory | None = None,
    gateway: SmsGateway | None = None,
) -> Consumer:
    outbound = Outbound(WITHIN_A_CODES_LIFE)
    send = partial(
        send_code,
        challenges=AccessTable(settings.access_table),
        people=PeopleTable(settings.register_table),
        encryption=KmsEncryption(settings.data_key_arn),
        directory=directory or absher_directory(settings.absher_secret_arn, outbound=outbound),
        gateway=gateway
        or sms_gateway(settings.sms_secret_arn, when_unsure=WhenUnsure.FAIL_OVER, outbound=outbound),
        texts=SmsTexts(),
        mac=KmsMac(settings.mac_key_arn),
        budgets=SmsBudgetTable(settings.access_table),
        gauge=SmsBudgetGauge(),
        clock=clock or SystemClock(),
        transaction=DynamoTransaction(),
    )
    return consumer(send, reads=model.code_requested, log_fields=model.challenge_facts)
