"""Step of add_period: puts the request on the desk of whoever must reply, with a deadline."""
