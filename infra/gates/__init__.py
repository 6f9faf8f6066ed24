"""Checks of what synthesis wrote; each one can fail, and a test proves it."""
