"""What receive_contract takes and gives."""

from ishtirak.edge.webhook import webhook

RECEIVE_CONTRACT = webhook(
    "/v1/qiwa/events",
    summary="Receive a signed contract event from Qiwa",
    description="Signed as Standard Webhooks has it (webhook-id, webhook-timestamp, webhook-signature). "
    "The event is docs/reference/events/qiwa-contract.schema.json.",
)
