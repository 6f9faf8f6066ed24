"""Attacks and hostile input over HTTP against the running system, one test for each thing that is tried."""
