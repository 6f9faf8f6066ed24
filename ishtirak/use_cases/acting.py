"""Whether somebody acts for an establishment: looked up on every call, so that it holds on tokens issued before."""

from ishtirak.kernel.access import AccessRelation
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.scope import Scope
from ishtirak.register.ports import Establishments


def require_acting(
    number: str, *, by: Caller, scope: Scope, establishments: Establishments, clock: Clock
) -> EstablishmentNumber:
    """The establishment, when the caller may do this for it now; `NotFound` for any other, known or not."""
    del scope, clock  # whoever acts for an establishment may do everything for it
    for own in establishments.acts_for(by.person_id):
        if own.reveal() == number:
            by.require(AccessRelation.OWN_ESTABLISHMENT)
            return own
    raise NotFound()
