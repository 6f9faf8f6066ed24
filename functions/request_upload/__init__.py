"""POST /v1/requests/{id}/documents: a contributor attaches a document by a presigned POST of its own."""
