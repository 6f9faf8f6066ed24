"""Who may delegate what to whom, and how a delegation goes on. Pure: who appoints comes in with what they hold."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from ishtirak.delegations.model import (
    Delegation,
    DelegationChange,
    DelegationState,
    Terms,
    delegation_aggregate,
    delegation_id,
)
from ishtirak.delegations.policy import DelegationPolicy
from ishtirak.delegations.refusals import (
    AlreadyDelegated,
    DelegationOver,
    OfferNotOpen,
    OwnerNeedsNone,
    ScopeNotHeld,
    SelfAppointment,
)
from ishtirak.eventlog.event import Chain, next_event
from ishtirak.kernel.canonical import digest
from ishtirak.kernel.clock import RIYADH
from ishtirak.kernel.errors import Invalid, NotFound
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.scope import Scope

SOURCE: Final = "ishtirak.delegations"
_LIVE: Final = frozenset({DelegationState.OFFERED, DelegationState.ACCEPTED})


@dataclass(frozen=True, kw_only=True)
class Appointer:
    """Who appoints, and what they may do for the establishment themselves; None: without a last day."""

    person_id: str
    scopes: Collection[Scope]
    until: date | None = None


def is_live(delegation: Delegation, *, at: datetime) -> bool:
    """Whether it is offered and may still be answered, or accepted and not over."""
    if delegation.state is DelegationState.OFFERED:
        return _is_open(delegation, at=at)
    return delegation.state is DelegationState.ACCEPTED and not _is_over(delegation.terms, at=at)


def check_terms(terms: Terms, *, at: datetime, policy: DelegationPolicy) -> None:
    """`Invalid` with its pointer: no scope, a first day that is past or too far ahead, a last day before the first."""
    today = _day(at)
    if not terms.scopes:
        raise Invalid("/scopes")
    if not today <= terms.starts_on <= today + timedelta(days=policy.start_ahead_days):
        raise Invalid("/starts_on")
    if terms.ends_on is not None and terms.ends_on < terms.starts_on:
        raise Invalid("/ends_on")


def check_appointment(
    person_id: str,
    terms: Terms,
    *,
    by: Appointer,
    owners: Collection[str],
    existing: Delegation | None,
    at: datetime,
) -> None:
    """That this person may be given these terms by this appointer.

    Raises `SelfAppointment`, `ScopeNotHeld` for a scope or a last day beyond the appointer's own, `OwnerNeedsNone`, and
    `AlreadyDelegated` where a delegation or an open offer stands.
    """
    if person_id == by.person_id:
        raise SelfAppointment()
    _require_within(terms, by=by)
    if person_id in owners:
        raise OwnerNeedsNone()
    if existing is not None and is_live(existing, at=at):
        raise AlreadyDelegated()


def offer(
    establishment: EstablishmentNumber,
    person_id: str,
    terms: Terms,
    *,
    by: str,
    existing: Delegation | None,
    at: datetime,
    policy: DelegationPolicy,
) -> DelegationChange:
    """The offer, after `check_appointment` and `check_terms`: open for as long as the policy says."""
    if existing is not None and is_live(existing, at=at):
        raise AlreadyDelegated()
    identity = delegation_id(establishment, person_id)
    chain = existing.chain if existing else Chain()
    after = Delegation(
        id=identity,
        establishment=establishment,
        person_id=person_id,
        terms=terms,
        state=DelegationState.OFFERED,
        offered_by=by,
        offered_at=at,
        open_until=at + policy.offer_open_for,
        chain=chain,
    )
    return _changed(existing, after, "DelegationOffered", by=by, at=at, **_facts(terms))


def accept(delegation: Delegation, *, by: str, at: datetime) -> DelegationChange:
    """The delegate takes it; `OfferNotOpen` once it was answered, withdrawn, left too long, or is over."""
    _require_open(delegation, by=by, at=at)
    if _is_over(delegation.terms, at=at):
        raise OfferNotOpen()
    return _ended(delegation, DelegationState.ACCEPTED, "DelegationAccepted", by=by, at=at)


def decline(delegation: Delegation, *, by: str, at: datetime) -> DelegationChange:
    """The delegate does not want it."""
    _require_open(delegation, by=by, at=at)
    return _ended(delegation, DelegationState.DECLINED, "DelegationDeclined", by=by, at=at)


def revoke(delegation: Delegation, *, by: Appointer, at: datetime) -> DelegationChange:
    """The establishment takes it back, or its offer: at once. A delegate does so only with what they hold themselves.

    One of somebody's own is given up instead (`resign`).
    """
    if delegation.person_id == by.person_id:
        raise SelfAppointment()
    if not delegation.terms.scopes <= frozenset(by.scopes):
        raise ScopeNotHeld()
    if delegation.state not in _LIVE:
        raise DelegationOver()
    return _ended(delegation, DelegationState.REVOKED, "DelegationRevoked", by=by.person_id, at=at)


def resign(delegation: Delegation, *, by: str, at: datetime) -> DelegationChange:
    """The delegate gives up what they accepted: at once."""
    _require_own(delegation, by=by)
    if delegation.state is not DelegationState.ACCEPTED:
        raise DelegationOver()
    return _ended(delegation, DelegationState.ENDED, "DelegationEnded", by=by, at=at)


def offer_digest(establishment: EstablishmentNumber, person_id: str, terms: Terms) -> str:
    """What the code of an offer is bound to: for whom, to whom, and every term."""
    stated = {"establishment": establishment.reveal(), "person_id": person_id, **_facts(terms)}
    return digest({"act": "offer_delegation", **stated})


def _require_within(terms: Terms, *, by: Appointer) -> None:
    longer = by.until is not None and (terms.ends_on is None or terms.ends_on > by.until)
    if Scope.APPOINT not in by.scopes or not terms.scopes <= frozenset(by.scopes) or longer:
        raise ScopeNotHeld()


def _require_own(delegation: Delegation, *, by: str) -> None:
    if delegation.person_id != by:
        raise NotFound()


def _require_open(delegation: Delegation, *, by: str, at: datetime) -> None:
    _require_own(delegation, by=by)
    if not _is_open(delegation, at=at):
        raise OfferNotOpen()


def _is_open(delegation: Delegation, *, at: datetime) -> bool:
    return delegation.state is DelegationState.OFFERED and at <= delegation.open_until


def _is_over(terms: Terms, *, at: datetime) -> bool:
    return terms.ends_on is not None and terms.ends_on < _day(at)


def _ended(
    delegation: Delegation, state: DelegationState, type: str, *, by: str, at: datetime
) -> DelegationChange:
    return _changed(delegation, delegation.model_copy(update={"state": state}), type, by=by, at=at)


def _changed(
    before: Delegation | None, after: Delegation, type: str, *, by: str, at: datetime, **facts: Any
) -> DelegationChange:
    event = next_event(
        type,
        source=SOURCE,
        aggregate=delegation_aggregate(after.id),
        chain=after.chain,
        at=at,
        actor=by,
        data={
            "person_id": after.person_id,
            "establishment": after.establishment.reveal(),
            "offered_by": after.offered_by,
            **facts,
        },
    )
    return DelegationChange(before, after.model_copy(update={"chain": Chain.after(event)}), event)


def _facts(terms: Terms) -> dict[str, Any]:
    return {
        "scopes": sorted(scope.value for scope in terms.scopes),
        "starts_on": terms.starts_on.isoformat(),
        "ends_on": terms.ends_on.isoformat() if terms.ends_on else None,
    }


def _day(moment: datetime) -> date:
    return moment.astimezone(RIYADH).date()
