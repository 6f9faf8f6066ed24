"""A challenge, the history of what was sent, and how a dispatch went."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.kernel.transaction import Items


class Purpose(StrEnum):
    """What a code is for. One that was sent for one thing opens no other."""

    SIGN_IN = "SIGN_IN"
    SUBMIT_REQUEST = "SUBMIT_REQUEST"
    ENROL_FACTOR = "ENROL_FACTOR"
    REMOVE_FACTOR = "REMOVE_FACTOR"
    DECIDE = "DECIDE"
    OFFER_DELEGATION = "OFFER_DELEGATION"
    SIGN_UP = "SIGN_UP"
    LOGIN_EXISTS = "LOGIN_EXISTS"
    """No code at all: the text says that there is a login already, by the way a code would come."""
    CHANGE_PASSWORD = "CHANGE_PASSWORD"  # noqa: S105 - a purpose, not a secret
    RECOVER_PASSWORD = "RECOVER_PASSWORD"  # noqa: S105 - a purpose, not a secret
    FIRST_PASSWORD = "FIRST_PASSWORD"  # noqa: S105 - a purpose, not a secret
    INVITE_OFFICIAL = "INVITE_OFFICIAL"
    CONFIRM_OFFICIAL = "CONFIRM_OFFICIAL"


class ChallengeState(StrEnum):
    """A challenge is open until it is used; REPLACED: ended unused, by a newer one or because the phone changed."""

    OPEN = "OPEN"
    USED = "USED"
    REPLACED = "REPLACED"


class DispatchState(StrEnum):
    """How far the code is on its way. SENT: a provider took it over, which is not yet "arrived".

    NOT_SENT: a limit was reached, and no code will come; another may be asked for at `try_again_at`.
    """

    PENDING = "PENDING"
    SENT = "SENT"
    FAILED = "FAILED"
    NOT_SENT = "NOT_SENT"


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """A code somebody is asked for (رمز التحقق); the code itself is nowhere in it.

    `digest` names the exact content, `about` the thing that content belongs to. A decoy looks and behaves
    like any other challenge, but no code is ever sent for it and none is ever right. `phone` is the keyed
    hash of the number its code was sent to, noted before it is sent; None until then.
    """

    id: str
    subject: str
    purpose: Purpose
    digest: str
    about: str
    opened_at: datetime
    expires_at: datetime
    decoy: bool = False
    state: ChallengeState = ChallengeState.OPEN
    tries: int = 0
    dispatch: DispatchState = DispatchState.PENDING
    masked_mobile: str | None = None
    phone: str | None = None
    try_again_at: datetime | None = None

    @property
    def aggregate(self) -> Aggregate:
        return challenge_aggregate(self.id)

    @property
    def used(self) -> bool:
        """Its code was used: a right code now can only be the same submission sent again."""
        return self.state is ChallengeState.USED


def challenge_aggregate(challenge_id: str) -> Aggregate:
    """What the events of a challenge are about."""
    return Aggregate(AggregateKind.CHALLENGE, challenge_id)


@dataclass(frozen=True)
class ActiveChallenge:
    """The newest challenge of a purpose: what a resend replaces and counts its pause from."""

    challenge_id: str
    opened_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class CodeHistory:
    """When codes were opened lately, oldest first: for a subject, to a phone, or from an address.

    `version` lets only one more be added at a time. A phone and an address have no live codes.
    """

    subject: str
    version: int = 0
    opened_at: tuple[datetime, ...] = ()
    live: Mapping[Purpose, ActiveChallenge] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Counted:
    """A history and what one more code makes of it."""

    before: CodeHistory
    after: CodeHistory


@dataclass(frozen=True)
class Attempt:
    """What spending a try found.

    The challenge as it is now (None: there is none), and whether the try counted.
    """

    challenge: Challenge | None
    counted: bool


@dataclass(frozen=True)
class OpenedChallenge:
    """A challenge to be committed: `items` write it, its event and everything it replaces."""

    challenge: Challenge
    resend_after_seconds: int
    items: Items
    texts_from: datetime | None = None
    """While no text leaves, because an hour's budget is used up: until when. The same for everybody who asks."""

    @property
    def challenge_id(self) -> str:
        return self.challenge.id

    @property
    def expires_at(self) -> datetime:
        return self.challenge.expires_at
