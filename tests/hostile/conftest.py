"""The whole system on the local cloud, one for each file of tests."""

from tests.flows.conftest import assembly, world

__all__ = ["assembly", "world"]
