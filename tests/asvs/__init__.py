"""OWASP ASVS 5.0: what of it is shown, by which test, and what is not."""
