"""A name is found however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.register.name_search import LONGEST_WORD, asked_words, fold, words_of

ARABIC = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهويىةآأإٱؤئءًٌَُِّْـ -'", max_size=40)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("احمد", "أحمد"),
        ("ادم", "آدم"),
        ("ابراهيم", "إبراهيم"),
        ("فاطمه", "فاطمة"),
        ("مصطفي", "مصطفى"),
        ("مسوول", "مسؤول"),
        ("هناى", "هنائ"),
        ("محمد", "مُحَمَّد"),
        ("محمد", "محـــمد"),
        ("القحطانى", "القحطاني"),
        ("کریم", "كريم"),
        ("MAJID", "majid"),
        ("jose", "José"),
        ("al qahtani", "Al-Qahtani"),
        ("ﻣﺤﻤﺪ", "محمد"),
    ],
)
def test_letters_people_write_differently_are_one(written: str, stored: str) -> None:
    assert fold(written) == fold(stored)


@pytest.mark.parametrize(("one", "other"), [("سمير", "شمير"), ("علي", "عليا"), ("Ali", "Aly")])
def test_other_names_stay_other_names(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.one_of(ARABIC, st.text(max_size=60)))
def test_folding_again_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.one_of(ARABIC, st.text(max_size=60)), st.data())
def test_every_beginning_of_every_word_finds_the_name(name: str, data: st.DataObject) -> None:
    words = fold(name).split()
    if not words:
        assert words_of([name]) == ()
        return
    word = data.draw(st.sampled_from(words))
    asked = asked_words(word[: data.draw(st.integers(1, len(word)))])

    assert all(any(found.startswith(each) for found in words_of([name])) for each in asked)


def test_an_arabic_word_is_found_without_its_article() -> None:
    assert "قحطاني" in words_of(["فهد القحطاني"])


def test_the_longest_word_comes_first_and_none_is_longer_than_is_compared() -> None:
    assert asked_words("al qahtani") == ("qahtani", "al")
    assert [len(word) for word in asked_words("x" * 100)] == [LONGEST_WORD]


@pytest.mark.parametrize("nothing", ["", "  ", "-", "ـ", "َ", "ء"])
def test_what_has_no_letter_asks_for_nobody(nothing: str) -> None:
    assert asked_words(nothing) == ()
