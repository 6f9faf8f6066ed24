"""GET /v1/employer/establishments/{number}…: an establishment's file and its contributors, each reading on record."""
