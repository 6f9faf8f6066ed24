"""POST /v1/decisions…: an officer proves anew who they are, for exactly one decision that takes two people."""
