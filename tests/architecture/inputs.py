"""What comes from outside, found mechanically: every model something sent is read with, and every field of each."""

import importlib
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ishtirak.billing.notices import PaymentNotice
from ishtirak.contracts.model import ContractEvent
from ishtirak.edge.http.operation import Operation
from tests.architecture.house import function_names
from tools.openapi import built, functions


def operations() -> dict[str, Operation]:
    """Every operation by its name."""
    return {name: each for function in functions() for name, each in built(function).operations.items()}


def request_models() -> list[type[BaseModel]]:
    """The models of bodies and queries, and the forms of what other agencies send."""
    sent = [model for each in operations().values() for model in (each.takes, each.query)]
    found: list[type[BaseModel]] = [model for model in dict.fromkeys(sent) if model is not None]
    return [*found, ContractEvent, PaymentNotice]


def models_made_here() -> set[type[BaseModel]]:
    """The models of answers: made by us, and read by nobody of ours."""
    return {model for each in operations().values() for model in _within(each.gives)}


def every_model() -> Iterator[type[BaseModel]]:
    """Every model of the product."""
    for function in function_names():
        importlib.import_module(f"functions.{function}.handler")
    seen: set[type[BaseModel]] = set()
    waiting = [BaseModel]
    while waiting:
        for model in waiting.pop().__subclasses__():
            if model not in seen:
                seen.add(model)
                waiting.append(model)
                if model.__module__.startswith(("ishtirak.", "functions.")):
                    yield model


def fields(model: type[BaseModel]) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    """Every type a field of the model may have, those within it too: where it is, the type, and its rules."""
    for name, field in model.model_fields.items():
        for kind, rules in _kinds(field.annotation, tuple(field.metadata)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from ((f"{name}.{place}", *rest) for place, *rest in fields(kind))
            else:
                yield f"{model.__name__}.{name}", kind, rules


def kinds_of(field: FieldInfo) -> list[Any]:
    """Every type the field itself may have."""
    return [kind for kind, _ in _kinds(field.annotation, ())]


def _within(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        for kind, _ in _kinds(field.annotation, ()):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from _within(kind)


def _kinds(annotation: Any, rules: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """The types in an annotation, each with the rules written beside it."""
    if hasattr(annotation, "__metadata__"):
        kind, *more = get_args(annotation)
        unpacked = [
            rule for each in more for rule in (each.metadata if isinstance(each, FieldInfo) else (each,))
        ]
        yield from _kinds(kind, (*rules, *unpacked))
    elif get_origin(annotation) not in (None, Literal):
        for each in get_args(annotation):
            yield from _kinds(each, rules)
    else:
        yield annotation, rules
