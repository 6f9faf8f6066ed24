"""Digits as people type them: Western, Arabic-Indic and Persian; nothing else is a digit here."""

import re
from typing import Final

_FOLDED: Final = {ord("٠") + value: str(value) for value in range(10)} | {
    ord("۰") + value: str(value) for value in range(10)
}
_DIGITS: Final = re.compile(r"[0-9]+")


def fold(text: str) -> str:
    """Replace U+0660–9 and U+06F0–9 by `0`–`9`; every other character is left for validation to refuse."""
    return text.translate(_FOLDED)


def is_digits(text: str) -> bool:
    """Whether the text is ASCII digits only; `str.isdigit` accepts those of forty scripts more."""
    return _DIGITS.fullmatch(text) is not None


def passes_luhn(digits: str) -> bool:
    """The Luhn check over the whole number, its last digit being the check digit."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) << (place & 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
