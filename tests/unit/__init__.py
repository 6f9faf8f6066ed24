"""Rules and values, without a cloud."""
