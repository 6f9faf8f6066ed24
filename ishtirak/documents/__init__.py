"""What people attach to a request: which documents a case needs, and each from declared to kept or refused."""
