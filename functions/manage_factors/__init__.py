"""GET, POST /v1/me/factors…: a person enrols an authenticator app, makes recovery codes, and removes them."""
