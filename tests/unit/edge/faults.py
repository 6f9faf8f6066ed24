"""What nobody should have to read: codes, `None`, dates for programs; in Arabic, English and Latin punctuation, too."""

import re
from typing import Final

from ishtirak.edge.cldr import month_name
from ishtirak.edge.texts import ABSENT

ENGLISH_MONTHS: Final = "|".join(
    month_name("en", month, hijri=hijri) for month in range(1, 13) for hijri in (False, True)
)
#: What a person reads as it is written: names of formats, of headers, and examples to copy.
ACRONYMS: Final = {"JSON", "PDF", "JPEG", "PNG", "UTF-8", "ETag", "05XXXXXXXX", "SAR", "SANED", "SMS", "GCC"}
#: The same in sources: the names of standards.
STANDARDS: Final = {"NIST SP 800-63B-4", "PSD2 RTS", "AAL2", "(b)", "(d)", "M/273", "SP", "RFC 6238"}


def faults(language: str, told: str, *, allowed: set[str] = ACRONYMS) -> list[str]:
    """What nobody should have to read."""
    for name in sorted(allowed, key=len, reverse=True):
        told = told.replace(name, "·")
    signs = {
        "a brace": r"[{}]",
        "None": r"None|\bnull\b",
        "a fact that is absent": ABSENT,
        "a code": r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b|\b[a-z]+(?:_[a-z0-9]+)+\b",
        "a date for programs": r"\b[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?\b",
        "two spaces": r"  |^ | $",
    }
    if language == "ar":
        signs |= {
            "a code or an English word": r"[A-Z][A-Z_]+",
            "an English month": ENGLISH_MONTHS,
            "a Latin comma, semicolon or question mark": r"(?<![0-9])[,]|[,](?![0-9])|[;?]",
            "digits that are not Western": r"[\u0660-\u0669\u06f0-\u06f9]",
        }
    return [sign for sign, form in signs.items() if re.search(form, told)]
