"""What receive_payment takes: a notice, signed as Standard Webhooks has it."""

from ishtirak.edge.webhook import webhook

RECEIVE_PAYMENT = webhook(
    "/v1/payments/notices",
    summary="Receive a signed payment notice",
    description="Signed as Standard Webhooks has it (webhook-id, webhook-timestamp, webhook-signature). "
    "The same payment may be reported any number of times and in any order.",
)
