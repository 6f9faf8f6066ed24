"""POST /v1/payments/notices: verifies the payment system's signature and queues the notice before it answers."""
