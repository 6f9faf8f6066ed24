"""GET, POST /v1/reviews…: a case officer claims, approves, returns or rejects; a supervisor seconds what takes two."""
