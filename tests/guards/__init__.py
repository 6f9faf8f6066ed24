"""Every condition of a write, and the proof that it is needed: without it, a test fails."""
