"""Requests to add or amend a contribution period, from the first draft to the end."""
