"""POST /v1/me/password…: a signed-in person changes the password of their login."""
