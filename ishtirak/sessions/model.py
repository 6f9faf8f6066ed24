"""Attempts on a name, a sign-in under way, and a session."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum, auto


class PlaceKind(StrEnum):
    """What a place is told by: a handle the client keeps, or the network address it asks from."""

    DEVICE = "DEVICE"
    ADDRESS = "ADDRESS"


@dataclass(frozen=True)
class Place:
    """Where a name is tried from. Attempts of one place never block another one.

    `tag` is the id of a device that proved it, or a keyed hash of an address; neither names nor addresses are kept.
    """

    name_tag: str
    kind: PlaceKind
    tag: str


@dataclass(frozen=True)
class SignInAttempts:
    """How often a name was tried from one place since its last completed sign-in from there.

    Every name has them, whether anybody has that name or not. `known_until`: somebody signed in from there with
    this name, and the address is trusted with attempts of its own until then.
    """

    place: Place
    version: int = 0
    count: int = 0
    last_at: datetime | None = None
    next_at: datetime | None = None
    known_until: datetime | None = None


@dataclass(frozen=True)
class Budget:
    """How many attempts of strangers, who come from a place no sign-in came from, count until a moment."""

    owner: str
    """Whose: `NAME#<tag>` or `ADDRESS#<tag>`."""
    entry: str
    """Which of the owner's: the span of time, and the place where it is one place's."""
    limit: int
    until: datetime


@dataclass(frozen=True)
class AttemptSource:
    """Where one attempt comes from: always an address, and a device when its handle was proven."""

    address: Place
    device: Place | None

    @property
    def place(self) -> Place:
        """Whose attempts it counts among: the device's own, if there is one."""
        return self.device or self.address


@dataclass(frozen=True)
class AttemptAdmission:
    """Whether an attempt's password is looked at, and when the next one from this place can be.

    `charged`: it was taken from the budgets of strangers.
    """

    admitted: bool
    charged: bool
    next_at: datetime


@dataclass(frozen=True)
class DeviceHandle:
    """What a client keeps of its sign-ins, in its parts: which device, since when, the proof that we made it."""

    device_id: str
    made_at: datetime
    tag: bytes = field(repr=False)


@dataclass(frozen=True)
class AuthenticatedUser:
    """What the user pool gave for a right password; only used once the code is right as well."""

    person_id: str
    credential: "Credential"


@dataclass(frozen=True)
class Credential:
    """What a session is renewed with. Kept encrypted and never shown, not even to the person."""

    username: str = field(repr=False)
    refresh_token: str = field(repr=False)

    def as_text(self) -> str:
        return json.dumps([self.username, self.refresh_token], ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> "Credential":
        username, refresh_token = json.loads(text)
        return cls(username=username, refresh_token=refresh_token)


@dataclass(frozen=True)
class Tokens:
    """What the person's client is given: the bearer token of the API, and its lifetime in seconds."""

    id_token: str = field(repr=False)
    expires_in: int
    sign_in_id: str | None = None
    """How the tokens name the sign-in they come from; the same at every renewal."""


@dataclass(frozen=True)
class SessionGrant:
    """What opening or renewing a session gives the client: the tokens, and the handle to renew them with."""

    tokens: Tokens
    handle: str = field(repr=False)
    device: str | None = field(default=None, repr=False)
    """What the device shows at its next sign-in; given when a session is opened."""


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """A sign-in between password and code.

    For a decoy every field is there, and none of them opens anything.
    """

    challenge_id: str
    subject: str
    digest: str
    source: AttemptSource
    admission: AttemptAdmission
    encrypted: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Session:
    """جلسة.

    One person's, on one device. Its handle changes with every renewal; `generation` says which is the
    newest.
    """

    id: str
    person_id: str
    encrypted: str = field(repr=False)
    started_at: datetime
    used_at: datetime
    generation: int = 1
    ended: bool = False
    sign_in_id: str | None = None
    """How its tokens name it; None for one that was started before tokens were asked."""


@dataclass(frozen=True)
class Handle:
    """What a client holds of a session, in its parts: which session, which generation, the proof that we made it."""

    session_id: str
    generation: int
    tag: bytes = field(repr=False)


class Renewal(Enum):
    """What becomes of a handle that is ours."""

    RENEW = auto()
    AGAIN = auto()
    """It was renewed a moment ago and the answer got lost, or two windows asked at once.

    The same answer again.
    """
    REVOKE = auto()
    """An old handle came back: one of two holders is not the person, so neither goes on."""
    OVER = auto()
