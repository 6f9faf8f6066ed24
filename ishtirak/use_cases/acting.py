"""Whether somebody acts for an establishment: looked up on every call, so that it holds on tokens issued before.

Owners and accepted delegations count, on the civil day it is in the kingdom. Nobody acts for an establishment that the
commercial registry struck off.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from ishtirak.kernel.access import AccessRelation
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.scope import Scope
from ishtirak.register.establishments import Establishment
from ishtirak.register.mandates import Mandate
from ishtirak.register.ports import Establishments


def require_acting(
    number: str, *, by: Caller, scope: Scope, establishments: Establishments, clock: Clock
) -> EstablishmentNumber:
    """The establishment, when the caller may do this for it now; `NotFound` for any other, known or not."""
    return require_mandates(number, by=by, scope=scope, establishments=establishments, clock=clock)[0].number


def require_mandates(
    number: str, *, by: Caller, scope: Scope, establishments: Establishments, clock: Clock
) -> tuple[Establishment, Sequence[Mandate]]:
    """The establishment, and every ground on which the caller acts for it now, one of which covers the scope."""
    held = [
        mandate
        for mandate in establishments.mandates_of(by.person_id)
        if mandate.establishment.reveal() == number and mandate.in_force(today(clock))
    ]
    if not any(scope in mandate.scopes for mandate in held):
        raise NotFound()
    establishment = establishments.find(held[0].establishment)
    if establishment is None or not establishment.is_represented:
        raise NotFound()
    by.require(AccessRelation.OWN_ESTABLISHMENT)
    return establishment, held


def acts_for(
    person_id: str, *, scope: Scope | None, establishments: Establishments, clock: Clock
) -> Sequence[Establishment]:
    """The establishments the person may do this for now, in the order of their numbers; None: may do anything for."""
    numbers = {
        mandate.establishment
        for mandate in establishments.mandates_of(person_id)
        if mandate.covers(scope, on=today(clock))
    }
    known = establishments.many(numbers) if numbers else {}
    return [
        known[number]
        for number in sorted(numbers, key=EstablishmentNumber.reveal)
        if number in known and known[number].is_represented
    ]


def may_act(
    number: EstablishmentNumber,
    *,
    by: Caller,
    scope: Scope,
    establishments: Establishments,
    clock: Clock,
) -> bool:
    """Whether the caller may do this for the establishment now."""
    try:
        require_mandates(number.reveal(), by=by, scope=scope, establishments=establishments, clock=clock)
    except NotFound:
        return False
    return True


def acting_people(
    number: EstablishmentNumber,
    *,
    scope: Scope | None,
    limit: int,
    establishments: Establishments,
    clock: Clock,
) -> Sequence[str]:
    """Those who may do this for an establishment now (None: anything), at most `limit`, each once.

    May lag a moment.
    """
    establishment = establishments.find(number)
    if establishment is None or not establishment.is_represented:
        return ()
    return tuple(islice(_people(number, scope=scope, establishments=establishments, clock=clock), limit))


def _people(
    number: EstablishmentNumber, *, scope: Scope | None, establishments: Establishments, clock: Clock
) -> Iterator[str]:
    met: set[str] = set()
    for mandate in establishments.mandates_for(number):
        if mandate.person_id not in met and mandate.covers(scope, on=today(clock)):
            met.add(mandate.person_id)
            yield mandate.person_id
