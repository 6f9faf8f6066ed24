"""POST /v1/sign-up…: a contributor comes in by identity number, birth date and the code to the registered phone."""
