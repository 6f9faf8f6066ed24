"""How the two languages count, name months and join a list: CLDR, as `tools/cldr.py` wrote it down."""

import json
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

CATEGORIES: Final = ("zero", "one", "two", "few", "many", "other")


@cache
def _data(language: str) -> dict[str, Any]:
    read = json.loads((Path(__file__).parent / "locale" / "cldr.json").read_text(encoding="utf-8"))
    found: dict[str, Any] = read[language]
    return found


def plural_categories(language: str) -> tuple[str, ...]:
    """The forms a noun has beside a number in the language, in the order of `CATEGORIES`."""
    return tuple(name for name in CATEGORIES if name in _data(language)["plurals"] or name == "other")


def plural_category(language: str, number: int | Decimal) -> str:
    """The form a noun takes beside the number. `1.0` is not `1`: a visible fraction counts."""
    n = abs(Decimal(number))
    places = -int(n.as_tuple().exponent)
    operands = {"n": n, "i": n // 1, "v": Decimal(max(0, places))}
    for name, alternatives in _data(language)["plurals"].items():
        for conditions in alternatives:
            if all(_holds(operands[operand], *limits) for operand, *limits in conditions):
                return str(name)
    return "other"


def _holds(value: Decimal, modulus: int, least: int, most: int) -> bool:
    rest = value % modulus if modulus else value
    return rest == rest // 1 and least <= rest <= most


def month_name(language: str, month: int, *, hijri: bool = False) -> str:
    """The name of the month with that number, the first being 1."""
    names: list[str] = _data(language)["hijri_months" if hijri else "months"]
    return names[month - 1]


def written_date(language: str, *, year: int, month: int, day: int) -> str:
    """A Gregorian date in words, its digits Western: «27 نوفمبر 2026»."""
    pattern: str = _data(language)["date"]
    return pattern.format(day=day, month=month_name(language, month), year=year)


def joined(language: str, items: Iterable[str]) -> str:
    """The items as the language lists them."""
    texts = list(items)
    patterns = _data(language)["list"]
    if len(texts) < 3:
        return patterns["2"].format(*texts) if len(texts) == 2 else "".join(texts)
    whole: str = patterns["end"].format(*texts[-2:])
    for text in reversed(texts[1:-2]):
        whole = patterns["middle"].format(text, whole)
    return str(patterns["start"].format(texts[0], whole))
