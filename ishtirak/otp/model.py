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


class ChallengeState(StrEnum):
    """A challenge is open until it is used; a newer one for the same purpose replaces it."""

    OPEN = "OPEN"
    USED = "USED"
    REPLACED = "REPLACED"


class DispatchState(StrEnum):
    """How far the code is on its way. SENT: a provider took it over, which is not yet "arrived"."""

    PENDING = "PENDING"
    SENT = "SENT"
    FAILED = "FAILED"


@dataclass(frozen=True, kw_only=True)
class Challenge:
    """A code somebody is asked for (رمز التحقق); the code itself is nowhere in it.

    `digest` names the exact content (SHA-256, hex), `about` the thing that content belongs to. A decoy
    looks and behaves like any other challenge, but no code is ever sent for it and none is ever right.
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
    """When codes were opened for a subject lately, oldest first.

    `version` lets only one more be added at a time.
    """

    subject: str
    version: int = 0
    opened_at: tuple[datetime, ...] = ()
    live: Mapping[Purpose, ActiveChallenge] = field(default_factory=lambda: MappingProxyType({}))


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

    @property
    def challenge_id(self) -> str:
        return self.challenge.id

    @property
    def expires_at(self) -> datetime:
        return self.challenge.expires_at
