"""Queue of events a person is told about: sends the SMS notice to the phone registered in Absher."""

from collections.abc import Callable, Mapping
from typing import Any

from ishtirak.adapters.aws.register_table import RegisterTable

from functions.notify.notices import Notifier
from functions.notify.settings import Settings
from ishtirak.adapters.agencies.absher import AbsherDirectory
from ishtirak.adapters.agencies.outbound import Outbound
from ishtirak.adapters.agencies.sms import SmsProviders, WhenUnsure
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.aws.secrets import AbsherAccess, Secret, SmsAccess
from ishtirak.adapters.clients import client
from ishtirak.edge.logs import logger
from ishtirak.edge.queue import published, queue
from ishtirak.messages.gateway import SmsGateway
from ishtirak.register.ports import Directory


def build(
    settings: Settings, *, directory: Directory | None = None, gateway: SmsGateway | None = None
) -> Callable[[dict[str, Any], Any], Mapping[str, Any]]:
    outbound = Outbound()
    secrets = client("secretsmanager")
    absher = Secret(secrets, arn=settings.absher_secret_arn, model=AbsherAccess)
    sms = Secret(secrets, arn=settings.sms_secret_arn, model=SmsAccess)
    notifier = Notifier(
        requests=RequestTable(settings.requests_table),
        contributors=RegisterTable(settings.register_table),
        vault=KmsEncryption(settings.data_key_arn),
        directory=directory or AbsherDirectory(absher, outbound=outbound),
        # when a provider may have sent it, the queue brings the same reference back to that provider
        gateway=gateway or SmsProviders(sms, outbound=outbound, when_unsure=WhenUnsure.STOP),
    )

    def notify(body: str) -> None:
        event = published(body)
        done = notifier.tell(event)
        logger.info("notice_handled", extra={"event_id": event.id, "type": event.type, "done": done})

    return queue(notify)
