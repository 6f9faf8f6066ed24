"""The worked sequences of `tests/cases`, which the engine is held to, come out of the oracle too."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest

from tests import cases
from tests.oracle.by_hand import day, month
from tests.oracle.engine import REASONS
from tests.oracle.facts import Add, Amend, Halalas, Person, Refusal, Refused, Row, System, Wage
from tests.oracle.money import late
from tests.oracle.register import Register

FILE: Final = Path(cases.__file__).parent / "amendments.json"
EXAMPLES: Final = json.loads(FILE.read_text("utf-8"))["amendment_sequence"]
SYSTEMS: Final = {
    "SI": System.SOCIAL_INSURANCE,
    "CIVIL": System.CIVIL_PENSION,
    "MILITARY": System.MILITARY_PENSION,
}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_the_oracle_agrees_with_the_working(example: dict[str, Any]) -> None:
    register, names = Register(person(example["person"])), dict[str, int]()
    for act in example["acts"]:
        if "add" in act:
            names[act["add"]] = len(register.periods)

        answer = register.apply(asked(act, names=names))

        expected = act["expected"]
        if isinstance(answer, Refused):
            code = expected["refused"]
            assert REASONS.get(code, Refusal.OUTSIDE_THE_WINDOW) in answer.reasons
            continue
        paid_on = date.fromisoformat(act["pay"]) if "pay" in act else None
        assert expected["registered"] == [answer.starts.isoformat(), answer.ends.isoformat()]
        assert expected["rows"] == [told(row, paid_on=paid_on) for row in answer.rows]
        assert expected["total"] == riyals(sum(row.total for row in answer.rows))


def person(given: dict[str, Any]) -> Person:
    old = given["law"] == "OLD"
    if given.get("calendar") == "HIJRI":
        year, month_, day_ = (int(part) for part in given["born"].split("-"))
        return Person(hijri_born=(year, month_, day_), before_new_law=old)
    return Person(born=day(given["born"]), before_new_law=old)


def asked(act: dict[str, Any], *, names: dict[str, int]) -> Add | Amend:
    starts, ends, on = day(act["asked"][0]), day(act["asked"][1]), day(act["request"])
    if "amend" in act:
        return Amend(names[act["amend"]], starts, ends, wages(act), on)
    employer, system = act.get("employer", "7000000001"), SYSTEMS[act.get("system", "SI")]
    return Add(employer, starts, ends, wages(act), on, system)


def wages(act: dict[str, Any]) -> tuple[Wage, ...]:
    given = act["wages"]
    if isinstance(given, str):
        given = [{"from": act["asked"][0][:7], "to": act["asked"][1][:7], "basic": given}]
    return tuple(
        Wage(
            month(line["from"]),
            month(line["to"]),
            halalas(line["basic"]),
            halalas(line.get("housing", "0")),
            line.get("in_kind_housing", False),
            halalas(line.get("commission", "0")),
        )
        for line in given
    )


def told(row: Row, *, paid_on: date | None) -> dict[str, Any]:
    parts = {
        str(branch).lower(): [part.days, riyals(part.employee), riyals(part.employer)]
        for branch, part in row.parts.items()
    }
    found = {
        "month": row.month.isoformat()[:7],
        "days": row.service_days,
        "wage": riyals(row.wage),
        **parts,
        "total": riyals(row.total),
    }
    if paid_on is not None:
        found |= {
            "late_months": late(row, paid_on=paid_on).months_late,
            "fine": riyals(late(row, paid_on=paid_on).fine),
        }
    return found


def halalas(amount: str) -> Halalas:
    return int(Fraction(amount) * 100)


def riyals(amount: Halalas) -> str:
    return f"{amount // 100}.{amount % 100:02}"
