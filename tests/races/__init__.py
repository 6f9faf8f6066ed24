"""Concurrent use cases on ports in memory, in as many orders as there is time for; each order is named by a seed."""
