"""GET, POST, PUT /v1/requests…: a contributor fills in, reads and withdraws a request; each step is kept."""
