"""Generators of committed references."""
