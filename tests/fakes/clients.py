"""Clients of AWS that outlive a test: reading a service's model takes longer than most tests."""

import os
from typing import Any

_made: dict[tuple[str, str, bool], Any] = {}


def kept_client(service: str, config: Any = None) -> Any:
    """Instead of `boto3.client`: made once for a service in a region; with a configuration, the adapters' own."""
    import boto3

    key = (service, os.environ["AWS_DEFAULT_REGION"], config is not None)
    if key not in _made:
        _made[key] = boto3.Session(region_name=key[1]).client(service, config=config)
    return _made[key]


def discard_clients() -> None:
    """Make them anew: the SDK's allowance of retries is a client's own, and is used up by a test that loses replies."""
    from ishtirak.adapters.clients import client

    _made.clear()
    client.cache_clear()
