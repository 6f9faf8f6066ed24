"""Short words for the examples worked by hand."""

from dataclasses import replace
from datetime import date

from tests.oracle.facts import Add, Amend, Branch, Person, Refusal, Refused, Registered, Row, System, Wage
from tests.oracle.register import Register

OLD = Person(born=date(1990, 4, 1), before_new_law=True)
NEW = Person(born=date(1990, 4, 1))
FIRST, SECOND = "7000000001", "7000000002"


def day(text: str) -> date:
    return date.fromisoformat(text)


def month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def paying(riyals: int, *, first: str = "2020-01", last: str = "2039-12") -> Wage:
    return Wage(first_month=month(first), last_month=month(last), basic=riyals * 100)


def within(wages: tuple[Wage, ...], starts: str, ends: str) -> tuple[Wage, ...]:
    """The lines cut to the months that are asked for."""
    first, last = month(starts[:7]), month(ends[:7])
    return tuple(
        replace(wage, first_month=max(wage.first_month, first), last_month=min(wage.last_month, last))
        for wage in wages
        if wage.first_month <= last and first <= wage.last_month
    )


def add(
    starts: str,
    ends: str,
    *,
    on: str,
    wages: tuple[Wage, ...] = (paying(10_000),),
    employer: str = FIRST,
    system: System = System.SOCIAL_INSURANCE,
) -> Add:
    return Add(employer, day(starts), day(ends), within(wages, starts, ends), day(on), system)


def amend(starts: str, ends: str, *, on: str, wages: tuple[Wage, ...] = (paying(10_000),)) -> Amend:
    return Amend(0, day(starts), day(ends), within(wages, starts, ends), day(on))


def accepted(register: Register, act: Add | Amend) -> Registered:
    answer = register.apply(act)
    assert isinstance(answer, Registered), answer
    return answer


def refused(register: Register, act: Add | Amend) -> set[Refusal]:
    answer = register.apply(act)
    assert isinstance(answer, Refused), answer
    return set(answer.reasons)


def branch_days(row: Row) -> dict[Branch, int]:
    return {branch: part.days for branch, part in row.parts.items()}


def recorded_each_month() -> Register:
    """January to April 2026, each month recorded on its last day."""
    register = Register(OLD)
    accepted(register, add("2026-01-01", "2026-01-31", on="2026-01-31"))
    for ends in ("2026-02-28", "2026-03-31", "2026-04-30"):
        accepted(register, amend("2026-01-01", ends, on=ends))
    return register
