"""What somebody may do for an establishment they act for."""

from enum import StrEnum


class Scope(StrEnum):
    """نطاق التفويض: one kind of act for an establishment; a delegation names several, an owner has them all."""

    VIEW = "VIEW"
    """Read the establishment's file and the accounts of its contributors."""
    REGISTER = "REGISTER"
    """Register contributors, change what is recorded of them and report that they left."""
    REPLY = "REPLY"
    """Confirm or object to periods employees claim."""
    BILLS = "BILLS"
    """Read what is due and dispute it."""
    APPOINT = "APPOINT"
    """Give and take away delegations."""
