"""The event log: what happened to every aggregate, one hash chain each."""
