"""GET /v1/me/…: a contributor sees the periods and contributions recorded under their name."""
