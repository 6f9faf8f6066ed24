"""Signed messages between agencies (Standard Webhooks)."""
