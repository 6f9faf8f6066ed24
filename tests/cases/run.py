"""Each section of a file of worked examples, computed by the product's own rules and compared whole.

A section nobody knows, a case that cannot be read and a refusal are outcomes like any other: they fail with
what happened, so that no case is ever passed over in silence.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from ishtirak.kernel.dates import Calendar, CivilDate
from ishtirak.kernel.errors import DomainError
from ishtirak.kernel.identity import EstablishmentNumber, GccState, IdentityNumber
from ishtirak.kernel.insurance import Law, Nationality, Sector, System
from ishtirak.kernel.money import Halalas, format_riyals, parse_riyals
from ishtirak.kernel.months import Month
from ishtirak.kernel.periods import Period
from ishtirak.kernel.wage import WageLine
from ishtirak.messages.segments import segments, utf16_units
from ishtirak.statute.charges import charges, due_on, fine, fine_terms, months_late
from ishtirak.statute.coverage import capped_at_local
from ishtirak.statute.model import Branch, Claim, EstablishmentFacts, MonthRow, PersonFacts
from ishtirak.statute.refusals import RuleRefused
from ishtirak.statute.registration import employer_deadline, retroactive_from, window_from, worker_window
from ishtirak.statute.rules import assess
from ishtirak.statute.tables import FOLDER, Tables
from ishtirak.statute.wages import bounded_wage, cap_pro_rata, counted_wage
from tests.cases.amendments import REFUSALS, expected_sequence, sequence
from tests.cases.contracts import contract, expected_contract

Case = Mapping[str, Any]
Answer = Mapping[str, Any]

SYSTEMS: Final = {"CIVIL": System.CIVIL_PENSION, "MILITARY": System.MILITARY_PENSION}
EMPLOYER: Final = EstablishmentNumber("7000000001")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case expected and what came out."""

    section: str
    name: str
    expected: object
    actual: object

    @property
    def passed(self) -> bool:
        return self.expected == self.actual


def run_file(path: Path) -> list[Outcome]:
    """Every case of the file, in its order."""
    tables = Tables.read(FOLDER)
    sections = json.loads(path.read_text("utf-8"))
    return [
        _run(section, name=str(case.get("id", place)), case=case, tables=tables)
        for section, cases in sections.items()
        if section != "note"
        for place, case in enumerate(cases)
    ]


def _run(section: str, *, name: str, case: Case, tables: Tables) -> Outcome:
    if section not in SECTIONS:
        return Outcome(section, name, "a section known to the runner", "unknown")
    expected, computed = SECTIONS[section]
    wanted: object = "a case in the format of this section"
    try:
        wanted = dict(expected(case))
        return Outcome(section, name, wanted, dict(computed(case, tables)))
    except (ArithmeticError, DomainError, LookupError, TypeError, ValueError) as error:
        return Outcome(section, name, wanted, f"{type(error).__name__}: {error}")


def _money(amount: int) -> str:
    return format_riyals(Halalas(amount))


# contributions


def _nationality(code: str) -> Nationality:
    if code == "SA":
        return Nationality.SAUDI
    return Nationality.GCC if code in GccState else Nationality.NON_SAUDI


def _expected_contribution(case: Case) -> Answer:
    return {"contributory_wage": case["contributory_wage"], **case["expected"]}


def _contribution(case: Case, tables: Tables) -> Answer:
    month, wage = Month.parse(case["month"]), _wage(case, tables)
    days = month.days if case["service_days"] is None else case["service_days"]
    paid = {
        branch: charges(
            wage, rates=_rates(branch, case=case, tables=tables), service_days=days, month_days=month.days
        )
        for branch in _branches(case, tables)
    }
    nothing = (Halalas(0), Halalas(0))
    annuities, saned = paid.get(Branch.ANNUITIES, nothing), paid.get(Branch.SANED, nothing)
    employee = sum(sides[0] for sides in paid.values())
    employer = sum(sides[1] for sides in paid.values())
    return {
        "contributory_wage": _money(wage),
        "ann_emp": _money(annuities[0]),
        "ann_er": _money(annuities[1]),
        "san_emp": _money(saned[0]),
        "san_er": _money(saned[1]),
        "oh_er": _money(paid.get(Branch.HAZARDS, nothing)[1]),
        "emp": _money(employee),
        "er": _money(employer),
        "tot": _money(employee + employer),
    }


def _keys(case: Case) -> dict[str, str]:
    law = Law.OLD if case["law"] in SYSTEMS else Law(case["law"])
    system = SYSTEMS.get(case["law"], System.SOCIAL_INSURANCE)
    return {"system": system, "law": law, "nationality": _nationality(case["nationality"])}


def _wage(case: Case, tables: Tables) -> Halalas:
    day, keys = Month.parse(case["month"]).first_day, _keys(case)
    counted = counted_wage(
        WageLine(
            first_month=Month.of(day),
            last_month=Month.of(day),
            basic=parse_riyals(case["basic"]),
            housing=parse_riyals(case["housing"]),
            housing_in_kind=case["in_kind_housing"],
            commission=parse_riyals(case["commission"]),
        ),
        parts=tables.wage_parts.at(day, **keys).value,
    )
    return bounded_wage(counted, bounds=tables.wage_bounds.at(day, **keys).value)


def _branches(case: Case, tables: Tables) -> tuple[Branch, ...]:
    day = Month.parse(case["month"]).first_day
    return tables.scope.at(day, **_keys(case), sector=Sector.PRIVATE).value


def _rates(branch: Branch, *, case: Case, tables: Tables) -> tuple[int, int]:
    day, keys = Month.parse(case["month"]).first_day, _keys(case)
    rate = tables.rates.at(day, **keys, branch=branch).value
    if keys["nationality"] == Nationality.GCC and branch is Branch.ANNUITIES:
        home = tables.gcc_home_rates.at(day, gcc_state=case["nationality"]).value
        rate = capped_at_local(home, local=rate)
    return rate.employee, rate.employer


# several employers


def _expected_shares(case: Case) -> Answer:
    return {"wages": case["expected"]}


def _shares(case: Case, tables: Tables) -> Answer:
    wages = tuple(parse_riyals(str(wage)) for wage in case["wages"])
    cap = tables.joint_cap.entries[-1].value
    return {"wages": [_money(wage) for wage in cap_pro_rata(wages, cap=cap)]}


# fines


def _expected_fine(case: Case) -> Answer:
    return {key: case[key] for key in ("due", "late_months", "fine")}


def _fine(case: Case, tables: Tables) -> Answer:
    month = Month.parse(case["month"])
    terms = fine_terms(month, system=System.SOCIAL_INSURANCE, tables=tables).value
    due = due_on(month, tables=tables)
    late = months_late(due, paid_on=date.fromisoformat(case["paid"]), counted=terms.delay_months)
    owed = fine(parse_riyals(case["contribution"]), late_months=late, terms=terms)
    return {"due": due.isoformat(), "late_months": late, "fine": _money(owed)}


# retroactive periods


def _expected_period(case: Case) -> Answer:
    if case["registered"] is None:
        return {"window_from": case["window_from"], "refused": case["expected"]}
    names = ("window_from", "registered", "rows", "contributions", "fines", "total")
    return {name: case[name] for name in names}


def _claim(case: Case) -> Claim:
    asked = Period.between(*(date.fromisoformat(day) for day in case["asked"]))
    system = SYSTEMS.get(case["law"], System.SOCIAL_INSURANCE)
    return Claim(
        system=system,
        person=PersonFacts(
            nationality=Nationality.SAUDI,
            born=CivilDate.parse("1990-04-01"),
            uncompensated_before_new_law=frozenset() if case["law"] == "NEW" else frozenset({system}),
        ),
        establishment=EstablishmentFacts(number=EMPLOYER, sector=Sector.PRIVATE),
        period=asked,
        wages=(
            WageLine(
                first_month=asked.months[0],
                last_month=asked.months[-1],
                basic=parse_riyals(case["wage"]),
            ),
        ),
        requested_on=date.fromisoformat(case["request"]),
    )


def _period(case: Case, tables: Tables) -> Answer:
    claim = _claim(case)
    months = tables.look_back_months.at(claim.requested_on, system=claim.system).value
    opens_on = window_from(claim.requested_on, look_back_months=months).isoformat()
    try:
        answer = assess(claim, tables=tables, as_of=date.fromisoformat(case["pay"]))
    except RuleRefused as refusal:
        return {"window_from": opens_on, "refused": REFUSALS.get(type(refusal), refusal.code)}
    registered = answer.registered
    return {
        "window_from": opens_on,
        "registered": [registered.starts_on.isoformat(), registered.ends_on.isoformat()],
        "rows": [_row(row) for row in answer.rows],
        "contributions": _money(answer.contributions),
        "fines": _money(answer.fines),
        "total": _money(answer.total),
    }


def _row(row: MonthRow) -> list[object]:
    sums = [_money(amount) for amount in (row.employee, row.employer, row.total)]
    return [str(row.month), row.service_days, *sums, row.late_months, _money(row.fine)]


# deadlines, identity numbers, Hijri dates, messages


def _without_input(*given: str) -> Callable[[Case], Answer]:
    return lambda case: {name: value for name, value in case.items() if name not in given}


def _deadlines(case: Case, tables: Tables) -> Answer:
    joined = date.fromisoformat(case["joined"])
    window = worker_window(joined)
    return {
        "employer_until": employer_deadline(joined).isoformat(),
        "worker_from": window.starts_on.isoformat(),
        "worker_until": window.ends_on.isoformat(),
        "retro_route_from": retroactive_from(joined).isoformat(),
        "first_contribution_due": due_on(Month.of(joined), tables=tables).isoformat(),
    }


def _identity(case: Case, tables: Tables) -> Answer:
    try:
        number = IdentityNumber(case["value"])
    except ValueError:
        return {"valid": False}
    return {"valid": True} | ({"type": number.kind.value} if "type" in case else {})


def _hijri(case: Case, tables: Tables) -> Answer:
    try:
        day = CivilDate.parse(case["hijri"], calendar=Calendar.HIJRI).gregorian()
    except ValueError:
        return {"gregorian": None, "error": True}
    return {"gregorian": day.isoformat()}


def _message(case: Case, tables: Tables) -> Answer:
    return {"utf16_units": utf16_units(case["text"]), "segments": segments(case["text"])}


SECTIONS: Final[Mapping[str, tuple[Callable[[Case], Answer], Callable[[Case, Tables], Answer]]]] = {
    "contributions": (_expected_contribution, _contribution),
    "multi_employer": (_expected_shares, _shares),
    "fines": (_expected_fine, _fine),
    "retro": (_expected_period, _period),
    "deadlines": (_without_input("id", "joined"), _deadlines),
    "ids": (_without_input("id", "value", "why", "note"), _identity),
    "hijri": (_without_input("id", "hijri", "note"), _hijri),
    "sms": (_without_input("id", "text", "note"), _message),
    "amendment_sequence": (expected_sequence, sequence),
    "contract_event": (expected_contract, contract),
}
