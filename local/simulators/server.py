"""What every simulator is: a small HTTP server on loopback with its own endpoints and a control interface.

The control interface (`/_sim/…`) takes JSON only, so that a web page open on the same machine cannot use it:
a browser asks first before it sends JSON to another origin, and is not answered.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any, ClassVar, Self

from pydantic import ValidationError
from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from local.simulators.faults import Fault, Faults, misbehave

log = logging.getLogger(__name__)

type View = Callable[..., Response]
type Remember = Callable[[str, object], None]
"""Keeps something under a name, beyond the end of the process."""


def forget_at_once(_name: str, _value: object) -> None:
    """Of an agency that is not kept."""


@dataclass(frozen=True)
class Endpoint:
    """One thing a simulator answers. Faults are ordered by `name`; control endpoints never misbehave."""

    name: str
    method: str
    path: str
    view: View
    control: bool = False


class _Quiet(WSGIRequestHandler):
    """Writes no access log: requests carry identity numbers and phones."""

    def log(self, type: str, message: str, *args: Any) -> None:
        log.debug(type)

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """An answer to be lost: close at once, or the caller would wait for its time-out."""
        self.close_connection = True


class Simulator:
    """A simulated agency: `start()` serves on a port the system chooses, `stop()` ends every held request."""

    name: ClassVar[str]
    remembers: ClassVar[tuple[str, ...]] = ()
    """The attributes that are there again after the process was killed, where the cloud keeps its data."""

    def __init__(self) -> None:
        self.remember: Remember = forget_at_once
        self.faults = Faults()
        self.stopping = Event()
        self._endpoints = {endpoint.name: endpoint for endpoint in [*self.endpoints(), *self._controls()]}
        self._map = Map(
            [
                Rule(endpoint.path, methods=[endpoint.method], endpoint=endpoint.name)
                for endpoint in self._endpoints.values()
            ]
        )
        self._server: BaseWSGIServer | None = None

    def endpoints(self) -> Iterable[Endpoint]:
        """What this agency answers."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        """The base address, once started."""
        if self._server is None:
            raise RuntimeError(f"{self.name} is not started")
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> Self:
        self._server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=_Quiet)
        serve = self._server.serve_forever
        Thread(target=serve, args=(0.05,), name=f"simulator-{self.name}", daemon=True).start()
        return self

    def stop(self) -> None:
        self.stopping.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def note(self) -> None:
        """Keep what has changed; before anybody is told of it."""
        self.remember(self.name, {name: getattr(self, name) for name in self.remembers})

    def restore(self, remembered: Mapping[str, Any]) -> None:
        """Be what it was when the process ended."""
        for name, value in remembered.get(self.name, {}).items():
            setattr(self, name, value)

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        return self._respond(Request(environ))(environ, start_response)

    def _respond(self, request: Request) -> Response:
        try:
            name, arguments = self._map.bind_to_environ(request.environ).match()
            endpoint = self._endpoints[name]
            if endpoint.control:
                return _controlled(endpoint, request, arguments)
            return self._served(endpoint, request, arguments)
        except HTTPException as error:
            return problem(error.code or 500, "no_such_endpoint")

    def _served(self, endpoint: Endpoint, request: Request, arguments: Any) -> Response:
        fault = self.faults.take(endpoint.name)
        if fault is None:
            return endpoint.view(request, **arguments)
        return misbehave(fault, do=lambda: endpoint.view(request, **arguments), stopping=self.stopping)

    def _controls(self) -> list[Endpoint]:
        return [
            control("health", "GET", "/_sim/health", self._health),
            control("faults", "GET", "/_sim/faults", self._list_faults),
            control("add_fault", "POST", "/_sim/faults", self._add_fault),
            control("clear_faults", "DELETE", "/_sim/faults", self._clear_faults),
        ]

    def _health(self, _request: Request) -> Response:
        names = [endpoint.name for endpoint in self._endpoints.values() if not endpoint.control]
        return as_json({"simulator": self.name, "endpoints": names})

    def _list_faults(self, _request: Request) -> Response:
        return as_json([fault.model_dump(mode="json") for fault in self.faults.orders()])

    def _add_fault(self, request: Request) -> Response:
        fault = Fault.model_validate_json(request.get_data())
        if fault.endpoint != "*" and fault.endpoint not in self._endpoints:
            return problem(422, "no_such_endpoint", "known: " + ", ".join(self._endpoints))
        self.faults.add(fault)
        return as_json(fault.model_dump(mode="json"), status=201)

    def _clear_faults(self, _request: Request) -> Response:
        self.faults.clear()
        return Response(status=204)


def control(name: str, method: str, path: str, view: View) -> Endpoint:
    """An endpoint for tests and the console; its name is kept apart from the agency's own."""
    return Endpoint(name=f"_sim.{name}", method=method, path=path, view=view, control=True)


def _controlled(endpoint: Endpoint, request: Request, arguments: Any) -> Response:
    if endpoint.method == "POST" and request.mimetype != "application/json":
        return problem(415, "json_only")
    try:
        return endpoint.view(request, **arguments)
    except ValidationError as error:
        return problem(422, "not_acceptable", str(error))
    except KeyError as error:
        return problem(404, "not_found", str(error))


def as_json(content: Any, *, status: int = 200, media_type: str = "application/json") -> Response:
    text = json.dumps(content, ensure_ascii=False)
    return Response(text, status=status, mimetype=media_type, headers={"Cache-Control": "no-store"})


def problem(status: int, code: str, detail: str = "") -> Response:
    """A problem document (RFC 9457)."""
    content = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return as_json(content, status=status, media_type="application/problem+json")
