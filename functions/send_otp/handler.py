"""Queue of CodeRequested events: dispatches the one-time code to the phone registered in Absher.

Whatever becomes of a message, a decoy's included, its log line is the same; how the dispatch went is on the
challenge.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ishtirak.adapters.aws.register_table import RegisterTable

from functions.send_otp.dispatch import CodeDispatcher
from functions.send_otp.settings import Settings
from ishtirak.adapters.agencies.absher import AbsherDirectory
from ishtirak.adapters.agencies.outbound import Outbound
from ishtirak.adapters.agencies.sms import SmsProviders, WhenUnsure
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.secrets import AbsherAccess, Secret, SmsAccess
from ishtirak.adapters.clients import client
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.logs import logger
from ishtirak.edge.queue import published, queue
from ishtirak.kernel.clock import Clock
from ishtirak.messages.gateway import SmsGateway
from ishtirak.register.ports import Directory


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    directory: Directory | None = None,
    gateway: SmsGateway | None = None,
) -> Callable[[dict[str, Any], Any], Mapping[str, Any]]:
    outbound = Outbound()
    secrets = client("secretsmanager")
    absher = Secret(secrets, arn=settings.absher_secret_arn, model=AbsherAccess)
    sms = Secret(secrets, arn=settings.sms_secret_arn, model=SmsAccess)
    dispatcher = CodeDispatcher(
        challenges=AccessTable(settings.access_table),
        register=RegisterTable(settings.register_table),
        vault=KmsEncryption(settings.data_key_arn),
        directory=directory or AbsherDirectory(absher, outbound=outbound),
        # a second copy of the same code does no harm, and a person is waiting
        gateway=gateway or SmsProviders(sms, outbound=outbound, when_unsure=WhenUnsure.FAIL_OVER),
        mac=KmsMac(settings.mac_key_arn),
        clock=clock or SystemClock(),
    )

    def send(body: str) -> None:
        challenge_id = published(body).data["challenge_id"]
        dispatcher.dispatch(challenge_id)
        logger.info("code_request_handled", extra={"challenge_id": challenge_id})

    return queue(send)
