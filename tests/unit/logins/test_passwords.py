"""What may be a password: long, of any characters, in one form, not known and not about the person."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.kernel.dates import Calendar, CivilDate
from ishtirak.logins import screening
from ishtirak.logins.passwords import (
    PasswordCharacters,
    PasswordTooLong,
    PasswordTooShort,
    normalized,
    require_form,
)
from ishtirak.logins.policy import policies
from ishtirak.logins.screening import PasswordAboutPerson, PasswordKnown, require_unguessable, words_of

POLICY = policies().entries[-1].value
WORDS = words_of(
    username="majid.m",
    names=("ماجد المثال", "Majid Al-Mithal"),
    number="1000000008",
    birth_date=CivilDate.parse("1405-03-17", calendar=Calendar.HIJRI),
)
GOOD = (
    "Local-only-2026",
    "green tea at the wadi",
    "شاي أخضر عند الوادي",
    "كلمة سر طويلة with spaces",
    "x9$Kq2!zzPq8wVr",
    "🌴🐫☕🌙🏜️🕌🌵🦅🐎🍯🌊🪁🧿🪔🎏",
)


def judged(password: str) -> str:
    """The password in its form, once it passed everything."""
    text = require_form(password, policy=POLICY)
    require_unguessable(text, words=WORDS, policy=POLICY)
    return text


@pytest.mark.parametrize("password", GOOD)
def test_any_characters_make_a_password(password: str) -> None:
    assert judged(password) == normalized(password)


@pytest.mark.parametrize("length", [14, 15, 64, 256, 257])
def test_only_the_length_is_counted_and_at_least_64_are_accepted(length: int) -> None:
    password = ("vq ٣x7-شجرة/Kp2 " * 20)[: length - 1] + "z"

    if length < 15:
        with pytest.raises(PasswordTooShort):
            require_form(password, policy=POLICY)
    elif length > 256:
        with pytest.raises(PasswordTooLong):
            require_form(password, policy=POLICY)
    else:
        assert require_form(password, policy=POLICY) == normalized(password)
    assert POLICY.longest_password >= 64


def test_a_refusal_names_the_field() -> None:
    with pytest.raises(PasswordTooShort) as refused:
        require_form("short", policy=POLICY)

    assert refused.value.pointer == "/password"
    assert refused.value.facts == {"shortest": 15}


@pytest.mark.parametrize("edge", [" {}", "{} ", "{}\u00a0", "\t{}", "{}\n", "in\u0000{}", "{}\u2028x"])
def test_what_the_pool_would_not_keep_is_refused(edge: str) -> None:
    with pytest.raises(PasswordCharacters):
        require_form(edge.format("green tea at the wadi"), policy=POLICY)


@given(st.text(min_size=1, max_size=40))
def test_one_text_from_two_keyboards_is_one_password(text: str) -> None:
    forms = {normalized(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}

    assert forms == {normalized(text)}
    assert normalized(normalized(text)) == normalized(text)


def test_nothing_is_cut_trimmed_or_changed_in_case() -> None:
    assert normalized("  Green Tea ") == "  Green Tea "
    assert len(normalized("a" * 5000)) == 5000


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password1Password1",
        "P@ssw0rdP@ssw0rd",
        "aaaaaaaaaaaaaaaaaa",
        "123456789012345",
        "١٢٣٤٥٦٧٨٩٠١٢٣٤٥",
        "qwertyuiopasdfg",
        "1qaz2wsx3edc4rfv",
        "qazwsxedcrfvtgb",
        "iloveyouiloveyou",
        "abcdefghijklmnop",
        "كلمةالمروركلمةالمرور",
        "qwerty" * 40,
        "a" * 256,
    ],
)
def test_known_and_patterned_passwords_are_refused(password: str) -> None:
    with pytest.raises(PasswordKnown):
        judged(password)


def test_every_leaked_password_of_the_list_that_is_long_enough_is_refused() -> None:
    from zxcvbn.matching import RANKED_DICTIONARIES

    leaked = [one for one in RANKED_DICTIONARIES["passwords"] if len(one) >= POLICY.shortest_password]

    accepted = []
    for password in leaked:
        try:
            accepted.append(judged(password))
        except PasswordKnown:
            continue

    assert len(RANKED_DICTIONARIES["passwords"]) >= 30_000
    assert len(leaked) >= 30
    assert accepted == []


@pytest.mark.parametrize(
    "password",
    [
        "Majid-Al-Mithal-1",
        "majid1000000008m!",
        "ماجد المثال ماجد المثال",
        "١٤٠٥٠٣١٧-17/03/1405",
        "Mithal 1984-12-09 m",
        "ishtirak-majid.m",
        "اشتراك-Ishtirak-اشتراك",
        "MAJID.M majid.m Majid",
    ],
)
def test_what_others_know_of_the_person_and_the_service_is_refused(password: str) -> None:
    with pytest.raises((PasswordAboutPerson, PasswordKnown)):
        judged(password)


def test_a_password_may_mention_the_person_beside_enough_else() -> None:
    assert judged("Majid drinks green tea at the wadi")


def test_the_same_password_is_good_for_somebody_else() -> None:
    require_unguessable("zMithal-1405-03-17 q", words=(), policy=POLICY)
    with pytest.raises(PasswordAboutPerson):
        require_unguessable("zMithal-1405-03-17 q", words=WORDS, policy=POLICY)


def test_a_long_password_is_judged_by_its_better_end() -> None:
    assert judged("a" * 100 + "x9$Kq2!zzPq8wVr")


def test_somebody_born_before_the_hijri_table_has_words_too() -> None:
    words = words_of(username="elder", names=(), number="1", birth_date=CivilDate.parse("1910-01-31"))

    assert "1910-01-31" in words
    assert "1" not in words


def test_the_service_is_known_in_both_languages() -> None:
    assert {"ishtirak", "اشتراك"} <= set(POLICY.service_words)
    assert screening._beside("اشتراك Ishtirak 12", words=POLICY.service_words) == 2
