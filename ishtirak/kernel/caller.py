"""Who is asking, as the authorizer authenticated them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ishtirak.kernel.access import AccessRelation, Permit
from ishtirak.kernel.errors import NotFound


class Role(StrEnum):
    """What a signed-in person may be to the authority; a Cognito group each.

    Acting for an establishment is no role: it is read from the register on every call (`use_cases.acting`).
    """

    CONTRIBUTOR = "contributor"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Caller:
    """A signed-in person. `person_id` is opaque: it is in no register outside this system."""

    subject: str
    person_id: str
    roles: frozenset[Role]
    signed_in_at: datetime | None = None
    """When the person gave the password that all tokens of this session come from; None where no token says."""
    sign_in_id: str | None = None
    """Which sign-in the token comes from: the same in all tokens of one session; None where no token says."""
    permit: Permit | None = field(default=None, compare=False, repr=False)
    """What the operation that is called lets them reach; None where no operation calls."""

    def require(self, relation: AccessRelation) -> None:
        """`NotFound` unless the operation answers them under this relation; where none calls, for all but others'."""
        if self.permit is not None:
            self.permit.require(relation)
        elif relation is AccessRelation.OTHER:
            raise NotFound()

    def require_owner(self, owner: str) -> None:
        """`require` for what is this person's."""
        self.require(self._relation_to(owner))

    def require_authority(self, owner: str | None = None) -> None:
        """`require_owner` in a use case of the authority, which reaches everything where no operation calls it."""
        if self.permit is not None:
            self.permit.require(self._relation_to(owner))

    def _relation_to(self, owner: str | None) -> AccessRelation:
        return AccessRelation.OWN if owner == self.person_id else AccessRelation.OTHER
