"""Clients of AWS: made once per warm process, with time-outs that fit inside a function's own."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(
    connect_timeout=1,
    read_timeout=4,
    # a lost reply is retried by the SDK: every write below is safe to send twice
    retries={"mode": "standard", "total_max_attempts": 3},
)

# presigned requests: signature 4 and the bucket's own regional host, which the SDK's defaults do not promise
_PARTICULAR = {"s3": Config(signature_version="s3v4", s3={"addressing_style": "virtual"})}


@cache
def client(service: str) -> Any:
    """The client of a service, shared by everything in this process."""
    return boto3.client(service, config=_CONFIG.merge(_PARTICULAR.get(service, Config())))
