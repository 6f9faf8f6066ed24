"""HTTP: operations, strict decoding, problem details, idempotency."""
