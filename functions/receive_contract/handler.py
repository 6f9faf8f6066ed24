"""POST /v1/qiwa/events: what Qiwa sends of a contract is verified, and durable before it is answered."""

from functools import partial

from functions.receive_contract import model
from functions.receive_contract.settings import Settings
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.message_queue import MessageQueue
from ishtirak.adapters.aws.secrets import Secret
from ishtirak.adapters.aws.signing_secrets import QiwaAccess
from ishtirak.adapters.clients import client
from ishtirak.adapters.clock import SystemClock
from ishtirak.contracts.rules import NotSigned
from ishtirak.edge.http.api import Api
from ishtirak.edge.webhook import receiver
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.receive_contract import receive_contract


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    clock = clock or SystemClock()
    access = Secret(client("secretsmanager"), arn=settings.qiwa_secret_arn, model=QiwaAccess)
    queue = MessageQueue(settings.contracts_queue_url, encryption=KmsEncryption(settings.data_key_arn))
    receive = receiver(
        partial(receive_contract, queue=queue),
        name=receive_contract.__name__,
        keys=lambda: access.read().keys(),
        refusal=NotSigned,
        clock=clock,
    )
    api = Api("receive_contract", clock=clock)
    api.add_handler(model.RECEIVE_CONTRACT, receive)
    return api
