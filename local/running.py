"""What a running cloud offers to the pages and endpoints that show and steer it."""

from collections.abc import Mapping
from typing import Any, Protocol

from local.executions import Executions
from local.functions import Ledger, Runner
from local.gateway import Gateway
from local.placement import Deployment
from local.targets import Schedule


class Running(Protocol):
    """The part of a cloud its own server needs; see `local.cloud.Cloud` for what each member does."""

    url: str
    account: str
    runner: Runner
    ledger: Ledger
    executions: Executions
    deployment: Deployment
    gateways: dict[str, Gateway]
    pages: dict[str, tuple[str, str]]
    sign_ins: list[dict[str, Any]]

    @property
    def outputs(self) -> Mapping[str, str]: ...
    def client(self, service: str) -> Any: ...
    def openapi(self) -> dict[str, Any]: ...
    def dead_letters(self) -> list[dict[str, Any]]: ...
    def schedules(self) -> list[Schedule]: ...
    def fire(self, name: str) -> list[str]: ...
    def sweep(self, *, now: float) -> int: ...
    def hurry(self) -> int: ...
    def settle(self, *, timeout: float) -> bool: ...
    def arm(self, function: str, *, call: int, when: str) -> None: ...
