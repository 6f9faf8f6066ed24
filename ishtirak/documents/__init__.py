"""What people attach to a request: which documents a case needs, and each one from declared to kept or refused."""
