"""Nothing that is sent is read by a looser type than it has to be."""

import re
from datetime import date, datetime
from typing import Annotated, Any

import pytest
from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from ishtirak.edge.http.operation import Operation
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.text import Cleaned, Text
from ishtirak.kernel.value import AsTyped
from ishtirak.statute.model import Assessment, MonthRow
from tests.architecture.inputs import (
    every_model,
    fields,
    kinds_of,
    models_made_here,
    operations,
    request_models,
)

MADE_BY_THE_STATUTES = {Assessment, MonthRow}
"""Made by our rules on the way of every month, and never read from outside."""


def bare(rules: tuple[Any, ...]) -> bool:
    """Whether a text has neither a rule of its own nor a pattern over all of it."""
    patterns = [rule.pattern for rule in rules if getattr(rule, "pattern", None)]
    anchored = any(pattern.startswith("^") and pattern.endswith("$") for pattern in patterns)
    return not anchored and not any(isinstance(rule, Text | Cleaned | AsTyped) for rule in rules)


def test_every_text_somebody_may_send_has_a_rule() -> None:
    loose = [
        place
        for model in request_models()
        for place, kind, rules in fields(model)
        if kind is str and bare(rules)
    ]

    assert loose == []


def test_a_text_without_a_rule_is_found() -> None:
    """Or the test above would say nothing."""

    class Loose(BaseModel):
        note: str | None = None
        names: tuple[Annotated[str, Text(1, 5)], ...] = ()
        unanchored: Annotated[str, Text(1, 5)] | list[str] = ""

    assert [place for place, kind, rules in fields(Loose) if kind is str and bare(rules)] == [
        "Loose.note",
        "Loose.unanchored",
    ]


def test_there_are_texts_to_look_at() -> None:
    texts = [place for model in request_models() for place, kind, rules in fields(model) if kind is str]

    assert len(texts) >= 25
    assert "PeriodData.reason" in texts
    assert any("name_ar" in place for place in texts)


@pytest.mark.parametrize("operation", operations().values(), ids=operations().keys())
def test_every_path_parameter_has_a_form_over_all_of_it(operation: Operation) -> None:
    for name in operation.path_parameters:
        form = operation.path_forms[name].pattern
        assert form.startswith("^"), name
        assert form.endswith("$"), name
        assert re.fullmatch(form, "x") is None


def test_an_establishments_number_has_one_form() -> None:
    assert operations()["search_contributors"].path_forms["number"].pattern == EstablishmentNumber.pattern


def adapter_of(field: FieldInfo) -> TypeAdapter[Any]:
    annotated: Any = Annotated[field.annotation, field]
    return TypeAdapter(annotated)


def dated_fields() -> list[tuple[str, TypeAdapter[Any]]]:
    """Every field of a day or a moment in a model something is read with."""
    return [
        (f"{model.__module__}.{model.__qualname__}.{name}", adapter_of(field))
        for model in every_model()
        if model not in models_made_here() | MADE_BY_THE_STATUTES
        for name, field in model.model_fields.items()
        if any(kind in (date, datetime, AwareDatetime) for kind in kinds_of(field))
    ]


def test_a_day_and_a_moment_are_never_read_from_a_number() -> None:
    """Pydantic takes 0 for the first of January 1970, and a text of digits for a moment."""
    found = dated_fields()
    loose = []
    for place, adapter in found:
        for number in (0, 1.5, 86_400, True, "0", "1700000000", b"2026-01-01"):
            for strict in (False, True):
                try:
                    adapter.validate_python(number, strict=strict)
                    loose.append((place, number))
                except ValidationError:
                    continue

    assert loose == []
    assert len(found) >= 20
