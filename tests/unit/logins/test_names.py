"""A username has one form, looks like no other, and is no number of anybody's."""

import pytest
from pydantic import TypeAdapter, ValidationError

from ishtirak.logins.names import Username

READ = TypeAdapter(Username).validate_python


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("majid", "majid"),
        ("Majid.M", "majid.m"),
        ("sara_2001", "sara_2001"),
        ("sara-٢٠٠١", "sara-2001"),
        (" noura ", "noura"),
        ("a" * 32, "a" * 32),
    ],
)
def test_small_letters_and_western_digits_are_the_one_form(typed: str, name: str) -> None:
    assert READ(typed) == name
    assert READ(name) == name


@pytest.mark.parametrize(
    "typed",
    [
        "abc",
        "a" * 33,
        "1000000008",
        "١٠٠٠٠٠٠٠٠٨",
        "u1000000008",
        "u1000-000-008",
        "m0550000001",
        "2majid",
        "majid.",
        ".majid",
        "ma..jid",
        "ma jid",
        "majid@x",
        "ماجد",
        "mаjid",  # a Cyrillic letter
        "majid\u200b",
        "",
    ],
)
def test_what_is_a_number_or_looks_like_another_name_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        READ(typed)


def test_a_number_is_refused_by_name() -> None:
    with pytest.raises(ValidationError) as refused:
        READ("u1000000008")

    assert refused.value.errors()[0]["type"] == "username_number"
