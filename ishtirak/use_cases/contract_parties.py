"""Whom a contract is between: the worker and the employer as the register knows them, or why it has to wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ishtirak.contracts import rules
from ishtirak.contracts.model import Contract, ContractEvent, HoldReason
from ishtirak.contracts.rules import Hold, KnownWorker
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption
from ishtirak.kernel.errors import Refused
from ishtirak.kernel.insurance import Nationality
from ishtirak.register.establishments import Establishment
from ishtirak.register.ports import Directory, Establishments, Fingerprints, People, Residency
from ishtirak.register.service_dates import ServiceDates
from ishtirak.use_cases.authority_dates import statutory_class
from ishtirak.use_cases.identify_person import IdentifiedPerson, identify_person

Dates = tuple[date, date | None]


@dataclass(frozen=True)
class Parties:
    """Worker and employer, and for a resident the days of service the authority reports (REG-09)."""

    worker: IdentifiedPerson
    employer: Establishment
    reported: Dates | None


@dataclass(frozen=True, kw_only=True)
class PartyFinder:
    """Who knows people, employers and residents' dates."""

    people: People
    establishments: Establishments
    directory: Directory
    residency: Residency
    fingerprints: Fingerprints
    encryption: Encryption
    clock: Clock

    def find(
        self, event: ContractEvent, *, contract: Contract | None, fingerprint: str
    ) -> Parties | Hold | None:
        """The parties, or the first reason to hold the version, what costs nothing first; None for a contract that is
        only offered, which concerns nobody yet.

        Raises `Unavailable` when the directory, the key or the authority's feed does not answer.
        """
        if hold := rules.other_establishment(event, contract=contract) or rules.too_early(
            event, today=today(self.clock)
        ):
            return hold
        if not rules.concerns_worker(event, contract=contract):
            return rules.other_worker(contract, worker=fingerprint, person_id=None)
        if hold := rules.without_term(event, country=event.worker.nationality):
            return hold
        employer = self.establishments.find(event.establishment.unified_number)
        if employer is None:
            return Hold(HoldReason.ESTABLISHMENT_UNKNOWN)
        worker = self._worker(event, contract=contract, fingerprint=fingerprint)
        if isinstance(worker, Hold):
            return worker
        reported = self._reported(event, worker=worker)
        return reported if isinstance(reported, Hold) else Parties(worker, employer, reported)

    def _worker(
        self, event: ContractEvent, *, contract: Contract | None, fingerprint: str
    ) -> IdentifiedPerson | Hold:
        try:
            person = identify_person(
                event.worker.identity_number,
                fingerprint=fingerprint,
                people=self.people,
                directory=self.directory,
                fingerprints=self.fingerprints,
                encryption=self.encryption,
                clock=self.clock,
            )
        except Refused as doubtful:
            return rules.refused(doubtful)
        person_id = person.contributor.person_id if person else None
        if hold := rules.other_worker(contract, worker=fingerprint, person_id=person_id):
            return hold
        if person is None:
            return Hold(HoldReason.PERSON_UNKNOWN)
        known = KnownWorker(birth_date=person.contributor.birth_date, country=person.contributor.country)
        return rules.doubtful_worker(event, worker=known) or person

    def _reported(self, event: ContractEvent, *, worker: IdentifiedPerson) -> Dates | Hold | None:
        """A resident's first and last day are those of the authority's feed; of everybody else, nothing is asked."""
        if statutory_class(worker.contributor, on=event.occurred_on) is not Nationality.NON_SAUDI:
            return None
        services = self.residency.services(event.worker.identity_number, event.establishment.unified_number)
        service = _service_of(event, services)
        return (service.starts_on, service.ends_on) if service else Hold(HoldReason.DATES_NOT_KNOWN)


def _service_of(event: ContractEvent, services: Sequence[ServiceDates]) -> ServiceDates | None:
    """The first service that had not ended when the contract was to begin, unless the contract had ended before it."""
    for service in services:
        goes_on = service.ends_on is None or service.ends_on >= event.terms.starts_on
        if goes_on and (event.last_day is None or service.starts_on <= event.last_day):
            return service
    return None
