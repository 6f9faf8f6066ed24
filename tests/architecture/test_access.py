"""What every operation shows can be withheld from those it is withheld from, and no field about people is unmarked."""

from typing import Final

import pytest

from ishtirak.edge.groups import marks_of
from ishtirak.edge.http.access import AGENCY
from ishtirak.edge.http.operation import Operation
from tests.architecture.marks import NOT_ABOUT_PEOPLE, groups_in, require_withholdable, unmarked
from tools.openapi import built, functions

OPERATIONS: Final[dict[str, Operation]] = {
    name: operation for function in functions() for name, operation in built(function).operations.items()
}


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_whatever_is_called_like_somebodys_data_is_in_a_group(name: str) -> None:
    """Mark it, `worker: Annotated[str, FieldGroup.IDENTITY_MASKED]`, or say in `marks.py` why it is about nobody."""
    assert set(unmarked(OPERATIONS[name].gives)) <= NOT_ABOUT_PEOPLE.keys()


def test_no_exception_is_left_over() -> None:
    found = {field for operation in OPERATIONS.values() for field in unmarked(operation.gives)}

    assert found == NOT_ABOUT_PEOPLE.keys()


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_what_is_withheld_from_a_role_can_be_withheld(name: str) -> None:
    access = OPERATIONS[name].authorised

    for role, relations in access.granted.items():
        for relation in relations:
            gives = OPERATIONS[name].gives
            require_withholdable(gives, access.withheld(gives, roles=frozenset({role}), found=[relation]))


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

    # a code of somebody else's is a wrong code; who has a certificate's code may verify it
    assert by_construction == {"confirm_enrolment", "verify_certificate"}
