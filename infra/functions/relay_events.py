"""The `relay_events` function."""

from constructs import Construct

from functions.relay_events.settings import Settings
from infra.deployment import Deployment
from infra.python_function import WORKER_TIMEOUT, PythonFunction
from infra.streams import EventItemStreams


class RelayEvents(PythonFunction):
    """Reads the streams of the three tables."""

    def __init__(self, scope: Construct, *, deployment: Deployment) -> None:
        data = deployment.data
        super().__init__(
            scope,
            "relay_events",
            platform=deployment,
            settings=Settings(bus_name=deployment.bus.name),
            timeout=WORKER_TIMEOUT,
        )
        deployment.bus.grant_publish(self)
        tables = [data.requests, data.register, data.access]
        self.streams = EventItemStreams(scope, "Relay", consumer=self, tables=tables)
