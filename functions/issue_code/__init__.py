"""POST /v1/requests/{id}/code: a contributor asks for the code that seals the request as it stands."""
