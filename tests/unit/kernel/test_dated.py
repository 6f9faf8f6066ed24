"""Dated data: read in one form, checked when it is read, looked up by day and by whom it applies to."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ishtirak.kernel.dated import Entry, NotInForce, Table, TableSet, read_table

FIRST, SECOND = date(2024, 7, 3), date(2026, 1, 1)


class Colour(StrEnum):
    """What an entry of these tests may apply to."""

    RED = "RED"
    BLUE = "BLUE"


@dataclass(frozen=True, kw_only=True)
class Limits(Table[int]):
    """A table with keys."""

    keys: ClassVar = {"colour": Colour, "size": ("SMALL", "LARGE")}

    entries: tuple[Entry[int], ...]


def limit(day: date, value: int, **applies_to: str) -> Entry[int]:
    return Entry(in_force_from=day, value=value, applies_to=applies_to, source="a test")


def limits(*entries: Entry[int]) -> Limits:
    return Limits(name="limits", title="Limits of these tests", entries=entries)


def written(**changed: Any) -> dict[str, Any]:
    entry = {"in_force_from": "2024-07-03", "value": 3, "source": "a test"}
    return {"name": "limits", "title": "Limits of these tests", "entries": [entry]} | changed


def test_a_value_holds_from_its_day_until_the_next() -> None:
    table = limits(limit(FIRST, 1), limit(SECOND, 2))

    assert [table.at(day).value for day in (FIRST, date(2025, 12, 31), SECOND, date(2099, 1, 1))] == [
        1,
        1,
        2,
        2,
    ]


def test_nothing_in_force_is_a_lookup_error_that_says_what_was_asked() -> None:
    table = limits(limit(FIRST, 1, colour="RED"))

    with pytest.raises(NotInForce) as absent:
        table.at(date(2024, 7, 2), colour="RED")

    assert isinstance(absent.value, LookupError)
    assert (absent.value.table, absent.value.day, absent.value.keys) == (
        "limits",
        date(2024, 7, 2),
        {"colour": "RED"},
    )
    assert str(absent.value) == "limits: nothing in force on 2024-07-02 colour=RED"
    assert table.find(date(2024, 7, 2), colour="RED") is None


def test_an_entry_is_for_whoever_has_the_keys_it_sets() -> None:
    table = limits(limit(FIRST, 1, colour="RED"), limit(FIRST, 2, colour="BLUE"))

    assert table.at(FIRST, colour=Colour.BLUE, size="SMALL").value == 2
    assert table.find(FIRST) is None
    assert table.find(FIRST, size="SMALL") is None


@pytest.mark.parametrize(
    ("entries", "objection"),
    [
        ((limit(FIRST, 1), limit(FIRST, 2)), "apply to one case"),
        ((limit(FIRST, 1), limit(SECOND, 2, colour="RED")), "apply to one case"),
        ((limit(FIRST, 1, size="SMALL"), limit(FIRST, 2, colour="RED")), "apply to one case"),
        ((limit(SECOND, 1), limit(FIRST, 2)), "out of order"),
        ((limit(FIRST, 1, shape="ROUND"),), "nothing is known of shape ROUND"),
        ((limit(FIRST, 1, colour="GREEN"),), "nothing is known of colour GREEN"),
    ],
)
def test_a_contradictory_table_is_refused(entries: tuple[Entry[int], ...], objection: str) -> None:
    with pytest.raises(ValueError, match=objection):
        limits(*entries)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([FIRST, SECOND]), st.sampled_from([{}, {"colour": "RED"}, {"size": "LARGE"}])
        ),
        max_size=4,
    )
)
def test_whatever_table_is_accepted_answers_one_case_with_one_entry(
    drawn: list[tuple[date, dict[str, str]]],
) -> None:
    try:
        table = limits(*(limit(day, place, **keys) for place, (day, keys) in enumerate(drawn)))
    except ValueError:
        return

    for colour in Colour:
        asked = {"colour": colour, "size": "LARGE"}
        apply = [entry for entry in table.entries if entry.in_force_from <= SECOND and entry.covers(asked)]
        youngest = [
            entry for entry in apply if entry.in_force_from == max(one.in_force_from for one in apply)
        ]
        assert len({id(entry) for entry in youngest}) <= 1


def test_a_table_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "limits.json"
    path.write_text(json.dumps(written()), encoding="utf-8")

    table = read_table(path, Table[int])

    assert (table.name, table.at(FIRST).value, table.at(FIRST).assumed) == ("limits", 3, False)


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table["entries"][0].pop("source"),
        lambda table: table["entries"][0].update(source="no"),
        lambda table: table["entries"][0].update(value="many"),
        lambda table: table["entries"][0].update(in_force_from="2025-02-30"),
        lambda table: table["entries"][0].update(until="2026-01-01"),
        lambda table: table["entries"].append(table["entries"][0]),
        lambda table: table.pop("title"),
        lambda table: table.update(kinds=[]),
    ],
)
def test_a_file_of_another_form_is_refused(change: Callable[[dict[str, Any]], None], tmp_path: Path) -> None:
    table = written()
    change(table)
    path = tmp_path / "limits.json"
    path.write_text(json.dumps(table), encoding="utf-8")

    with pytest.raises(ValidationError):
        read_table(path, Table[int])


class Both(TableSet):
    """Two tables in one folder."""

    limits: Limits
    names: Table[str]


def test_a_set_reads_a_file_for_each_of_its_tables(tmp_path: Path) -> None:
    tmp_path.joinpath("limits.json").write_text(json.dumps(written()), encoding="utf-8")
    named = written(name="names", entries=[])
    tmp_path.joinpath("names.json").write_text(json.dumps(named), encoding="utf-8")

    both = Both.read(tmp_path)

    assert (both.limits.at(FIRST).value, both.names.entries) == (3, ())


def test_a_table_that_calls_itself_otherwise_is_refused(tmp_path: Path) -> None:
    for name in Both.model_fields:
        tmp_path.joinpath(f"{name}.json").write_text(json.dumps(written(entries=[])), encoding="utf-8")

    with pytest.raises(ValidationError, match="calls itself limits"):
        Both.read(tmp_path)


def test_a_table_of_keys_that_leaves_its_entries_unchecked_is_a_defect() -> None:
    with pytest.raises(TypeError, match="declare its entries"):

        class Unchecked(Table[int]):
            """Its values would be whatever the file holds."""
