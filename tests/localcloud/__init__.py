"""Tests of the local cloud, on a small assembly of their own."""
