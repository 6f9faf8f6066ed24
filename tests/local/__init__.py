"""Tests of what is ours on one machine: what the local cloud starts with."""
