"""POST /v1/requests/{id}/code: a contributor asks for the code that submits the request as it stands."""
