"""SMS-01: every text message is one segment, with no link, in the digits of the register, and names who pays."""

import re
import string
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Final

import pytest

from ishtirak.edge.texts import LANGUAGES, SmsTexts, codes
from ishtirak.kernel.errors import Fact
from ishtirak.kernel.money import Halalas, format_riyals
from ishtirak.kernel.reference import reference_of
from ishtirak.kernel.value import LARGEST_AMOUNT
from ishtirak.messages.segments import is_gsm, segments, utf16_units
from ishtirak.otp.policy import policies

LAST_DAY: Final = date(2077, 11, 16)
"""The last day the calendar of this system has a name for."""
LONGEST: Final[Mapping[str, Fact]] = {
    "amount": format_riyals(Halalas(LARGEST_AMOUNT)),
    "code": "8" * max(entry.value.digits for entry in policies().entries),
    "minutes": max(entry.value.lifetime_seconds for entry in policies().entries) // 60,
    "reference": reference_of("request", on=LAST_DAY),
    "until": LAST_DAY.strftime("%Y/%m/%d"),
}
"""Every fact a text message may have, as long as it can become."""
MESSAGES: Final = [(language, code) for language in LANGUAGES for code in sorted(codes(language, "sms"))]


def composed(language: str, code: str) -> str:
    return SmsTexts().compose(language, code, LONGEST)


@pytest.mark.parametrize(("language", "code"), MESSAGES)
def test_sms_01_a_message_with_its_longest_facts_is_one_segment(language: str, code: str) -> None:
    message = composed(language, code)

    assert "—" not in message, "a fact nobody gives"
    assert segments(message) == 1, f"{utf16_units(message)} units: {message}"
    assert is_gsm(message) == (language == "en"), "a letter that makes the whole message UCS-2"
    assert utf16_units(message) <= (160 if language == "en" else 70)


@pytest.mark.parametrize(("language", "code"), MESSAGES)
def test_sms_01_a_message_holds_no_link_and_western_digits_only(language: str, code: str) -> None:
    message = composed(language, code)

    assert not re.search(r"https?:|www\.|://|\b[a-z0-9-]+\.(?:sa|com|net|org|gov)\b", message, re.IGNORECASE)
    assert all(letter in string.digits for letter in message if letter.isdigit())


@pytest.mark.parametrize("fact", ["amount", "until"])
def test_a_number_among_arabic_letters_keeps_its_order(fact: str) -> None:
    """Between two numbers of one kind a common separator is part of the number (UAX 9, W4); a hyphen is not."""
    separators = {letter for letter in str(LONGEST[fact]) if letter not in string.digits}

    assert {unicodedata.bidirectional(letter) for letter in separators} == {"CS"}


@pytest.mark.parametrize(("language", "debtor"), [("ar", "المستحق على صاحب العمل"), ("en", "employer owes")])
def test_the_worker_is_told_that_the_employer_owes_what_was_billed(language: str, debtor: str) -> None:
    assert debtor in composed(language, "RequestBilled")


@pytest.mark.parametrize(
    ("language", "debtor"), [("ar", "المستحق على منشأتكم"), ("en", "your establishment owes")]
)
def test_the_employer_is_told_that_his_establishment_owes_what_was_billed(language: str, debtor: str) -> None:
    assert debtor in composed(language, "RequestBilled_employer")
