"""POST /v1/requests/{id}/submission: the last step; consumes the code and stores the submitted request together."""
