"""Who is asking, as the authorizer authenticated them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
