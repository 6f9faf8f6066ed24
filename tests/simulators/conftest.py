"""The agencies, running, and the adapters that reach them; loopback only."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import urllib3

from ishtirak.adapters.agencies.outbound import Outbound, OutboundPolicy
from local.simulators import Simulators


@pytest.fixture
def simulators(socket_enabled: None) -> Iterator[Simulators]:
    with Simulators.launch() as running:
        yield running


@pytest.fixture
def impatient() -> Outbound:
    """A client that waits 300 ms for an answer, so that a lost one costs a test no time."""
    return Outbound(OutboundPolicy(read=0.3, first_pause=0.001, failures_to_open=50))


@pytest.fixture
def request_json(socket_enabled: None) -> Callable[..., tuple[int, Any]]:
    pool = urllib3.PoolManager(retries=False)

    def ask(method: str, url: str, content: Any = None, **headers: str) -> tuple[int, Any]:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        response = (
            pool.request(method, url, headers=names)
            if content is None
            else pool.request(method, url, json=content, headers=names)
        )
        return response.status, response.json() if response.data else None

    return ask
