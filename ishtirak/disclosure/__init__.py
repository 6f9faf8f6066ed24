"""Who read a person's data, what was revealed of it and why, and how often that may be asked."""
