"""Which law applies to a person, and how old the person is by it."""

from collections.abc import Iterable
from datetime import date

from pydantic_core import PydanticCustomError

from ishtirak.kernel.dates import Calendar, CivilDate
from ishtirak.kernel.insurance import Law, System
from ishtirak.statute.model import Decision, ExistingPeriod, PersonFacts
from ishtirak.statute.refusals import BirthDateOutsideTables
from ishtirak.statute.tables import Tables

TRANSITIONAL_CLAUSE = "Royal Decree M/273, transitional clause 2"
_OLD_LAW_SYSTEMS = frozenset({System.SOCIAL_INSURANCE, System.CIVIL_PENSION})


def law_of(
    person: PersonFacts,
    *,
    starts_on: date,
    system: System,
    recorded: Iterable[ExistingPeriod] = (),
    tables: Tables,
) -> tuple[Law, tuple[Decision, ...]]:
    """The law, and what an officer must decide before it is relied upon (LAW-01, LAW-02).

    A period `recorded` before the new law decides as the person's history does. One reaching before it would itself,
    once registered, make the old law apply: it is counted under the old law and flagged.
    """
    history = person.uncompensated_before_new_law | {
        each.system for each in recorded if each.starts_on < tables.new_law_from()
    }
    if history & _OLD_LAW_SYSTEMS:
        return Law.OLD, ()
    if starts_on < tables.new_law_from():
        return Law.OLD, (_undecided("period_reaches_before_new_law", starts_on=starts_on.isoformat()),)
    if history:
        return Law.NEW, (_undecided("military_history_only"),)
    if system is not System.SOCIAL_INSURANCE:
        return Law.NEW, (_undecided("pension_period_under_new_law", system=system.value),)
    return Law.NEW, ()


def _undecided(code: str, **facts: str) -> Decision:
    return Decision(rule="LAW-02", code=code, source=TRANSITIONAL_CLAUSE, facts={**facts})


def age_on(day: date, *, born: CivilDate, calendar: Calendar) -> int:
    """Completed years on that day, counted in that calendar; negative before birth."""
    birth, now = born, CivilDate.of(day)
    try:
        if calendar is Calendar.HIJRI:
            birth, now = birth.hijri(), now.hijri()
        else:
            birth = CivilDate.of(birth.gregorian())
    except PydanticCustomError:
        raise BirthDateOutsideTables(calendar=calendar.value) from None
    return now.year - birth.year - ((now.month, now.day) < (birth.month, birth.day))
