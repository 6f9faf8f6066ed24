"""How a caller stands to what an operation is about, and what the authorisation table lets them reach by it.

A use case finds the relation and asks for it by `Caller.require`; whether the operation answers under it is what the
table says (`edge/http/access.json`). What it does not let in is `NotFound`: nobody learns that it exists.
"""

from collections.abc import Collection
from enum import StrEnum

from ishtirak.kernel.errors import NotFound


class AccessRelation(StrEnum):
    """How the caller stands to what is asked for."""

    OWN = "own"
    """It is the caller's own: their request, their account, their session."""
    OWN_ESTABLISHMENT = "own_establishment"
    """It is of an establishment the caller acts for now."""
    FORMER_ESTABLISHMENT = "former_establishment"
    """It is of somebody an establishment the caller acts for employed before, or of one they acted for before."""
    OTHER = "other"
    """It is somebody else's."""
    NONE = "none"
    """Nothing ties anybody to it: it is public, or nobody is signed in."""


class Permit:
    """What one call may reach, by the table, and under which relations it did.

    A call that came to several things is answered with what all their relations may see.
    """

    __slots__ = ("found", "relations")

    def __init__(
        self, relations: Collection[AccessRelation], *, found: tuple[AccessRelation, ...] = ()
    ) -> None:
        self.relations = relations
        self.found = found

    def require(self, relation: AccessRelation) -> None:
        """Note the relation, or raise `NotFound` where the table does not let it in."""
        if relation not in self.relations:
            raise NotFound()
        if relation not in self.found:
            self.found = (*self.found, relation)
