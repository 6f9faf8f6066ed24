"""The statutes' word on a contract: each version that would count is judged by the rules a person's request is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from ishtirak.contracts import rules
from ishtirak.contracts.life import Proposal
from ishtirak.contracts.model import ContractService, VersionState
from ishtirak.contracts.rules import Hold
from ishtirak.kernel.insurance import Nationality, System
from ishtirak.kernel.months import Month
from ishtirak.kernel.periods import Period
from ishtirak.kernel.registered_days import END_OF_THE_CALENDAR, RegisteredDays, without
from ishtirak.kernel.wage import OpenWageLine, Wage, WageLine
from ishtirak.register.establishments import Establishment
from ishtirak.register.people import Contributor
from ishtirak.register.periods import RecordedPeriod
from ishtirak.statute.model import Assessment, Claim, ClaimKind, EstablishmentFacts, ExistingPeriod, Way
from ishtirak.statute.refusals import RuleRefused
from ishtirak.statute.registration import register_days
from ishtirak.statute.rules import assess
from ishtirak.statute.tables import statutory_tables
from ishtirak.use_cases.statute_facts import establishment_facts, existing, person_facts

SYSTEM: Final = System.SOCIAL_INSURANCE


@dataclass(frozen=True, kw_only=True)
class ContractJudge:
    """The worker, the employer and the worker's other standing periods, as the rules look at one contract."""

    root: str
    """The lineage of the contract's own period."""
    contributor: Contributor
    employer: Establishment
    others: tuple[RecordedPeriod, ...]

    def __call__(self, proposal: Proposal) -> tuple[RegisteredDays, ...] | Hold:
        """The days of a version with their routes, or the reason not to register it.

        A version that counted before is not refused for what changed in the register since; nor is an end that adds no
        day: whoever left has left.
        """
        version, before = proposal.version, proposal.before
        known = before.known if before else ()
        days = register_days(
            known,
            starts_on=version.starts_on,
            ends_on=version.ends_on,
            requested_on=version.occurred_on,
        )
        if proposal.judged:
            return days
        if hold := rules.back_dated(version, known=known):
            return hold
        adds_nothing = version.ended and not without(days, known)
        claim = self._claim(
            starts_on=version.starts_on,
            ends_on=version.ends_on,
            wages=proposal.wages,
            requested_on=version.occurred_on,
            amended=self._existing(before) if before else None,
            settled=version.state is VersionState.APPLIED or adds_nothing,
        )
        try:
            assess(claim, tables=statutory_tables(), as_of=version.occurred_on)
        except RuleRefused as refused:
            return rules.refused(refused)
        return days

    def assessed(self, period: RecordedPeriod, *, on: date) -> Assessment:
        """The contract's period as a whole, as it would be recorded. Raises `RuleRefused`."""
        claim = self._claim(
            starts_on=period.starts_on,
            ends_on=period.ends_on,
            wages=period.wages,
            requested_on=on,
            amended=existing(period),
            settled=True,
        )
        return assess(claim, tables=statutory_tables(), as_of=on)

    def _claim(
        self,
        *,
        starts_on: date,
        ends_on: date | None,
        wages: Iterable[OpenWageLine],
        requested_on: date,
        amended: ExistingPeriod | None,
        settled: bool,
    ) -> Claim:
        """The days that can be told by now: to the end of the month of the request, and of the first of every wage.

        So no wage of the contract is recorded unjudged, in whatever order its versions came.
        """
        lines = tuple(wages)
        begun = (Month.of(starts_on), Month.of(requested_on), *(line.first_month for line in lines))
        reported = max(begun).last_day
        period = Period.between(starts_on, min(ends_on or END_OF_THE_CALENDAR, reported))
        others = [each for each in self.others if not (settled and self._in_the_way(each, period))]
        person = person_facts(self.contributor, standing=self.others, on=requested_on)
        if person.nationality is Nationality.NON_SAUDI:
            # the dates of a resident's version are the authority's: whoever received it saw to that
            person = person.model_copy(update={"dates_from_authority": period})
        recorded = (*(existing(each) for each in others), *((amended,) if amended else ()))
        return Claim(
            kind=ClaimKind.AMEND if amended else ClaimKind.ADD,
            system=SYSTEM,
            person=person,
            establishment=self._establishment(settled=settled),
            period=period,
            wages=_told(lines, period),
            requested_on=requested_on,
            recorded=recorded,
            amends=amended.id if amended else None,
            way=Way.CONTRACT,
        )

    def _in_the_way(self, other: RecordedPeriod, period: Period) -> bool:
        return other.establishment == self.employer.number and existing(other).period.overlaps(period)

    def _establishment(self, *, settled: bool) -> EstablishmentFacts:
        facts = establishment_facts(self.employer, person_id=self.contributor.person_id)
        return facts.model_copy(update={"owned_by_person": False}) if settled else facts

    def _existing(self, service: ContractService) -> ExistingPeriod:
        return ExistingPeriod(
            id=self.root,
            establishment=self.employer.number,
            system=SYSTEM,
            starts_on=service.starts_on,
            ends_on=service.ends_on,
            wages=service.wages,
            registered=service.registered,
            taken_out=service.taken_out,
            taken_out_wages=service.taken_out_wages,
        )


def _told(wages: Iterable[OpenWageLine], period: Period) -> tuple[WageLine, ...]:
    """The lines of the months that can be told by now."""
    months = period.months
    lines = []
    for line in wages:
        first, last = max(line.first_month, months[0]), min(line.last_month or months[-1], months[-1])
        if first <= last:
            lines.append(WageLine(first_month=first, last_month=last, **_counted(line)))
    return tuple(lines)


def _counted(line: OpenWageLine) -> dict[str, int]:
    """The parts of a wage the statutes look at."""
    return {name: value for name, value in line.parts().items() if name in Wage.model_fields}
