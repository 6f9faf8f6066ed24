"""Functions inside this process, for tests: no socket, no subprocess, each with an environment of its own.

`os.environ` is replaced by an overlay that a context variable selects, so a handler sees its function's
variables while its neighbour, on another thread, sees its own. Threads a handler starts itself do not
inherit the overlay, and a package already imported from the repository is used instead of the asset's copy
of it.
"""

import contextvars
import importlib.util
import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from localcloud.functions import Answer, Function, exited, failed
from localcloud.invocations import Invocation
from localcloud.patches import Patches

_overlay: contextvars.ContextVar[dict[str, str] | None] = contextvars.ContextVar("overlay", default=None)
current_invocation: contextvars.ContextVar[Invocation | None] = contextvars.ContextVar(
    "current_invocation", default=None
)


class Killed(BaseException):
    """The function was killed; not an Exception, so that no handler can catch it and carry on."""


class EnvironmentOverlay(MutableMapping[str, str]):
    """`os.environ`, with the variables of the function that runs in this context, if one does."""

    def __init__(self, outside: MutableMapping[str, str]) -> None:
        self._outside = outside

    def _current(self) -> MutableMapping[str, str]:
        overlay = _overlay.get()
        return self._outside if overlay is None else overlay

    def __getitem__(self, name: str) -> str:
        return self._current()[name]

    def __setitem__(self, name: str, value: str) -> None:
        self._current()[name] = value

    def __delitem__(self, name: str) -> None:
        del self._current()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._current()))

    def __len__(self) -> int:
        return len(self._current())

    def copy(self) -> dict[str, str]:
        return dict(self._current())


@dataclass(frozen=True)
class Context:
    """The Lambda context: what a handler may ask about its own invocation."""

    function_name: str
    memory_limit_in_mb: int
    invoked_function_arn: str
    aws_request_id: str
    deadline: float
    function_version: str = "$LATEST"
    log_group_name: str = "local"
    log_stream_name: str = "local"
    client_context: Any = None
    identity: Any = None
    tenant_id: str | None = None

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self.deadline - time.time()) * 1000))


class InlineRunner:
    """Runs handlers on the caller's thread. Time-outs are not enforced: a thread can not be killed."""

    def __init__(self, *, credentials: Mapping[str, str], region: str, patches: Patches) -> None:
        self._common_variables = {"AWS_REGION": region, "AWS_DEFAULT_REGION": region, **credentials}
        self._handlers: dict[str, Callable[[Any, Context], Any]] = {}
        self._environments: dict[str, dict[str, str]] = {}
        self._loading = threading.RLock()
        patches.replace(os, "environ", EnvironmentOverlay(os.environ))
        patches.replace(os, "getenv", lambda name, default=None: os.environ.get(name, default))

    def run(self, function: Function, invocation: Invocation, payload: bytes) -> Answer:
        environment = self._environment(function)
        outer = _overlay.set(environment), current_invocation.set(invocation)
        try:
            environment["_X_AMZN_TRACE_ID"] = f"Root={invocation.trace_id};Sampled=1"
            handler = self._load(function)
            result = handler(json.loads(payload or b"null"), self._context(function, invocation))
            return Answer(json.dumps(result).encode())
        except Killed:
            with self._loading:
                self._handlers.pop(function.name, None)  # as a new process would, start again
            return exited(invocation)
        except Exception as error:
            traceback.print_exc()
            return failed(type(error).__name__, str(error))
        finally:
            _overlay.reset(outer[0])
            current_invocation.reset(outer[1])

    def close(self) -> None:
        self._handlers.clear()

    def _environment(self, function: Function) -> dict[str, str]:
        with self._loading:
            return self._environments.setdefault(
                function.name,
                {
                    "AWS_LAMBDA_FUNCTION_NAME": function.name,
                    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
                    "LAMBDA_TASK_ROOT": str(function.root),
                    "_HANDLER": function.handler,
                    **self._common_variables,
                    **function.environment,
                },
            )

    def _context(self, function: Function, invocation: Invocation) -> Context:
        return Context(
            function_name=function.name,
            memory_limit_in_mb=function.memory,
            invoked_function_arn=function.arn,
            aws_request_id=invocation.request_id,
            deadline=time.time() + function.timeout,
        )

    def _load(self, function: Function) -> Callable[[Any, Context], Any]:
        with self._loading:
            if function.name not in self._handlers:
                path, _, attribute = function.handler.rpartition(".")
                self._handlers[function.name] = getattr(self._module(function, path), attribute)
            return self._handlers[function.name]

    def _module(self, function: Function, path: str) -> ModuleType:
        """The handler's module under a name of its own, from its source or its bytecode alone; siblings in its folder
        are not left for others.
        """
        place = function.root / path.replace(".", "/")
        source = next((file for file in _files_of(place) if file.exists()), place)
        specification = importlib.util.spec_from_file_location(f"_function_{function.name}", source)
        if specification is None or specification.loader is None:
            raise ImportError(f"no module {path} in {function.root}")
        module = importlib.util.module_from_spec(specification)
        before = set(sys.modules)
        sys.path.insert(0, str(function.root))
        try:
            specification.loader.exec_module(module)
        finally:
            sys.path.remove(str(function.root))
            for name in set(sys.modules) - before:
                file = getattr(sys.modules[name], "__file__", None) or ""
                if file.startswith(str(function.root)):
                    del sys.modules[name]
        return module


def _files_of(place: Path) -> tuple[Path, Path]:
    return place.with_suffix(".py"), place.with_suffix(".pyc")
