"""What the register says, in the words of the statutory rules; and what a recorded period comes to by them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ishtirak.kernel.identity import GccState
from ishtirak.kernel.insurance import Nationality, Sector
from ishtirak.kernel.periods import Period
from ishtirak.register.establishments import EmployerSector, Establishment
from ishtirak.register.ledger import LedgerRow
from ishtirak.register.people import Contributor
from ishtirak.register.periods import RecordedPeriod
from ishtirak.statute.model import (
    CoveredMonth,
    EstablishmentFacts,
    ExistingPeriod,
    PeriodContributions,
    PersonFacts,
)
from ishtirak.statute.rules import contributions
from ishtirak.statute.tables import statutory_tables
from ishtirak.use_cases.authority_dates import statutory_class

SECTORS: Mapping[EmployerSector, Sector] = {
    EmployerSector.PRIVATE: Sector.PRIVATE,
    EmployerSector.SEMI_GOVERNMENT: Sector.GOVERNMENT,
    EmployerSector.GOVERNMENT: Sector.GOVERNMENT,
    EmployerSector.MILITARY: Sector.GOVERNMENT,
}
"""The sector as rules and the matrix of documents distinguish it: a business, or a body of the state."""


def person_facts(
    contributor: Contributor,
    *,
    standing: Iterable[RecordedPeriod],
    on: date,
    dates_from_authority: Period | None = None,
) -> PersonFacts:
    """What the registries say of the person as of a day; the first day ever covered is that of the standing periods.

    For an amendment without the one it replaces: the same amendment asked for again then comes to the same.
    """
    nationality = statutory_class(contributor, on=on)
    return PersonFacts(
        nationality=nationality,
        born=contributor.birth_date,
        uncompensated_before_new_law=contributor.uncompensated_before_new_law,
        first_covered_on=min((period.starts_on for period in standing), default=None),
        gcc_state=GccState(contributor.country) if nationality is Nationality.GCC else None,
        dates_from_authority=dates_from_authority,
    )


def establishment_facts(establishment: Establishment, *, person_id: str) -> EstablishmentFacts:
    """What the registries say of the employer, and whether the person owns it."""
    return EstablishmentFacts(
        number=establishment.number,
        sector=SECTORS[establishment.sector],
        owned_by_person=establishment.single_owner == person_id,
        single_owner=establishment.single_owner is not None,
    )


def existing(period: RecordedPeriod) -> ExistingPeriod:
    """A recorded period as the rules see it."""
    return ExistingPeriod(
        id=period.id,
        establishment=period.establishment,
        system=period.system,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        wages=period.wages,
        registered=period.registered,
        taken_out=period.taken_out,
        taken_out_wages=period.taken_out_wages,
        work_started_on=period.work_started_on,
        law=period.law,
        first_covered_on=period.first_covered_on,
    )


def contributions_of(
    period: RecordedPeriod,
    *,
    contributor: Contributor,
    employer: Establishment,
    standing: Sequence[RecordedPeriod],
    until: date,
) -> PeriodContributions:
    """What a recorded period comes to, month by month to the day `until`, beside the person's other standing periods.

    What was decided when it was recorded stays: its law, and the first day covered, by which the old law counts ages.
    Raises `RuleRefused` where the statutory tables do not hold what it takes.
    """
    return contributions(
        existing(period),
        person=person_facts(contributor, standing=standing, on=until),
        establishment=establishment_facts(employer, person_id=contributor.person_id),
        others=tuple(existing(other) for other in standing if other.id != period.id),
        until=until,
        tables=statutory_tables(),
    )


def ledger_rows(months: Iterable[CoveredMonth]) -> tuple[LedgerRow, ...]:
    """One row a month and branch, both sides."""
    return tuple(
        LedgerRow(month=row.month, branch=part.branch.value, worker=part.employee, employer=part.employer)
        for row in months
        for part in row.branches
    )
