"""The local cloud: the synthesised template, whole, on one machine."""
