"""The `receive_payment` function."""

from constructs import Construct

from functions.receive_payment.settings import Settings
from infra.deployment import Deployment
from infra.python_function import PythonFunction
from infra.queue import WorkQueue


class ReceivePayment(PythonFunction):
    """Called by the API, as the payment system's webhook; it encrypts what it sends to the queue of `settle_bill`."""

    def __init__(self, scope: Construct, *, deployment: Deployment, payments_queue: WorkQueue) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "receive_payment",
            platform=deployment,
            settings=Settings(
                payments_queue_url=payments_queue.url,
                payments_secret_arn=data.payments.arn,
                data_key_arn=data.keys.data.key_arn,
            ),
        )
        payments_queue.grant_send(self)
        data.payments.grant_read(self)
        data.keys.grant_encrypt(self)
