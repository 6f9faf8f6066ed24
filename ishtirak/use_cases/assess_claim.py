"""Bring a request, the register's facts and the statutory tables together, and name the field a rule objects to."""

from collections.abc import Iterable
from datetime import date

from ishtirak.kernel.errors import Invalid
from ishtirak.kernel.insurance import Sector, System
from ishtirak.kernel.months import Month
from ishtirak.kernel.periods import Period
from ishtirak.kernel.wage import WageLine
from ishtirak.register.establishments import Establishment
from ishtirak.register.people import Contributor
from ishtirak.register.periods import RecordedPeriod
from ishtirak.register.ports import Accounts, Establishments, People
from ishtirak.register.service_dates import ServiceDates
from ishtirak.requests import rules
from ishtirak.requests.model import PeriodData, Request, RequestKind, ReviewDecision, SubmittedRequest
from ishtirak.statute.model import Assessment, Claim, ClaimKind, LateCorrection
from ishtirak.statute.refusals import RuleRefused
from ishtirak.statute.rules import assess
from ishtirak.statute.tables import statutory_tables
from ishtirak.use_cases.authority_dates import AuthorityDates, claimable
from ishtirak.use_cases.employer_systems import systems_of
from ishtirak.use_cases.statute_facts import SECTORS, establishment_facts, existing, person_facts

_POINTERS = {
    "system": "/system",
    "period": "/starts_on",
    "period.starts_on": "/starts_on",
    "period.ends_on": "/ends_on",
    "establishment": "/establishment",
    "wages": "/wage_lines",
    "amends": "/amends",
    "person": "",
    "person.born": "",
}


class EstablishmentUnknown(Invalid):
    """The register knows no establishment by this number."""

    code = "establishment_unknown"


class ServiceDoesNotGoOn(Invalid):
    """What is amended has an end in the register, or begins later: nothing of it goes on after the last day."""

    code = "service_does_not_go_on"


class SystemNotForEstablishment(Invalid):
    """The civil pension is for state bodies, the military pension for the forces."""

    code = "system_not_for_establishment"


def employer_of(data: PeriodData, *, system: System, establishments: Establishments) -> Establishment:
    """The employer the period names, or a refusal of the field."""
    found = establishments.find(data.establishment)
    if found is None:
        raise EstablishmentUnknown("/establishment")
    if system not in systems_of(found.sector):
        raise SystemNotForEstablishment("/establishment", system=system.value)
    return found


def sector_of(establishment: Establishment) -> Sector:
    """The sector as rules and the matrix of documents distinguish it: a business, or a body of the state."""
    return SECTORS[establishment.sector]


def assess_claim(
    request: Request,
    data: PeriodData,
    *,
    employer: Establishment,
    people: People,
    accounts: Accounts,
    authority: AuthorityDates,
    requested_on: date,
    as_of: date,
    decision: ReviewDecision | None = None,
) -> Assessment:
    """What the request comes to as of a day, with the register as it is now; a partial approval narrows the period.

    `employer` is what `employer_of` found for the data. Raises the refusal of the first rule that objects, its pointer
    naming the field of the form, and `Unavailable` where the authority's dates are needed and do not come.
    """
    contributor = people.find(request.owner)
    if contributor is None:
        raise LookupError("a signed-in contributor is always in the register")
    claim = claim_of(
        request,
        data,
        contributor=contributor,
        establishment=employer,
        recorded=accounts.periods(request.owner),
        services=authority.services(contributor, establishment=employer.number, on=requested_on),
        requested_on=requested_on,
        decision=decision,
    )
    if data.continues:
        _require_going_on(claim)
    try:
        return assess(claim, tables=statutory_tables(), as_of=as_of)
    except RuleRefused as refused:
        refused.pointer = _POINTERS.get(refused.field, "")
        raise


def assess_submitted(
    request: SubmittedRequest,
    *,
    people: People,
    establishments: Establishments,
    accounts: Accounts,
    authority: AuthorityDates,
    as_of: date,
    decision: ReviewDecision | None = None,
) -> Assessment:
    """What a submitted request comes to; its windows are counted from the day it was submitted.

    Raises what `employer_of` and `assess_claim` do.
    """
    return assess_claim(
        request,
        request.data,
        employer=employer_of(request.data, system=request.system, establishments=establishments),
        people=people,
        accounts=accounts,
        authority=authority,
        requested_on=rules.requested_on(request),
        as_of=as_of,
        decision=decision,
    )


def claim_of(
    request: Request,
    data: PeriodData,
    *,
    contributor: Contributor,
    establishment: Establishment,
    recorded: Iterable[RecordedPeriod],
    requested_on: date,
    services: Iterable[ServiceDates] = (),
    decision: ReviewDecision | None = None,
) -> Claim:
    """The claim the rules decide on: what was typed, and beside it only what registries say."""
    starts_on, ends_on = data.starts_on.gregorian(), data.ends_on.gregorian()
    if decision is not None and decision.approved_from is not None:
        starts_on = decision.approved_from.gregorian()
    if decision is not None and decision.approved_to is not None:
        ends_on = decision.approved_to.gregorian()
    claimed = Period.between(starts_on, ends_on)
    standing = [period for period in recorded if period.stands]
    amends = request.amends if request.kind is RequestKind.AMEND else None
    return Claim(
        kind=ClaimKind(request.kind.value),
        system=request.system,
        person=person_facts(
            contributor,
            standing=(each for each in standing if each.id != amends),
            on=requested_on,
            dates_from_authority=claimable(services, claimed, requested_on=requested_on),
        ),
        establishment=establishment_facts(establishment, person_id=contributor.person_id),
        period=claimed,
        wages=_lines(data, within=None if decision is None else (Month.of(starts_on), Month.of(ends_on))),
        requested_on=requested_on,
        recorded=tuple(existing(period) for period in standing),
        amends=amends,
        late_correction=_late_correction(data, decision),
    )


def _require_going_on(claim: Claim) -> None:
    """Only a recorded service without an end goes on after the last day of an amendment of it."""
    amended = next((period for period in claim.recorded if period.id == claim.amends), None)
    if amended is None or amended.ends_on is not None or amended.starts_on > claim.period.ends_on:
        raise ServiceDoesNotGoOn("/continues")


def _late_correction(data: PeriodData, decision: ReviewDecision | None) -> LateCorrection:
    """Whether the Governor's exception is asked for, or was given to this very request."""
    if not data.late_wage_correction:
        return LateCorrection.NONE
    given = decision is not None and decision.governor_decision is not None
    return LateCorrection.ALLOWED if given else LateCorrection.ASKED


def _lines(data: PeriodData, *, within: tuple[Month, Month] | None) -> tuple[WageLine, ...]:
    """The wage lines as typed, so that the rules see every gap; cut only where a partial approval cut the period."""
    if within is None:
        return data.wage_lines
    return tuple(cut for line in data.wage_lines if (cut := line.within(*within)) is not None)
