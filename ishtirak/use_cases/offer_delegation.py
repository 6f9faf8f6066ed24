"""Somebody who may appoint for an establishment offers a delegation, and proves with a code that it is them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ishtirak.delegations import rules
from ishtirak.delegations.model import Delegation, DelegationChange, PendingOffer, Terms, delegation_id
from ishtirak.delegations.policy import policy_on
from ishtirak.delegations.ports import Delegations, PendingOffers
from ishtirak.delegations.rules import Appointer
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Mac
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import EstablishmentNumber, PersonNumber
from ishtirak.kernel.scope import Scope
from ishtirak.kernel.transaction import Items, Transaction, retry_on_conflict
from ishtirak.messages.budget import SmsBudgets
from ishtirak.otp.model import OpenedChallenge, Purpose
from ishtirak.otp.ports import Challenges
from ishtirak.register.establishments import Establishment
from ishtirak.register.mandates import Mandate
from ishtirak.register.people import Contributor
from ishtirak.register.ports import Establishments, People
from ishtirak.use_cases.acting import require_mandates
from ishtirak.use_cases.registered_phone import RegisteredPhones
from ishtirak.use_cases.send_challenge import begin_with_code
from ishtirak.use_cases.verify_code import verify_unused_code
from ishtirak.use_cases.verify_person import PersonVerifier

_NO_OFFER = "0" * 64
"""What the code of no offer is bound to: nothing."""


@dataclass(frozen=True)
class BegunOffer:
    """The code that is on its way to the appointer, and whom the delegation is for."""

    opened: OpenedChallenge
    delegate: Contributor


@dataclass(frozen=True)
class DelegationOfPerson:
    """A delegation, whom it was offered to, and whether it may be used, or still be answered, now."""

    delegation: Delegation
    delegate: Contributor | None
    is_live: bool


def begin_offer(
    number: str,
    *,
    identity_number: PersonNumber,
    birth_date: CivilDate,
    scopes: frozenset[Scope],
    starts_on: date,
    ends_on: date | None = None,
    by: Caller,
    source_address: str | None,
    establishments: Establishments,
    delegations: Delegations,
    verifier: PersonVerifier,
    offers: PendingOffers,
    people: People,
    challenges: Challenges,
    mac: Mac,
    budgets: SmsBudgets,
    clock: Clock,
    transaction: Transaction,
) -> BegunOffer:
    """A code on its way to the appointer's own phone, bound to the person and to every term of the delegation.

    Nothing is offered before it is entered. Raises `NotFound` for who may not appoint, the refusals of `check_terms`,
    of `PersonVerifier.verify`, of `check_appointment`, and of `open_challenge`.
    """
    establishment, held = _appointing(number, by=by, establishments=establishments, clock=clock)
    terms = Terms(scopes=scopes, starts_on=starts_on, ends_on=ends_on)
    rules.check_terms(terms, at=clock.now(), policy=policy_on(today(clock)))
    verified = verifier.verify(identity_number, birth_date, by=by)
    person_id, offering = verified.person_id, establishment.number
    identity = delegation_id(offering, person_id)
    existing = delegations.find(identity)
    _check(establishment, held, person_id, terms, by=by, existing=existing, clock=clock)

    def begun(opened: OpenedChallenge) -> tuple[BegunOffer, Items]:
        pending = PendingOffer(
            challenge_id=opened.challenge_id, establishment=offering, person_id=person_id, terms=terms
        )
        return BegunOffer(opened, verified.identified.contributor), (
            *offers.begin(pending),
            *verified.items(people),
        )

    return begin_with_code(
        by.person_id,
        begun=begun,
        purpose=Purpose.OFFER_DELEGATION,
        digest=rules.offer_digest(offering, person_id, terms),
        about=identity,
        challenges=challenges,
        mac=mac,
        budgets=budgets,
        clock=clock,
        transaction=transaction,
        source_address=source_address,
    )


def offer_delegation(
    number: str,
    *,
    challenge_id: str,
    code: str,
    by: Caller,
    establishments: Establishments,
    delegations: Delegations,
    offers: PendingOffers,
    people: People,
    challenges: Challenges,
    mac: Mac,
    phones: RegisteredPhones,
    clock: Clock,
    transaction: Transaction,
) -> DelegationOfPerson:
    """The offer, made with the code that was sent for it; the code is used up with it.

    Raises `NotFound` for who may not appoint any more, the refusals of `verify_code`, and of `check_appointment` on
    what is there now.
    """
    establishment, _ = _appointing(number, by=by, establishments=establishments, clock=clock)
    pending = offers.find(challenge_id)
    digest = _digest(pending, establishment.number)
    challenge = verify_unused_code(
        challenge_id,
        code,
        subject=by.person_id,
        purpose=Purpose.OFFER_DELEGATION,
        digest=digest,
        challenges=challenges,
        mac=mac,
        phones=phones,
        clock=clock,
    )
    assert pending is not None  # a code is bound to an offer

    def offered() -> DelegationOfPerson:
        now_establishment, held = _appointing(number, by=by, establishments=establishments, clock=clock)
        existing = delegations.find(delegation_id(now_establishment.number, pending.person_id))
        change = _offered(now_establishment, held, pending, by=by, existing=existing, clock=clock)
        made = DelegationOfPerson(change.after, people.find(pending.person_id), is_live=True)
        transaction.commit(challenges.consume(challenge), delegations.save(change), result=made)
        return made

    return retry_on_conflict(offered)


def appointer(held: Sequence[Mandate], *, by: Caller) -> Appointer:
    """What the caller may give away: what they hold, until the last day they hold it."""
    last_days = [mandate.ends_on for mandate in held if Scope.APPOINT in mandate.scopes]
    known = [day for day in last_days if day is not None]
    return Appointer(
        person_id=by.person_id,
        scopes=frozenset[Scope]().union(*(mandate.scopes for mandate in held)),
        until=max(known) if known and len(known) == len(last_days) else None,
    )


def _appointing(
    number: str, *, by: Caller, establishments: Establishments, clock: Clock
) -> tuple[Establishment, Sequence[Mandate]]:
    return require_mandates(number, by=by, scope=Scope.APPOINT, establishments=establishments, clock=clock)


def _offered(
    establishment: Establishment,
    held: Sequence[Mandate],
    pending: PendingOffer,
    *,
    by: Caller,
    existing: Delegation | None,
    clock: Clock,
) -> DelegationChange:
    _check(establishment, held, pending.person_id, pending.terms, by=by, existing=existing, clock=clock)
    return rules.offer(
        establishment.number,
        pending.person_id,
        pending.terms,
        by=by.person_id,
        existing=existing,
        at=clock.now(),
        policy=policy_on(today(clock)),
    )


def _check(
    establishment: Establishment,
    held: Sequence[Mandate],
    person_id: str,
    terms: Terms,
    *,
    by: Caller,
    existing: Delegation | None,
    clock: Clock,
) -> None:
    """`rules.check_appointment` for who appoints by these mandates."""
    rules.check_appointment(
        person_id,
        terms,
        by=appointer(held, by=by),
        owners=establishment.proprietors,
        existing=existing,
        at=clock.now(),
    )


def _digest(pending: PendingOffer | None, number: EstablishmentNumber) -> str:
    if pending is None or pending.establishment != number:
        return _NO_OFFER
    return rules.offer_digest(pending.establishment, pending.person_id, pending.terms)
