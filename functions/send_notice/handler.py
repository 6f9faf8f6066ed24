"""Queue of notices, one person each: sends the SMS to the phone registered in Absher."""

from functools import partial

from functions.send_notice import model
from functions.send_notice.settings import Settings
from ishtirak.adapters.agencies.absher import absher_directory
from ishtirak.adapters.agencies.sms import WhenUnsure, sms_gateway
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.notice_queue import NoticeQueue
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
from ishtirak.use_cases.send_notice import send_notice


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    directory: Directory | None = None,
    gateway: SmsGateway | None = None,
) -> Consumer:
    send = partial(
        send_notice,
        people=PeopleTable(settings.register_table),
        encryption=KmsEncryption(settings.data_key_arn),
        directory=directory or absher_directory(settings.absher_secret_arn),
        gateway=gateway or sms_gateway(settings.sms_secret_arn, when_unsure=WhenUnsure.STOP),
        texts=SmsTexts(),
        budgets=SmsBudgetTable(settings.access_table),
        gauge=SmsBudgetGauge(),
        notices=NoticeQueue(settings.sms_queue_url),
        clock=clock or SystemClock(),
        transaction=DynamoTransaction(),
    )
    return consumer(send, reads=model.notice, log_fields=model.notice_facts)
