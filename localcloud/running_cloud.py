"""What a running cloud offers to the pages and endpoints that show and steer it."""

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from localcloud.deployment import Deployment
from localcloud.executions import Executions
from localcloud.functions import Runner
from localcloud.gateway.rest_api import RestApi
from localcloud.invocations import CallLog
from localcloud.malware_scanner import MalwareScanner
from localcloud.schedules import Schedule
from localcloud.site import Site, Title


class RunningCloud(Protocol):
    """The part of a cloud its own server needs; see `localcloud.cloud.Cloud` for what each member does."""

    url: str
    account: str
    runner: Runner
    call_log: CallLog
    executions: Executions
    scanner: MalwareScanner
    deployment: Deployment
    gateways: dict[str, RestApi]
    pages: dict[str, Title]
    site: Site

    @property
    def outputs(self) -> Mapping[str, str]: ...
    def client(self, service: str) -> Any: ...
    def openapi(self) -> dict[str, Any]: ...
    def dead_letters(self) -> list[dict[str, Any]]: ...
    def schedules(self) -> list[Schedule]: ...
    def fire(self, name: str) -> list[str]: ...
    def sweep(self, *, now: float) -> int: ...
    def redeliver_soon(self) -> int: ...
    def settle(self, *, timeout: float) -> bool: ...
    def arm(self, function: str, *, call: int, when: Literal["before", "after"]) -> None: ...
