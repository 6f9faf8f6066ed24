"""POST /v1/qiwa/events: verifies Qiwa's signature and queues the event before it answers."""
