"""GET, POST, DELETE /v1/me/sessions…: a person sees where they are signed in, and ends it."""
