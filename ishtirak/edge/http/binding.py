"""How a use case gets its arguments from a call: by name, checked when the function is built.

The ports are bound by whoever builds the function (`functools.partial`). Everything else a use case may name comes
from the call: path parameters, the body's fields, query parameters, `by` (the signed-in caller), `expected_version`
(`If-Match`), `source_address` (as the gateway saw it) and `transaction`.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import Operation


class WiringError(TypeError):
    """A use case and the operation it answers do not fit together: a defect that shows before any request."""


def check(operation: Operation, use_case: Callable[..., Any]) -> frozenset[str]:
    """The names the use case takes from a call; `WiringError` when one is missing, or something said is not taken."""
    open_parameters = {
        name: parameter
        for name, parameter in inspect.signature(_function(use_case)).parameters.items()
        if name not in _bound(use_case)
    }
    said = {*operation.path_parameters, *operation.body_parameters, *operation.query.model_fields}
    offered = said | {"transaction", "source_address"}
    offered |= {"by"} if operation.roles is not None else set()
    offered |= {"expected_version"} if operation.versioned else set()
    required = {name for name, each in open_parameters.items() if each.default is inspect.Parameter.empty}
    missing, unknown = required - offered, said - set(open_parameters)
    name = name_of(use_case)
    if operation.authorised.looks_up and "by" not in open_parameters:
        raise WiringError(f"{name} is about a {operation.authorised.about}, and does not ask who calls")
    if operation.path_forms.keys() < set(operation.path_parameters):
        raise WiringError(f"{name} has a path parameter whose name says no form: {operation.path}")
    if missing or unknown:
        raise WiringError(
            f"{name} cannot answer {operation.method} {operation.path}: "
            f"nobody gives {sorted(missing)}, it does not take {sorted(unknown)}"
        )
    return frozenset(offered & set(open_parameters))


def arguments(
    operation: Operation,
    call: Call[Any],
    path_parameters: Mapping[str, str],
    *,
    wanted: frozenset[str],
    transaction: Any,
) -> dict[str, Any]:
    """What of the call the use case takes, by name."""
    given: dict[str, Any] = {**path_parameters, **dict(call.query), "transaction": transaction}
    if operation.takes is not None:
        given |= {operation.body_as: call.body} if operation.body_as else dict(call.body)
    if "by" in wanted:
        given["by"] = call.caller
    if "source_address" in wanted:
        given["source_address"] = call.source_address
    if "expected_version" in wanted:
        given["expected_version"] = call.expected_version
    return {name: given[name] for name in wanted}


def name_of(use_case: Callable[..., Any]) -> str:
    """The name of the operation: that of its use case."""
    return _function(use_case).__name__


def _function(use_case: Callable[..., Any]) -> Callable[..., Any]:
    return use_case.func if isinstance(use_case, partial) else use_case


def _bound(use_case: Callable[..., Any]) -> Mapping[str, Any]:
    return use_case.keywords if isinstance(use_case, partial) else {}
