"""The statutes' values as data: dated, sourced, and never contradicting one another."""

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ishtirak.kernel.insurance import Law, Nationality, Sector, System
from ishtirak.statute.model import Branch
from ishtirak.statute.refusals import NotInTables, RuleRefused
from ishtirak.statute.tables import FOLDER, Rate, Tables
from tests.unit.statute.claims import TABLES, day

SHIPPED = FOLDER


def altered(folder: Path, *, name: str, change: Callable[[dict[str, Any]], None]) -> Path:
    """A copy of the shipped tables with one of them changed."""
    for table in Tables.model_fields:
        content = json.loads((SHIPPED / f"{table}.json").read_text("utf-8"))
        if table == name:
            change(content)
        (folder / f"{table}.json").write_text(json.dumps(content), "utf-8")
    return folder


def test_every_shipped_table_is_loaded() -> None:
    shipped = {path.name.removesuffix(".json") for path in SHIPPED.iterdir()}

    assert shipped == set(Tables.model_fields)


def test_every_value_has_a_source_and_every_assumption_says_so() -> None:
    for name in Tables.model_fields:
        table = getattr(TABLES, name)
        assert table.name == name
        for entry in table.entries:
            assert len(entry.source) > 10
            assert entry.assumed or "assumed" not in entry.source.casefold() or "no shift" in entry.source


def test_a_value_holds_from_its_day_until_the_next() -> None:
    keys = {"system": System.SOCIAL_INSURANCE, "law": Law.NEW, "branch": Branch.ANNUITIES}

    assert TABLES.rates.at(day("2025-06-30"), **keys).value == Rate(employee=900, employer=900)
    assert TABLES.rates.at(day("2025-07-01"), **keys).value == Rate(employee=950, employer=950)
    assert TABLES.rates.at(day("2070-01-01"), **keys).value == Rate(employee=1_100, employer=1_100)


def test_a_value_before_the_first_is_refused_by_name() -> None:
    with pytest.raises(NotInTables) as refusal:
        TABLES.rates.at(day("2024-06-30"), system="SOCIAL_INSURANCE", law="NEW", branch="SANED")

    assert refusal.value.facts == {
        "table": "rates",
        "day": "2024-06-30",
        "system": "SOCIAL_INSURANCE",
        "law": "NEW",
        "branch": "SANED",
    }
    assert TABLES.rates.find(day("2024-06-30"), system="SOCIAL_INSURANCE", law="NEW", branch="SANED") is None


def test_everybody_the_scope_covers_has_every_value() -> None:
    today = day("2026-11-01")
    for system, law, nationality, sector in product(System, Law, Nationality, Sector):
        if system is not System.SOCIAL_INSURANCE and nationality is not Nationality.SAUDI:
            continue
        scope = TABLES.scope.at(today, system=system, law=law, nationality=nationality, sector=sector)
        for branch in scope.value:
            assert TABLES.rates.at(today, system=system, law=law, branch=branch)
        assert TABLES.ages.at(today, law=law)
        assert TABLES.wage_parts.at(today, system=system)
        assert TABLES.wage_bounds.at(today, system=system, nationality=nationality)
        assert TABLES.look_back_months.at(today, system=system)
        assert TABLES.late_fines.at(today, system=system)


def test_the_version_follows_every_change(tmp_path: Path) -> None:
    folder = altered(tmp_path, name="rates", change=lambda t: t["entries"][0].update(source="Another source"))

    assert Tables.read(FOLDER).version == TABLES.version
    assert Tables.read(folder).version != TABLES.version


def _twice(table: dict[str, Any]) -> None:
    table["entries"].append(table["entries"][0])


def _wider(table: dict[str, Any]) -> None:
    table["entries"].append(
        table["entries"][0] | {"applies_to": {"branch": "ANNUITIES"}, "in_force_from": "2030-01-01"}
    )


def _value(value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda table: table["entries"][0].update(value=value)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("rates", _twice),
        ("rates", _wider),
        ("rates", _value({"employee": 9.5, "employer": 900})),
        ("rates", _value({"employee": "900", "employer": 900})),
        ("rates", _value({"employee": -1, "employer": 900})),
        ("rates", _value({"employee": 9_000, "employer": 1_001})),
        ("rates", lambda table: table["entries"][0].pop("source")),
        ("rates", lambda table: table["entries"][0].update(source="")),
        ("rates", lambda table: table["entries"][0].update(in_force_from="2025-02-30")),
        ("rates", lambda table: table["entries"][0].update(unheard_of=1)),
        ("rates", lambda table: table.pop("title")),
        ("wage_bounds", _value({"floor": 2, "cap": 1})),
        ("due_day", _value(31)),
        ("late_fines", _value({"per_month": 200, "retroactive_starts": "SOON", "delay_months": "CALENDAR"})),
        ("ages", _value({"calendar": "LUNAR"})),
    ],
)
def test_a_wrong_table_fails_when_it_is_loaded(
    name: str, change: Callable[[dict[str, Any]], None], tmp_path: Path
) -> None:
    folder = altered(tmp_path, name=name, change=change)

    with pytest.raises(ValidationError):
        Tables.read(folder)


def test_a_missing_table_fails_when_it_is_loaded(tmp_path: Path) -> None:
    altered(tmp_path, name="rates", change=lambda table: None)
    (tmp_path / "rates.json").unlink()

    with pytest.raises(FileNotFoundError):
        Tables.read(tmp_path)


def _all_refusals(of: type[RuleRefused] = RuleRefused) -> list[type[RuleRefused]]:
    return [refusal for child in of.__subclasses__() for refusal in (child, *_all_refusals(child))]


def test_every_refusal_has_its_own_code_its_rule_and_its_source() -> None:
    refusals = _all_refusals()
    rules = {
        "REG-03",
        "REG-04",
        "REG-05",
        "REG-06",
        "REG-07",
        "REG-08",
        "REG-09",
        "WAG-01",
        "WAG-02",
        "WAG-04",
        "CON-01",
    }

    assert len({refusal.code for refusal in refusals}) == len(refusals) == 20
    assert {refusal.rule for refusal in refusals} == rules
    assert all(refusal.source and refusal.field for refusal in refusals)


def test_a_lookup_that_forgets_a_key_finds_nothing() -> None:
    assert TABLES.rates.find(day("2026-01-01"), system="SOCIAL_INSURANCE", law="NEW") is None
    assert TABLES.joint_cap.find(day("2026-01-01")) is None
    assert TABLES.due_day.at(day("2026-01-01")).value == 15
