"""API Gateway REST APIs, built from the deployed OpenAPI body: the same document, the same answers."""
