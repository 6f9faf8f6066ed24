"""POST /v1/qiwa/events: Qiwa tells of a contract.

The signature is checked over the raw bytes before anything looks into them; 202 is only answered once the
message is durable.
"""

from ishtirak.adapters.contract_queue import ContractQueue, QueuedContract
from pydantic import BaseModel, ConfigDict, Field

from functions.receive_contract.settings import Settings
from ishtirak.adapters.aws.secrets import QiwaAccess, Secret, SecretUnreadable
from ishtirak.adapters.clients import client
from ishtirak.adapters.clock import SystemClock
from ishtirak.contracts.rules import NotSigned
from ishtirak.edge.http.api import Api, Call
from ishtirak.edge.http.decode import decode
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.logs import logger
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.errors import Unavailable
from ishtirak.webhooks import signatures


class Received(BaseModel):
    """The message is kept and will be applied."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    received: str = Field(description="The id it was sent under (webhook-id)")


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    time = clock or SystemClock()
    qiwa = Secret(client("secretsmanager"), arn=settings.qiwa_secret_arn, model=QiwaAccess)
    contracts = ContractQueue(settings.contracts_queue_url)
    api = Api("receive_contract", clock=time)

    @api.post(
        "/v1/qiwa/events",
        summary="Receive a signed contract event from Qiwa",
        description="Signed as Standard Webhooks has it (webhook-id, webhook-timestamp, webhook-signature). "
        "The event is docs/reference/events/qiwa-contract.schema.json.",
        gives=Received,
        roles=None,
        status=202,
        once=False,
        refusals=(401, 413, 503),
    )
    def receive_contract(call: Call[None]) -> Reply[Received]:
        message_id = _signed(call, qiwa=qiwa, clock=time)
        decode(call.raw)
        contracts.put(QueuedContract(message_id=message_id, message=call.raw.decode()))
        logger.info("contract_event_received", extra={"webhook_id": message_id})
        return Reply(Received(received=message_id))

    return api


def _signed(call: Call[None], *, qiwa: Secret[QiwaAccess], clock: Clock) -> str:
    try:
        return signatures.verify(call.headers, body=call.raw, keys=qiwa.read().keys(), now=clock.now())
    except SecretUnreadable:
        raise Unavailable() from None
    except signatures.SignatureRefused as refused:
        logger.warning("signature_refused", extra={"reason": refused.reason})
        raise NotSigned() from None
