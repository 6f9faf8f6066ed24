"""Write `web/hijri.js`: the Umm al-Qura months the functions compute with, for the browser.

python -m tools.hijri_table            write it
python -m tools.hijri_table --check    fail when the committed one is not what the installed table says

A browser's own calendar (`Intl`, `islamic-umalqura`) is another table and moves with the browser, so a date shown
there could be another day than the one that is stored (docs/decisions/0006).
"""

import sys
from importlib.metadata import version
from pathlib import Path

from hijridate import Gregorian, Hijri

from ishtirak.kernel.dates import HIJRI_YEARS

MODULE = Path(__file__).resolve().parents[1] / "web" / "hijri.js"
MOST_BYTES = 3072
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
#: Days from 1970-01-01, the count every civil date is converted through.
EPOCH = Gregorian(1970, 1, 1).to_julian()

SOURCE = """\
// Umm al-Qura months {first} to {last}, generated from {table} by tools/hijri_table.py: `make hijri`.
// UTC and no Intl: neither time zone nor browser has a say.

/** The table's name, as it is stored beside a derived date. */
export const TABLE = "{table}";
export const FIRST_YEAR = {first};
export const LAST_YEAR = {last};

const DAY = 86400000;
// Five digits of base 36 a year: two bits a month, Muharram highest, for 28 to 31 days.
const YEARS =
  "{years}";
const STARTS = [{start}]; // of each month and the end of the last, in days from 1970-01-01
for (let at = 0; at < YEARS.length; at += 5) {{
  const year = parseInt(YEARS.slice(at, at + 5), 36);
  for (let bit = 22; bit >= 0; bit -= 2) STARTS.push(STARTS.at(-1) + 28 + ((year >> bit) & 3));
}}

function place(year, month) {{
  const at = (year - FIRST_YEAR) * 12 + month - 1;
  const whole = Number.isInteger(year) && Number.isInteger(month) && month >= 1 && month <= 12;
  if (!whole || at < 0 || at > STARTS.length - 2) throw new RangeError(`no Hijri month ${{year}}-${{month}}`);
  return at;
}}

/** How many days the month has. */
export function monthLength(year, month) {{
  const at = place(year, month);
  return STARTS[at + 1] - STARTS[at];
}}

/** The Gregorian day, "YYYY-MM-DD", of {{year, month, day}}. */
export function toGregorian({{ year, month, day }}) {{
  if (!Number.isInteger(day) || day < 1 || day > monthLength(year, month))
    throw new RangeError(`no day ${{day}} in ${{year}}-${{month}}`);
  return written(STARTS[place(year, month)] + day - 1);
}}

/** {{year, month, day}} of a Gregorian day written "YYYY-MM-DD". */
export function toHijri(isoDate) {{
  const days = counted(isoDate);
  const at = STARTS.findLastIndex((start) => start <= days);
  if (at < 0 || at > STARTS.length - 2) throw new RangeError(`${{isoDate}} is outside the table`);
  return {{ year: FIRST_YEAR + Math.floor(at / 12), month: (at % 12) + 1, day: days - STARTS[at] + 1 }};
}}

function counted(isoDate) {{
  const days = Date.parse(`${{isoDate}}T00:00:00Z`) / DAY;
  if (!/^[0-9]{{4}}(-[0-9]{{2}}){{2}}$/.test(isoDate) || Number.isNaN(days) || written(days) !== isoDate)
    throw new RangeError(`${{isoDate}} is no date written YYYY-MM-DD`);
  return days;
}}

function written(days) {{
  return new Date(days * DAY).toISOString().slice(0, 10);
}}
"""


def year_digits(year: int) -> str:
    """Twelve month lengths in five digits of base 36.

    Two bits each, because eight months between 1343 and 1364 have 28 or 31 days in the table.
    """
    packed = 0
    for month in range(1, 13):
        packed = packed << 2 | Hijri(year, month, 1).month_length() - 28
    digits = ""
    for _ in range(5):
        packed, digit = divmod(packed, 36)
        digits = DIGITS[digit] + digits
    return digits


def text() -> str:
    """The module, at most `MOST_BYTES` of it."""
    first, last = HIJRI_YEARS[0], HIJRI_YEARS[-1]
    written = SOURCE.format(
        first=first,
        last=last,
        table=f"hijridate-{version('hijridate')}",
        years="".join(year_digits(year) for year in HIJRI_YEARS),
        start=Hijri(first, 1, 1).to_julian() - EPOCH,
    )
    if len(written.encode()) > MOST_BYTES:
        raise SystemExit(f"{MODULE.name} would be {len(written.encode())} bytes; {MOST_BYTES} are allowed")
    return written


def main() -> None:
    if "--check" in sys.argv:
        if not MODULE.exists() or MODULE.read_text(encoding="utf-8") != text():
            raise SystemExit("web/hijri.js is not what the installed table says: run `make hijri`")
        return
    MODULE.parent.mkdir(exist_ok=True)
    MODULE.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
