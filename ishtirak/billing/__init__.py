"""Bills, what is paid on them, and what the authority decides about them."""
