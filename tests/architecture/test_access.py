"""What every operation shows can be withheld from those it is withheld from, and no field about people is unmarked."""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from pydantic import BaseModel

from ishtirak.edge.groups import groups_in, marks_of, models_in
from ishtirak.edge.http.access import AGENCY
from ishtirak.edge.http.operation import Operation
from tools.openapi import built, functions

OPERATIONS: Final[dict[str, Operation]] = {
    name: operation for function in functions() for name, operation in built(function).operations.items()
}
PERSONAL: Final = re.compile(
    r"(?:^|_)(?:names?|worker|person|identity|mobile|phone|birth|by|note|wages?|salary|officer|official|"
    r"token|secret|password|recovery)(?:_|$)"
)
NOT_ABOUT_PEOPLE: Final = {
    "ServiceFacts.name": "the name of the service",
    "DocumentFact.satisfied_by": "kinds of facts",
    "DocumentFact.satisfied_by_texts": "kinds of facts",
    "MyEstablishment.name_ar": "an establishment's name",
    "MyEstablishment.name_en": "an establishment's name",
    "Case.establishment_name": "an establishment's name",
    "BillView.establishment_name": "an establishment's name",
    "QueueEntry.claimed_by_me": "of the reader alone",
    "WaitingDecisionView.proposed_by_me": "of the reader alone",
    "ClaimView.reply_by": "a deadline",
    "FactorsView.recovery_codes_left": "a count",
    "SignedIn.token_type": "the scheme",
}
"""Fields that are called as if they were about somebody, and why they are not."""


def unmarked(model: type[BaseModel], seen: frozenset[type[BaseModel]] = frozenset()) -> Iterator[str]:
    """Every field called as if it told something of a person, that is in no group and under no field that is."""
    for name, field in model.model_fields.items():
        if any(_is_group(mark) for mark in field.metadata):
            continue
        if PERSONAL.search(name):
            yield f"{model.__name__}.{name}"
        for part in models_in(field.annotation):
            if part not in seen:
                yield from unmarked(part, seen | {model})


def _is_group(mark: Any) -> bool:
    return type(mark).__name__ == "FieldGroup"


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_whatever_is_called_like_somebodys_data_is_in_a_group(name: str) -> None:
    """Mark it, `worker: Annotated[str, FieldGroup.IDENTITY_MASKED]`, or say above why it is about nobody."""
    assert set(unmarked(OPERATIONS[name].gives)) <= NOT_ABOUT_PEOPLE.keys()


def test_no_exception_is_left_over() -> None:
    found = {field for operation in OPERATIONS.values() for field in unmarked(operation.gives)}

    assert found == NOT_ABOUT_PEOPLE.keys()


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_what_is_withheld_from_a_role_can_be_withheld(name: str) -> None:
    access = OPERATIONS[name].authorised

    for role, relations in access.granted.items():
        for relation in relations:
            access.withheld(OPERATIONS[name].gives, roles=frozenset({role}), found=[relation])


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_nothing_is_granted_that_is_never_shown(name: str) -> None:
    operation = OPERATIONS[name]
    shown = groups_in(marks_of(operation.gives))

    for relations in operation.authorised.granted.values():
        for groups in relations.values():
            assert groups <= shown


def test_what_another_agency_signs_is_what_reads_bytes() -> None:
    signed = {name for name, operation in OPERATIONS.items() if AGENCY in operation.authorised.granted}

    assert signed == {name for name, operation in OPERATIONS.items() if operation.reads_bytes}
    assert signed


def test_what_names_a_thing_in_its_path_looks_it_up() -> None:
    """One that finds nothing but the caller's own by it says so here."""
    by_construction = {
        name for name, each in OPERATIONS.items() if each.path_parameters and not each.authorised.looks_up
    }

    assert by_construction == {"confirm_enrolment"}  # a code of somebody else's is a wrong code
