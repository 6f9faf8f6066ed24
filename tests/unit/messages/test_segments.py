"""SMS-01: what a text costs, and dates that stay the right way round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.messages.segments import is_gsm, isolate, segments, utf16_units


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("م" * 70, 1),
        ("م" * 71, 2),
        ("م" * 134, 2),
        ("م" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 67, 3),
        ("م" * 66 + "😀" + "م" * 66, 3),
        ("a" * 152 + "€" + "a" * 152, 3),
    ],
)
def test_a_text_is_counted_as_the_network_counts_it(text: str, count: int) -> None:
    assert segments(text) == count


def test_one_arabic_letter_makes_the_whole_message_arabic() -> None:
    assert is_gsm("Code 123456 {}[]~")
    assert not is_gsm("Code 123456 م")
    assert utf16_units("م😀") == 3


@given(st.text(max_size=400))
def test_every_text_has_a_cost(text: str) -> None:
    assert segments(text) >= 1
    assert utf16_units(text) >= len(text)


@pytest.mark.parametrize("shown", ["1990-04-01", "050-123-4567", "+966512345678"])
def test_dates_and_phones_are_isolated(shown: str) -> None:
    assert isolate(f"الموافق {shown}م") == f"الموافق \u2066{shown}\u2069م"


def test_plain_numbers_are_left_alone() -> None:
    assert isolate("رمز التحقق 482913") == "رمز التحقق 482913"
