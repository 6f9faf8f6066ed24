"""Queue of notices, one person each: sends the SMS to the phone registered in Absher."""

from functools import partial

from functions.send_notice import model
from functions.send_notice.settings import Settings
from ishtirak.adapters.agencies.sms import WhenUnsure
from ishtirak.adapters.aws.notice_queue import NoticeQueue
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.sms_ports import sms_ports
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
        texts=SmsTexts(),
        gauge=SmsBudgetGauge(),
        notices=NoticeQueue(settings.sms_queue_url),
        clock=clock or SystemClock(),
        **sms_ports(settings, when_unsure=WhenUnsure.STOP, directory=directory, gateway=gateway),
    )
    return consumer(send, reads=model.notice, log_fields=model.notice_facts)
