"""What the system does: one function an act, on ports and values; routes, queues, workflow steps and tests call it."""
