"""What a field of an answer or a body tells of whom: the groups the authorisation table lets callers see, or not.

A view marks its fields, `worker: Annotated[str, FieldGroup.IDENTITY_MASKED]`. What is marked nowhere is what anybody
may see whom the operation answers at all; who does not see a marked field sees nothing under it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo


class FieldGroup(StrEnum):
    """One kind of information, granted or withheld as a whole."""

    NAME = "name"
    """A person's name."""
    IDENTITY_MASKED = "identity_masked"
    """The last four digits of an identity number."""
    IDENTITY = "identity"
    """An identity number in clear, or whatever else is revealed for a reason."""
    PHONE_MASKED = "phone_masked"
    """The last digits of a registered mobile."""
    PHONE = "phone"
    """A registered mobile in clear."""
    PERIODS = "periods"
    """Days of service, with the employer, the occupation and what they rest on."""
    WAGES = "wages"
    """What somebody earns or earned."""
    CONTRIBUTIONS = "contributions"
    """What months come to by the statutes, and what was billed and paid of them."""
    CLAIM = "claim"
    """What a person says of a period: days, occupation, wage, reason, and what it comes to."""
    DOCUMENTS = "documents"
    """Documents of a request: which there are, their names and their bytes."""
    BILLS = "bills"
    """What an employer owes, was fined, was waived and paid."""
    DECISIONS = "decisions"
    """What was replied and decided, with the reason that is told."""
    NOTES = "notes"
    """Why, in words for the authority's eyes."""
    OFFICIALS = "officials"
    """Who of the authority decided, or replied for an employer: the ids of people at work."""
    CREDENTIALS = "credentials"
    """What signs in or proves: passwords, tokens, codes, secrets."""


@dataclass(frozen=True)
class Marked:
    """A field: the group it is of, where it is marked, and what is marked under it."""

    group: FieldGroup | None
    under: "Marks"


type Marks = Mapping[str, Marked]
"""The fields of a model that are marked, or have marked ones under them, by name."""
type Withheld = Mapping[str, "Withheld | None"]
"""The fields that are left out of an answer: whole (None), or of what is under them."""


class MarkingError(TypeError):
    """A field is withheld from somebody, and cannot be empty."""


@cache
def marks_of(model: type[BaseModel]) -> Marks:
    """Every marked field of a model, and of the models it is made of."""
    found = {name: _marked(field) for name, field in model.model_fields.items()}
    return {name: each for name, each in found.items() if each.group or each.under}


def _marked(field: FieldInfo) -> Marked:
    group = next((mark for mark in field.metadata if isinstance(mark, FieldGroup)), None)
    under = {name: each for part in models_in(field.annotation) for name, each in marks_of(part).items()}
    return Marked(group, under)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models an annotation is made of: itself, an item of a list, an arm of a union."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def outside(marks: Marks, granted: frozenset[FieldGroup]) -> Withheld:
    """The fields whose groups are not granted."""
    found: dict[str, Withheld | None] = {}
    for name, each in marks.items():
        if each.group and each.group not in granted:
            found[name] = None
        elif under := outside(each.under, granted):
            found[name] = under
    return found


def without[Body: BaseModel](body: Body, withheld: Withheld) -> Body:
    """The answer with these fields empty: null, or a list of nothing."""
    fields = type(body).model_fields
    update = {
        name: nothing_for(fields[name], name) if under is None else _under(getattr(body, name), under)
        for name, under in withheld.items()
        if name in fields
    }
    return body.model_copy(update=update)


def _under(value: Any, withheld: Withheld) -> Any:
    if isinstance(value, BaseModel):
        return without(value, withheld)
    if isinstance(value, (list, tuple)):
        return type(value)(_under(each, withheld) for each in value)
    return value


def nothing_for(field: FieldInfo, name: str) -> Any:
    kinds = {field.annotation, get_origin(field.annotation), *get_args(field.annotation)}
    if type(None) in kinds:
        return None
    for kind in (list, tuple):
        if kind in kinds:
            return kind()
    raise MarkingError(f"{name} is withheld from some, and can be neither null nor an empty list")
