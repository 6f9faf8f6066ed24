"""POST /v1/password-recovery…, /v1/first-password…: who cannot sign in gets a password of their own."""
