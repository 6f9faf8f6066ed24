"""Queue of CodeRequested events: sends the one-time code to the phone registered in Absher."""

from functools import partial

from functions.send_otp import model
from functions.send_otp.settings import Settings
from ishtirak.adapters.agencies.outbound import WITHIN_A_CODES_LIFE, Outbound
from ishtirak.adapters.agencies.sms import WhenUnsure
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.sms_ports import sms_ports
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
    unsure, outbound = WhenUnsure.FAIL_OVER, Outbound(WITHIN_A_CODES_LIFE)
    send = partial(
        send_code,
        challenges=AccessTable(settings.access_table),
        texts=SmsTexts(),
        mac=KmsMac(settings.mac_key_arn),
        gauge=SmsBudgetGauge(),
        clock=clock or SystemClock(),
        **sms_ports(settings, when_unsure=unsure, outbound=outbound, directory=directory, gateway=gateway),
    )
    return consumer(send, reads=model.code_requested, log_fields=model.challenge_facts)
