"""Why a delegation is not offered, answered or ended."""

from ishtirak.kernel.errors import Denied, Incomplete, Refused


class SelfAppointment(Denied):
    """Nobody delegates to themselves, nor extends what they were given."""

    code = "self_appointment"


class ScopeNotHeld(Denied):
    """Nobody delegates what they may not do themselves, or for longer than they may."""

    code = "scope_not_held"


class OwnerNeedsNone(Refused):
    """An owner acts for the establishment in everything without a delegation."""

    code = "owner_needs_no_delegation"


class AlreadyDelegated(Refused):
    """The person has a delegation of this establishment, or an offer still open; it is ended before another is made."""

    code = "already_delegated"


class OfferNotOpen(Refused):
    """The offer was answered, withdrawn, or not answered in time; or its last day is over."""

    code = "offer_not_open"


class DelegationOver(Refused):
    """The delegation was ended before."""

    code = "delegation_over"


class PersonNotVerified(Incomplete):
    """The number and the birth date are not those of one person, or too many were tried. Nobody learns which."""

    code = "person_not_verified"
