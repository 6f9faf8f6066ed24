"""What a contract event may do. Pure: what is known comes in, an answer or a reason to hold it comes out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from ishtirak.contracts.model import (
    MOST_VERSIONS,
    NUMBER_FORM,
    OFFERS,
    Contract,
    ContractEvent,
    ContractOutcome,
    ContractService,
    ContractVersion,
    EventType,
    HoldPlace,
    HoldReason,
    VersionState,
    WorkerContract,
)
from ishtirak.contracts.policy import policy_on
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import NotAuthentic, Refused
from ishtirak.kernel.identity import GccState
from ishtirak.kernel.months import Month
from ishtirak.kernel.registered_days import RegisteredDays
from ishtirak.kernel.wage import AgreedWage


class NotSigned(NotAuthentic):
    """No live key signed exactly these bytes in the last or next minutes (401)."""

    code = "signature_refused"


PLACES: Final[Mapping[HoldReason, HoldPlace]] = MappingProxyType(
    {
        HoldReason.BACK_DATED: HoldPlace.HELD_FOR_DOCUMENTS,
        HoldReason.PERSON_UNKNOWN: HoldPlace.HELD_FOR_IDENTITY,
        HoldReason.BIRTH_DATE_DIFFERS: HoldPlace.HELD_FOR_IDENTITY,
        HoldReason.BIRTH_DATE_FROZEN: HoldPlace.HELD_FOR_IDENTITY,
        HoldReason.NUMBER_REPLACED: HoldPlace.HELD_FOR_IDENTITY,
        HoldReason.ESTABLISHMENT_UNKNOWN: HoldPlace.HELD_FOR_ESTABLISHMENT,
        HoldReason.DATES_NOT_KNOWN: HoldPlace.HELD_FOR_AUTHORITY,
    }
)
"""What each reason is held for; whatever is not named here is quarantined."""


@dataclass(frozen=True)
class Hold:
    """A version is not applied, and why."""

    reason: HoldReason
    fields: tuple[str, ...] = ()
    """The fields that are not as agreed, where the reason is that."""

    @property
    def place(self) -> HoldPlace:
        """What it is held for."""
        return PLACES.get(self.reason, HoldPlace.QUARANTINED)

    @property
    def outcome(self) -> ContractOutcome:
        """What it is counted as."""
        quarantined = self.place is HoldPlace.QUARANTINED
        return ContractOutcome.QUARANTINED if quarantined else ContractOutcome.HELD


@dataclass(frozen=True, kw_only=True)
class KnownWorker:
    """The worker as the register, or else the directory of persons, knows them."""

    birth_date: CivilDate
    country: str


def already_applied(event: ContractEvent, *, contract: Contract | None) -> bool:
    """Whether that version was settled before: then nothing happens."""
    there = contract.received(event.version) if contract else None
    return there is not None and there.state in (VersionState.APPLIED, VersionState.NOTED)


def other_establishment(event: ContractEvent, *, contract: Contract | None) -> Hold | None:
    """The contract number of one employer is never accepted for another."""
    if contract is None or contract.establishment == event.establishment.unified_number:
        return None
    return Hold(HoldReason.OTHER_ESTABLISHMENT)


def other_worker(contract: Contract | None, *, worker: str, person_id: str | None) -> Hold | None:
    """The contract number of one worker is never accepted for another, but one person may be named by another number:
    an iqama where there was a border number.
    """
    if contract is None or contract.worker == worker:
        return None
    if contract.person_id is not None and contract.person_id == person_id:
        return None
    return Hold(HoldReason.OTHER_WORKER)


def too_early(event: ContractEvent, *, today: date) -> Hold | None:
    """What is said to happen after today is not believed: every deadline is counted from that day."""
    return Hold(HoldReason.OCCURS_IN_THE_FUTURE) if event.occurred_on > today else None


def without_term(event: ContractEvent, *, country: str) -> Hold | None:
    """A non-Saudi's contract has a term (unified form, QIW-04); nationals of the Council's states are as citizens."""
    citizen = country == "SA" or country in GccState
    return None if citizen or not event.terms.open_ended else Hold(HoldReason.OPEN_ENDED_FOR_NON_SAUDI)


def doubtful_worker(event: ContractEvent, *, worker: KnownWorker) -> Hold | None:
    """Nobody is registered on a number alone: the birth date must agree, in the calendar it was given in."""
    if not event.worker.birth_date.agrees_with(worker.birth_date):
        return Hold(HoldReason.BIRTH_DATE_DIFFERS)
    return without_term(event, country=worker.country)


def concerns_worker(event: ContractEvent, *, contract: Contract | None) -> bool:
    """Whether the worker has to be known to take the version: not while a contract is only offered."""
    authenticated = contract is not None and any(
        each.type is EventType.AUTHENTICATED for each in contract.versions
    )
    return authenticated or event.type not in OFFERS


def number_in(document: Mapping[str, Any]) -> str | None:
    """The contract number in a document of any form, if it has one that is readable."""
    number = document.get("contract_number")
    return number if isinstance(number, str) and re.fullmatch(NUMBER_FORM, number) else None


def version_in(document: Mapping[str, Any]) -> int | None:
    """The version in a document of any form, if it has one that is readable."""
    version = document.get("version")
    return version if type(version) is int and version > 0 else None


def refused(refusal: Refused) -> Hold:
    """A rule of the statutes or the register forbids what the contract says; its code is the reason."""
    known = refusal.code in HoldReason
    return Hold(HoldReason(refusal.code) if known else HoldReason.REGISTER_REFUSES)


def back_dated(version: ContractVersion, *, known: Iterable[RegisteredDays]) -> Hold | None:
    """A first day further back needs documents (QIW-03), unless that very day is registered already, or was."""
    first = version.starts_on
    if any(days.days_between(first, first) for days in known):
        return None
    months_late = Month.of(version.occurred_on).since(Month.of(first))
    itself = policy_on(version.occurred_on).registers_itself_months_late
    return Hold(HoldReason.BACK_DATED) if months_late > itself else None


def received(event: ContractEvent, *, reported: tuple[date, date | None] | None = None) -> ContractVersion:
    """What of the event is decided on. A resident's dates are those `reported` by the authority, never the contract's
    (REG-09).
    """
    terms = event.terms
    starts_on, ends_on = reported or (terms.starts_on, event.last_day)
    return ContractVersion(
        version=event.version,
        type=event.type,
        occurred_on=event.occurred_on,
        kind=terms.kind,
        starts_on=starts_on,
        ends_on=ends_on,
        ended=event.ended if reported is None else ends_on is not None,
        occupation_code=terms.occupation_code,
        work_type=terms.work_type,
        wage=AgreedWage(**dict(terms.wage)),
    )


def versions_with(version: ContractVersion, *, contract: Contract | None) -> tuple[ContractVersion, ...]:
    """Every version of the contract and this one; it replaces what was held under its number."""
    others = contract.versions if contract else ()
    kept = (each for each in others if each.version != version.version)
    return tuple(sorted((*kept, version), key=lambda each: each.version))


def note_for_worker(contract: Contract) -> WorkerContract | None:
    """What is noted of the contract for its worker: the highest version that counts, else that waits for documents.

    Both sides signed that one as well: nobody asks the worker for the paper.
    """
    waiting = [each for each in contract.versions if each.reason is HoldReason.BACK_DATED]
    version = contract.highest or (waiting[-1] if waiting else None)
    if version is None:
        return None
    return WorkerContract(
        number=contract.number,
        version=version.version,
        establishment=contract.establishment,
        starts_on=version.starts_on,
        ends_on=version.ends_on,
    )


def overfull(versions: tuple[ContractVersion, ...]) -> Hold | None:
    """A contract of more versions than are kept: somebody has to look."""
    return Hold(HoldReason.TOO_MANY_VERSIONS) if len(versions) > MOST_VERSIONS else None


def change(before: ContractService | None, after: ContractService | None) -> ContractOutcome:
    """What it means for the register that the contract comes to this instead."""
    if before == after:
        return ContractOutcome.NOTED
    if after is None:
        return ContractOutcome.VOIDED
    if before is None:
        return ContractOutcome.REGISTERED
    return ContractOutcome.ENDED if after.ended else ContractOutcome.AMENDED


def outcome(version: ContractVersion, *, changed: ContractOutcome) -> ContractOutcome:
    """What became of the version, given what taking it changed."""
    if version.reason is not None:
        return Hold(version.reason).outcome
    if version.state is VersionState.AWAITING:
        return ContractOutcome.AWAITING
    return changed


def event_name(outcome: ContractOutcome) -> str:
    """The name of the account's event when a contract changed it."""
    return {
        ContractOutcome.REGISTERED: "ContractRegistered",
        ContractOutcome.AMENDED: "ContractAmended",
        ContractOutcome.ENDED: "ContractEnded",
        ContractOutcome.VOIDED: "ContractVoided",
    }[outcome]
