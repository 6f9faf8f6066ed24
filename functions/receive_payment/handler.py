"""POST /v1/payments/notices: the payment system reports money received."""

from functools import partial

from functions.receive_payment import model
from functions.receive_payment.settings import Settings
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.message_queue import MessageQueue
from ishtirak.adapters.aws.secrets import Secret
from ishtirak.adapters.aws.signing_secrets import PaymentAccess
from ishtirak.adapters.clients import client
from ishtirak.adapters.clock import SystemClock
from ishtirak.billing.notices import NoticeNotSigned, PaymentNotice
from ishtirak.edge.http.api import Api
from ishtirak.edge.webhook import receiver
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.receive_payment import receive_payment


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    clock = clock or SystemClock()
    access = Secret(client("secretsmanager"), arn=settings.payments_secret_arn, model=PaymentAccess)
    queue = MessageQueue(settings.payments_queue_url, encryption=KmsEncryption(settings.data_key_arn))
    receive = receiver(
        partial(receive_payment, queue=queue),
        name=receive_payment.__name__,
        keys=lambda: access.read().keys(),
        refusal=NoticeNotSigned,
        form=PaymentNotice,
        clock=clock,
    )
    api = Api("receive_payment", clock=clock)
    api.add_handler(model.RECEIVE_PAYMENT, receive)
    return api
