"""A text has one form, and a reader sees all of it."""

import sys
import unicodedata
from typing import Annotated, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ishtirak.kernel.text import FILE_NAME, NAME, Cleaned, Text, checked, composed, is_shown, normalized

LINE: TypeAdapter[str] = TypeAdapter(Annotated[str, Text(3, 10)])
LINES: TypeAdapter[str] = TypeAdapter(Annotated[str, Text(3, 10, lines=True)])
NAMED: TypeAdapter[str] = TypeAdapter(Annotated[str, NAME])


def refusal(adapter: TypeAdapter[str], text: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        adapter.validate_python(text)
    return refused.value.errors()[0]["type"]


@given(st.text())
@example("e\u0301")
@example("\u2000\u0301a")
@example("\u0344")
@example("\ufb2c \u3000")
def test_the_one_form_is_its_own(text: str) -> None:
    once = normalized(text)

    assert normalized(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.text(min_size=1), st.booleans())
def test_what_is_accepted_is_accepted_again_as_it_is(text: str, lines: bool) -> None:
    try:
        kept = checked(text, lines=lines)
    except ValueError:
        return

    assert checked(kept, lines=lines) == kept
    assert all(is_shown(each) for each in kept if each != "\n")
    assert any(each.isalnum() for each in kept)


@given(st.text(alphabet="اأإآىيةهولعaéz ", min_size=3, max_size=10))
def test_composed_and_decomposed_are_one_text(text: str) -> None:
    forms = {normalized(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}

    assert len(forms) == 1


def test_the_short_way_lets_nothing_through_that_the_long_way_refuses() -> None:
    """Every character there is: in the texts most people write, and in all others."""
    refused = [chr(point) for point in range(sys.maxunicode + 1) if not is_shown(chr(point))]

    accepted = []
    for character in refused:
        try:
            checked(f"a{character}b")
            accepted.append(f"U+{ord(character):04X}")
        except ValueError:
            continue
    assert accepted == []
    spaces = {chr(point) for point in range(sys.maxunicode + 1) if unicodedata.category(chr(point)) == "Zs"}
    assert {normalized(f"a{space}b") for space in spaces} == {"a b"}
    assert len(refused) > 100_000


@pytest.mark.parametrize(
    "text", ["abc", "سبب", "مدة: ٦ أشهر", "a-b", "a\u0301bc", "قال: «نعم»", "№ 5 ²", "👍 ok"]
)
def test_what_people_write_is_accepted(text: str) -> None:
    assert LINE.validate_python(text[:10]) == normalized(text[:10])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_blank"),
        ("   ", "text_blank"),
        ("ــــ", "text_blank"),
        ("\u064b\u064c\u064d", "text_blank"),
        ("ab", "string_too_short"),
        (" ab ", "string_too_short"),
        ("abcdefghijk", "string_too_long"),
        ("ab\ncd", "text_line_break"),
        ("ab\tcd", "text_character"),
        ("ab\u200dcd", "text_character"),
        ("ab\u202ecd", "text_character"),
        ("ab\U000e0061", "text_character"),
        ("ab\ud800", "text_character"),
        (None, "string_type"),
        (123, "string_type"),
        (b"abc", "string_type"),
    ],
)
def test_what_is_no_text_is_refused(text: Any, code: str) -> None:
    assert refusal(LINE, text) == code


def test_only_a_text_of_lines_has_lines() -> None:
    assert LINES.validate_python("ab\ncd\n") == "ab\ncd"
    assert refusal(LINES, "ab\r\ncd") == "text_character"


def test_a_length_is_that_of_the_composed_text() -> None:
    assert LINE.validate_python("e\u0301" * 10) == "é" * 10
    assert refusal(LINE, "e\u0301" * 11) == "string_too_long"


@pytest.mark.parametrize(
    "name",
    [
        "مؤسسة المثال للتجارة",
        "Al-Mithal Co.",
        "شركة 3M",
        "O’Brien",
        "عبدالله بن محمد",
        "Öz",
        "شركة Mithal (فرع)",
    ],
)
def test_a_name_is_kept_as_it_is_written(name: str) -> None:
    assert NAMED.validate_python(name) == name


@pytest.mark.parametrize("name", ["Аli", "Αli", "محمدx", "Aسم", "李明", "Мухаммад"])
def test_a_word_of_a_name_that_mixes_scripts_or_is_in_another_is_refused(name: str) -> None:
    """А and Α are Cyrillic and Greek letters that look like the Latin one."""
    assert refusal(NAMED, name) == "text_scripts"


@given(st.text(min_size=1))
def test_a_cleaned_name_is_clean(text: str) -> None:
    cleaned = FILE_NAME(text)

    assert FILE_NAME(cleaned) == cleaned
    assert all(map(is_shown, cleaned))


def test_a_name_of_nothing_seen_is_empty_once_cleaned() -> None:
    assert Cleaned(10)("\u200b\u202e\x00\n") == ""


def test_every_text_in_a_value_is_composed_and_its_names_are_left() -> None:
    value = {"e\u0301": ["e\u0301", {"a": "e\u0301"}], "b": 1, "c": None, "d": True}

    assert composed(value) == {"e\u0301": ["é", {"a": "é"}], "b": 1, "c": None, "d": True}
