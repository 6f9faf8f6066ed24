"""How people are found by number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.kernel.identity import PersonNumber, person_number
from ishtirak.register.people import identity_message

BORDER = st.from_regex(r"\A[345][0-9]{9}\Z").map(person_number)
OMANI = st.from_regex(r"\AOM:[0-9]{8}\Z").map(person_number)
BAHRAINI = st.from_regex(r"\ABH:[0-9]{9}\Z").map(person_number)


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("1000000008", b"nin-v1|1000000008"),
        ("2000000014", b"nin-v1|2000000014"),
        ("3000000001", b"border-v1|3000000001"),
        ("OM:00000001", b"gcc-v1|OM:00000001"),
        ("AE:784199000000010", b"gcc-v1|AE:784199000000010"),
    ],
)
def test_each_kind_of_number_is_hashed_under_a_name_of_its_own(number: str, message: bytes) -> None:
    assert identity_message(person_number(number)) == message


@given(st.one_of(BORDER, OMANI, BAHRAINI), st.one_of(BORDER, OMANI, BAHRAINI))
def test_two_numbers_are_never_hashed_as_one(one: PersonNumber, other: PersonNumber) -> None:
    assert (identity_message(one) == identity_message(other)) == (one == other)
