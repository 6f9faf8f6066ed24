"""What a person reads, in Arabic and English. Arabic is the original.

A text stands in `locale/<language>` under a section and a code. What it names in braces is a fact, written here by its
kind and nowhere else; `locale/facts.json` says which facts a code has, and of which kind. `{limit}` of kind `documents`
is «3 مستندات» or "3 documents"; the form of the noun another case needs is asked for: `{limit:oblique}`.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from ishtirak.edge.cldr import joined, month_name, plural_category, written_date
from ishtirak.kernel.errors import Fact

LANGUAGES = ("ar", "en")
ABSENT: Final = "—"
"""Stands for a fact that was not given: an answer is never lost for it."""
_FOLDER: Final = Path(__file__).parent / "locale"
_PLACEHOLDER: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")


@cache
def _locale(language: str) -> dict[str, dict[str, Any]]:
    """Every section of every file of a language, one file per topic; a code has its text in one file only."""
    sections: dict[str, dict[str, Any]] = {}
    for file in sorted((_FOLDER / language).glob("*.json")):
        for section, texts in json.loads(file.read_text(encoding="utf-8")).items():
            sections.setdefault(section, {}).update(texts)
    return sections


@cache
def _declared() -> dict[str, dict[str, dict[str, str]]]:
    """The kind of every fact, by section, code and name."""
    read: dict[str, dict[str, dict[str, str]]] = json.loads(
        (_FOLDER / "facts.json").read_text(encoding="utf-8")
    )
    return read


def codes(language: str, section: str) -> frozenset[str]:
    """Every code that has a text in a section."""
    return frozenset(_locale(language)[section])


def text(
    language: str, section: str, code: str, part: str | None = None, facts: Mapping[str, Fact] | None = None
) -> str:
    """The text of a code in a section of the locale file, its placeholders filled with facts."""
    entry = _locale(language)[section].get(code)
    if entry is None:
        entry = _locale(language)[section]["unknown"]
    template: str = entry[part] if part else entry
    kinds = _declared().get(section, {}).get(code, {})
    given = facts or {}

    def written(placeholder: re.Match[str]) -> str:
        name, case = placeholder[1], placeholder[2] or ""
        if name in PHRASES:
            makes, names = PHRASES[name]
            return _written(partial(makes, language), *(given.get(each) for each in names))
        return rendered(language, kinds.get(name, "verbatim"), given.get(name), case=case)

    return _PLACEHOLDER.sub(written, template)


def cited(language: str, source: str) -> str:
    """Where a rule or a value is written, in the reader's language; the tables and refusals have it in English."""
    if language == "en":
        return source
    arabic: str = _locale(language)["sources"].get(source, source)
    return arabic


def rendered(language: str, kind: str, fact: Fact, *, case: str = "") -> str:
    """A fact as the language writes one of its kind. What is not of the kind stays as it is."""
    if kind in _locale(language)["nouns"]:
        return _written(partial(_counted, language, kind, case=case), fact)
    if kind == "duration":
        return _written(partial(_duration, language, case=case), fact)
    if kind in LABELS:
        return _written(partial(_label, language, LABELS[kind]), fact)
    if kind == "end" and fact is None:
        return _phrase(language, "no_end")
    return _written(partial(KINDS[kind], language), fact)


def _written(write: Callable[..., str], *facts: Any) -> str:
    """What `write` makes of the facts; an old or a wrong one must not cost a person their answer."""
    if None in facts:
        return ABSENT
    try:
        return write(*facts)
    except (ValueError, LookupError, TypeError):
        return " ".join(str(fact) for fact in facts)


def _phrase(language: str, name: str, **parts: str) -> str:
    template: str = _locale(language)["phrases"][name]
    return template.format(**parts)


def _counted(language: str, noun: str, count: Any, *, case: str = "") -> str:
    """The number with its noun, in the form the language's plural rules ask for."""
    forms = _locale(language)["nouns"][noun]
    category = plural_category(language, int(count))
    form: str = forms.get(f"{category}_{case}", forms[category])
    return form.format(n=f"{int(count):,}")


def _duration(language: str, seconds: Any, *, case: str = "") -> str:
    """Seconds as seconds, minutes or hours, rounded up: nobody is told to come too early."""
    for noun, length in (("seconds", 1), ("minutes", 60), ("hours", 3_600)):
        count = -(-int(seconds) // length)
        if count < 120 or noun == "hours":
            break
    return _counted(language, noun, count, case=case)


def _label(language: str, section: str, code: Any) -> str:
    label: str = _locale(language)[section][code]
    return label


def _document_kinds(language: str, listed: Any) -> str:
    """The names of a comma-separated list of `DocumentKind`s; what is none of them stays as it is."""
    from ishtirak.documents.labels import label
    from ishtirak.documents.model import DocumentKind  # late: few answers name documents

    kinds = frozenset(DocumentKind)
    listed_codes = (code.strip() for code in listed.split(","))
    names = (label(DocumentKind(code), language) if code in kinds else code for code in listed_codes)
    return joined(language, names)


def _amount(language: str, halalas: Any) -> str:
    return _phrase(language, "amount", amount=f"{halalas // 100:,}.{halalas % 100:02d}")


def _rate(_language: str, ten_thousandths: Any) -> str:
    units, rest = divmod(ten_thousandths, 100)
    return f"{units}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def _day(language: str, iso: Any) -> str:
    day = date.fromisoformat(iso)
    return written_date(language, year=day.year, month=day.month, day=day.day)


def _month(language: str, iso: Any) -> str:
    year, month = iso.split("-")
    return f"{month_name(language, int(month))} {int(year)}"


def _end(language: str, iso: Any) -> str:
    return _phrase(language, "end", day=_day(language, iso))


def _span(language: str, first: Any, last: Any) -> str:
    """One month, two, or the first and the last of several."""
    (from_year, from_month), (year, month) = (map(int, iso.split("-")) for iso in (first, last))
    apart = (year - from_year) * 12 + month - from_month
    name = {0: "one_month", 1: "two_months"}.get(apart, "months")
    return _phrase(language, name, first=_month(language, first), last=_month(language, last))


def _written_month(language: str, calendar: Any, month: Any, year: Any) -> str:
    return f"{month_name(language, int(month), hijri=calendar == 'HIJRI')} {year}"


LABELS: Final = {
    "branch": "branches",
    "calendar": "calendars",
    "document_case": "document_cases",
    "document_state": "document_states",
    "law": "laws",
    "malformed_reason": "malformed_reasons",
    "nationality": "nationalities",
    "relation": "relations",
    "route": "routes",
    "sector": "sectors",
    "system": "systems",
}
"""Kinds of codes: each has the label under this section."""
KINDS: Final[Mapping[str, Callable[[str, Any], str]]] = {
    "amount": _amount,  # halalas
    "count": lambda _language, count: f"{int(count):,}",  # a number without its noun
    "day": _day,  # `2025-07-31`
    "document_kinds": _document_kinds,  # `PAYSLIP, WAGE_STATEMENT`
    "end": _end,  # a day, or None while it goes on
    "log": lambda _language, _fact: ABSENT,  # for the log alone: no text names it
    "month": _month,  # `2025-07`
    "month_number": lambda _language, number: str(int(number)),  # of a calendar beside it
    "percent": lambda _language, percent: f"{percent}%",
    "rate": _rate,  # ten-thousandths
    "verbatim": lambda _language, fact: str(fact),
}
"""Every other kind; those that count (a number with its noun) are the `nouns` of the locale files."""
PHRASES: Final[Mapping[str, tuple[Callable[..., str], tuple[str, ...]]]] = {
    "span": (_span, ("from_month", "until_month")),
    "written_month": (_written_month, ("calendar", "month", "year")),
}
"""What a text may name beside its facts: a phrase made of several of them."""


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
