"""What a contract event may do. Pure: what is known comes in, an answer or a reason to hold it comes out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ishtirak.contracts.model import (
    NUMBER_FORM,
    Contract,
    ContractEvent,
    ContractOutcome,
    ContractService,
    HoldPlace,
    HoldReason,
    WorkerContract,
)
from ishtirak.kernel.clock import to_rfc3339
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import NotAuthentic, Refused
from ishtirak.kernel.identity import GccState
from ishtirak.kernel.months import Month
from ishtirak.kernel.wage import AgreedWage

_LAST_TIMELY_DELAY = 1
"""Months after the first one in which a contract still registers by itself (QIW-03); later, documents are needed."""


class NotSigned(NotAuthentic):
    """No live key signed exactly these bytes in the last or next minutes (401)."""

    code = "signature_refused"


@dataclass(frozen=True)
class Hold:
    """A version is not applied: what it is held for, and why."""

    place: HoldPlace
    reason: HoldReason


EMPLOYER_MISSING = Hold(HoldPlace.HELD_FOR_ESTABLISHMENT, HoldReason.ESTABLISHMENT_UNKNOWN)
WORKER_MISSING = Hold(HoldPlace.HELD_FOR_IDENTITY, HoldReason.PERSON_UNKNOWN)
UNKNOWN_SCHEMA = Hold(HoldPlace.QUARANTINED, HoldReason.UNKNOWN_SCHEMA)


@dataclass(frozen=True, kw_only=True)
class KnownWorker:
    """The worker as the register, or else the directory of persons, knows them."""

    person_id: str
    birth_date: CivilDate
    country: str


def already_applied(event: ContractEvent, *, applied: Contract | None) -> bool:
    """Whether the version, or a higher one, was applied before: then nothing happens."""
    return applied is not None and event.version <= applied.version


def other_establishment(event: ContractEvent, *, applied: Contract | None) -> Hold | None:
    """The contract number of one employer is never accepted for another."""
    if applied is None or applied.establishment == event.establishment.unified_number:
        return None
    return _quarantined(HoldReason.OTHER_ESTABLISHMENT)


def other_worker(applied: Contract | None, *, worker: str, person_id: str | None) -> Hold | None:
    """The contract number of one worker is never accepted for another, but one person may be named by another number:
    an iqama where there was a border number.
    """
    if applied is None or applied.worker == worker:
        return None
    if applied.person_id is not None and applied.person_id == person_id:
        return None
    return _quarantined(HoldReason.OTHER_WORKER)


def doubtful_identity(refused: Refused) -> Hold:
    """What the directory says of a number does not agree with the register: somebody has to look."""
    return Hold(HoldPlace.HELD_FOR_IDENTITY, HoldReason(refused.code))


def without_term(event: ContractEvent, *, country: str) -> Hold | None:
    """A non-Saudi's contract has a term (unified form, QIW-04); nationals of the Council's states are as citizens."""
    citizen = country == "SA" or country in GccState
    return (
        None if citizen or not event.terms.open_ended else _quarantined(HoldReason.OPEN_ENDED_FOR_NON_SAUDI)
    )


def doubtful_worker(event: ContractEvent, *, worker: KnownWorker) -> Hold | None:
    """Nobody is registered on a number alone: the birth date must agree, in the calendar it was given in."""
    if not event.worker.birth_date.agrees_with(worker.birth_date):
        return Hold(HoldPlace.HELD_FOR_IDENTITY, HoldReason.BIRTH_DATE_DIFFERS)
    return without_term(event, country=worker.country)


def sole_owner(single_owner: str | None, *, worker: KnownWorker) -> Hold | None:
    """Who owns an establishment alone is not insured by it (REG-07)."""
    return _quarantined(HoldReason.OWNER_OF_ESTABLISHMENT) if single_owner == worker.person_id else None


def number_in(document: Mapping[str, Any]) -> str | None:
    """The contract number in a document of any form, if it has one that is readable."""
    number = document.get("contract_number")
    return number if isinstance(number, str) and re.fullmatch(NUMBER_FORM, number) else None


def version_in(document: Mapping[str, Any]) -> int | None:
    """The version in a document of any form, if it has one that is readable."""
    version = document.get("version")
    return version if type(version) is int and version > 0 else None


def outcome_of(hold: Hold) -> ContractOutcome:
    """What a hold is counted as."""
    return ContractOutcome.QUARANTINED if hold.place is HoldPlace.QUARANTINED else ContractOutcome.HELD


def refused_by_register(refused: Refused) -> Hold:
    """A rule of the register forbids what the contract says; its code is the reason where there is one for it."""
    return _quarantined(
        HoldReason(refused.code) if refused.code in HoldReason else HoldReason.REGISTER_REFUSES
    )


def back_dated(event: ContractEvent, *, applied: Contract | None, today: date) -> Hold | None:
    """A first day more than a month back needs documents (QIW-03), unless that very day is registered
    already.
    """
    if _registered_since(event.terms.starts_on, applied=applied):
        return None
    if _months_late(event, today=today) > _LAST_TIMELY_DELAY:
        return Hold(HoldPlace.HELD_FOR_DOCUMENTS, HoldReason.BACK_DATED)
    return None


def service(event: ContractEvent, *, applied: Contract | None, today: date) -> ContractService:
    """What the register is to hold for this version."""
    terms = event.terms
    if applied is not None and _registered_since(terms.starts_on, applied=applied):
        late = applied.service.late
    else:
        late = _months_late(event, today=today) == _LAST_TIMELY_DELAY
    return ContractService(
        establishment=event.establishment.unified_number,
        starts_on=terms.starts_on,
        ends_on=event.last_day,
        ended=event.ended,
        occupation_code=terms.occupation_code,
        work_type=terms.work_type,
        wage=AgreedWage(**dict(terms.wage)),
        late=late,
    )


def note_for_worker(event: ContractEvent) -> WorkerContract:
    """What is noted of the contract for its worker."""
    return WorkerContract(
        number=event.contract_number,
        version=event.version,
        establishment=event.establishment.unified_number,
        starts_on=event.terms.starts_on,
        ends_on=event.last_day,
    )


def was_served(service: ContractService) -> bool:
    """Whether any day of it was, or will be, served: a contract that ended before its first day leaves no
    period.
    """
    return service.ends_on is None or service.ends_on >= service.starts_on


def change(service: ContractService, *, applied: Contract | None) -> ContractOutcome:
    """What applying it does to the register."""
    registered = applied is not None and applied.period_id is not None
    if not was_served(service):
        return ContractOutcome.VOIDED if registered else ContractOutcome.NOTED
    if not registered:
        return ContractOutcome.REGISTERED
    if applied is not None and service == applied.service:
        return ContractOutcome.NOTED
    return ContractOutcome.ENDED if service.ended else ContractOutcome.AMENDED


def applied(
    event: ContractEvent,
    *,
    before: Contract | None,
    worker: str,
    person_id: str | None,
    service: ContractService,
    at: str,
) -> Contract:
    """The contract's item at this version; the period is named when it is known."""
    expected = before.version + 1 if before else 1
    return Contract(
        number=event.contract_number,
        version=event.version,
        type=event.type,
        occurred_at=to_rfc3339(event.occurred_at),
        worker=worker,
        person_id=person_id,
        establishment=event.establishment.unified_number,
        kind=event.terms.kind,
        service=service,
        period_id=before.period_id if before else None,
        gap=event.version > expected or (before is not None and before.gap),
        updated_at=at,
    )


def event_name(outcome: ContractOutcome) -> str:
    """The name of the account's event when a contract changed it."""
    return {
        ContractOutcome.REGISTERED: "ContractRegistered",
        ContractOutcome.AMENDED: "ContractAmended",
        ContractOutcome.ENDED: "ContractEnded",
        ContractOutcome.VOIDED: "ContractVoided",
    }[outcome]


def _registered_since(starts_on: date, *, applied: Contract | None) -> bool:
    return applied is not None and applied.period_id is not None and applied.service.starts_on == starts_on


def _months_late(event: ContractEvent, *, today: date) -> int:
    return Month.of(today).since(Month.of(event.terms.starts_on))


def _quarantined(reason: HoldReason) -> Hold:
    return Hold(HoldPlace.QUARANTINED, reason)
