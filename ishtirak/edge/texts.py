"""What a person reads, in Arabic and English. Arabic is the original."""

import json
import string
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ishtirak.kernel.errors import Fact

LANGUAGES = ("ar", "en")
_LIST_SEPARATORS = {"ar": "، ", "en": ", "}


@cache
def _locale(language: str) -> dict[str, dict[str, Any]]:
    """Every section of every file of a language, one file per topic; a code has its text in one file only."""
    sections: dict[str, dict[str, Any]] = {}
    for file in sorted((Path(__file__).parent / "locale" / language).glob("*.json")):
        for section, texts in json.loads(file.read_text(encoding="utf-8")).items():
            sections.setdefault(section, {}).update(texts)
    return sections


def codes(language: str, section: str) -> frozenset[str]:
    """Every code that has a text in a section."""
    return frozenset(_locale(language)[section])


class _Facts(string.Formatter):
    """Fills placeholders; a missing fact leaves a dash instead of failing the answer."""

    def __init__(self, language: str) -> None:
        self._language = language

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:
        return kwargs.get(key, "—") if isinstance(key, str) else "—"

    def format_field(self, value: Any, format_spec: str) -> Any:
        """`{halalas:riyals}` writes an amount, `{employee:percent}` a rate in ten-thousandths.

        `{kinds:documents}` names the documents whose codes the fact lists.
        """
        if format_spec == "documents":
            return _names_of_documents(str(value), self._language)
        if not isinstance(value, int):
            return str(value)
        if format_spec == "riyals":
            return f"{value // 100:,}.{value % 100:02d}"
        if format_spec == "percent":
            units, rest = divmod(value, 100)
            return f"{units}.{rest:02d}".rstrip("0").rstrip(".") + "%"
        return str(value)


def _names_of_documents(listed: str, language: str) -> str:
    """The labels of a comma-separated list of `DocumentKind`s; what is none of them stays as it is."""
    from ishtirak.documents.model import DocumentKind  # late: few answers name documents
    from ishtirak.documents.rules import label

    kinds = frozenset(DocumentKind)
    listed_codes = (code.strip() for code in listed.split(","))
    names = (label(DocumentKind(code), language) if code in kinds else code for code in listed_codes)
    return _LIST_SEPARATORS[language].join(names)


def text(
    language: str, section: str, code: str, part: str | None = None, facts: Mapping[str, Fact] | None = None
) -> str:
    """The text of a code in a section of the locale file, its placeholders filled with facts."""
    entry = _locale(language)[section].get(code)
    if entry is None:
        entry = _locale(language)[section]["unknown"]
    template = entry[part] if part else entry
    return _Facts(language).format(template, **(facts or {}))


def preferred(accept_language: str | None) -> str:
    """The language to answer in (RFC 9110 section 12.5.4), Arabic unless English is preferred to it."""
    weights = {"ar": 0.0, "en": 0.0}
    for part in (accept_language or "")[:256].split(","):
        tag, _, quality = part.strip().partition(";")
        primary = tag.strip().lower().split("-")[0]
        if primary in weights:
            weights[primary] = max(weights[primary], _weight(quality))
    return "en" if weights["en"] > weights["ar"] else "ar"


def _weight(quality: str) -> float:
    name, _, value = quality.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0


class SmsTexts:
    """The `MessageTexts` port on the locale files."""

    def compose(self, language: str, code: str, facts: Mapping[str, Fact]) -> str:
        if code not in codes(language, "sms"):
            raise LookupError(f"no message has the code {code}")
        return text(language, "sms", code, None, facts)
