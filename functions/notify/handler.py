"""Queue of events a person is notified of: sends the SMS to the phone registered in Absher."""

from functools import partial

from functions.notify import model
from functions.notify.settings import Settings
from ishtirak.adapters.agencies.absher import absher_directory
from ishtirak.adapters.agencies.sms import WhenUnsure, sms_gateway
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.edge.queue import Consumer, consumer, event_facts
from ishtirak.edge.texts import SmsTexts
from ishtirak.messages.gateway import SmsGateway
from ishtirak.register.ports import Directory
from ishtirak.use_cases.notify_person import notify_person


def build(
    settings: Settings, *, directory: Directory | None = None, gateway: SmsGateway | None = None
) -> Consumer:
    notify = partial(
        notify_person,
        requests=RequestTable(settings.requests_table),
        people=PeopleTable(settings.register_table),
        encryption=KmsEncryption(settings.data_key_arn),
        directory=directory or absher_directory(settings.absher_secret_arn),
        gateway=gateway or sms_gateway(settings.sms_secret_arn, when_unsure=WhenUnsure.STOP),
        texts=SmsTexts(),
    )
    return consumer(notify, reads=model.notice_event, log_fields=event_facts)
