"""What outlives a release (data) and what a release replaces (service)."""
