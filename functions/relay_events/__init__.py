"""Streams of the three tables: publishes each event item to the bus, at least once."""
