"""Claims, and periods left unpaid, that between them meet every rule and every question there is to explain."""

from datetime import date
from functools import cache
from typing import Any, Final

from ishtirak.billing.counting import counting_stop
from ishtirak.kernel.dated import Entry
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import GccState
from ishtirak.kernel.insurance import Nationality, System
from ishtirak.kernel.money import Halalas
from ishtirak.kernel.months import Month
from ishtirak.kernel.wage import WageLine
from ishtirak.register.establishments import Cessation, CessationKind
from ishtirak.statute.model import AppliedRule, Claim, ClaimKind, Decision, ExistingPeriod, LateCorrection
from ishtirak.statute.rules import assess
from ishtirak.statute.tables import Rate, StatutoryTable
from tests.unit.statute.claims import ELSEWHERE, TABLES, claim, day, person, recorded

NEW_LAW: Final = frozenset[System]()
#: The tables in force hold no home rate of a GCC state yet.
_HOME_RATE: Final = Entry(
    in_force_from=day("2024-07-03"),
    applies_to={"gcc_state": GccState.BAHRAIN},
    value=Rate(employee=700, employer=1_100),
    source="Unified extension of insurance protection to GCC nationals; Social Insurance Law, art. 28",
)
EXPLAINED_BY: Final = TABLES.model_copy(
    update={
        "gcc_home_rates": StatutoryTable[Rate](
            name="gcc_home_rates", title="Home rates", entries=(_HOME_RATE,)
        )
    }
)
MONTHS: Final = {"first_month": Month.parse("2025-01"), "last_month": Month.parse("2025-06")}


def _wages(**parts: Any) -> tuple[WageLine, ...]:
    return (WageLine(**(MONTHS | {"basic": Halalas(1_000_000)} | parts)),)


def _of_new_law(**facts: Any) -> Any:
    return person(**({"uncompensated_before_new_law": NEW_LAW} | facts))


def _amending(of: ExistingPeriod, ends_on: str, **changes: Any) -> Claim:
    asked = {"kind": ClaimKind.AMEND, "amends": of.id, "recorded": (of,)} | changes
    return claim(of.starts_on.isoformat(), ends_on, **asked)


#: A period that ends within its last month, and so can be lengthened in it.
_RECORDED: Final = recorded("2025-05-01", "2025-06-10")
_LATER_WAGE: Final = {"wage": 1_200_000, "requested_on": "2026-11-22"}
CLAIMS: Final[tuple[Claim, ...]] = (
    claim("2024-01-01", "2025-06-12", requested_on="2026-11-22", wage=100_000),
    claim(wage=5_000_000),
    claim(wages=_wages(housing_in_kind=True)),
    claim(system=System.CIVIL_PENSION, wages=_wages(housing=Halalas(1))),
    claim(system=System.CIVIL_PENSION, person=_of_new_law()),
    claim(recorded=(recorded("2025-03-01", None, wage=4_000_000, establishment=ELSEWHERE),)),
    claim(recorded=(recorded("2025-03-01", None, establishment=ELSEWHERE, system=System.MILITARY_PENSION),)),
    claim("2024-06-30", "2024-12-31", requested_on="2026-03-10", person=_of_new_law()),
    claim(person=person(uncompensated_before_new_law=frozenset({System.MILITARY_PENSION}))),
    claim(
        "2026-03-01",
        "2026-03-10",
        requested_on="2026-03-10",
        person=_of_new_law(born=CivilDate.parse("1960-01-01")),
    ),
    claim(
        "2026-03-01",
        "2026-03-10",
        requested_on="2026-03-10",
        person=_of_new_law(nationality=Nationality.GCC, gcc_state=GccState.BAHRAIN),
    ),
    claim(
        "2024-11-01",
        "2026-06-30",
        requested_on="2026-12-15",
        person=_of_new_law(born=CivilDate.parse("1959-12-01")),
    ),
    _amending(_RECORDED, "2025-06-30"),
    _amending(_RECORDED, "2025-06-10", late_correction=LateCorrection.ASKED, **_LATER_WAGE),
    _amending(_RECORDED, "2025-06-10", late_correction=LateCorrection.ALLOWED, **_LATER_WAGE),
)
_UNPAID: Final = dict.fromkeys(MONTHS["first_month"].until(Month.parse("2026-03")), False)


@cache
def explanations() -> dict[str, list[AppliedRule | Decision]]:
    """What explains the assessments of those claims, and the end of counting, by code."""
    told: list[AppliedRule | Decision] = _stops()
    for asked in CLAIMS:
        answer = assess(asked, tables=EXPLAINED_BY, as_of=asked.requested_on)
        told += [*answer.applied, *answer.needs_decision]
    found: dict[str, list[AppliedRule | Decision]] = {}
    for one in told:
        found.setdefault(one.code, []).append(one)
    return found


def _stops() -> list[AppliedRule | Decision]:
    """Counting that stops by time, for either time, and by each end an employer may come to."""
    ends = (Cessation(kind=kind, on=date(2025, 2, 10)) for kind in CessationKind)
    stops = (
        counting_stop(_UNPAID),
        counting_stop(_UNPAID, extended=True),
        *(counting_stop(_UNPAID, ceased=end) for end in ends),
    )
    return [stop for stop in stops if stop is not None]
