"""Where the outside comes in: HTTP, workflow steps, queues. The domain never imports it."""
