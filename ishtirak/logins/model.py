"""A login, and a change of it with its event."""

from dataclasses import dataclass, field
from datetime import datetime

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.eventlog.event import Chain, Event


@dataclass(frozen=True, kw_only=True)
class Login:
    """حساب الدخول: one for a person, for ever under the username chosen first.

    The password is in the user pool alone. `open` once the pool has taken it; until then the person may sign up again.
    `under_way` names the setting of a password that the pool has not confirmed, and nobody else takes it up before
    `free_at`: by then the process that began it is over.
    """

    person_id: str
    username_tag: str
    encrypted_username: str = field(repr=False)
    chain: Chain = field(default_factory=Chain)
    version: int = 0
    open: bool = False
    under_way: str | None = None
    free_at: datetime | None = None

    @property
    def aggregate(self) -> Aggregate:
        return login_aggregate(self.person_id)


def login_aggregate(person_id: str) -> Aggregate:
    """What the events of a person's login are about."""
    return Aggregate(AggregateKind.LOGIN, person_id)


@dataclass(frozen=True)
class LoginChange:
    """A change of a login (`before` None: there was none), and its event."""

    before: Login | None
    after: Login
    event: Event


@dataclass(frozen=True)
class OpenedLogin:
    """What signing up gives: the username the person signs in with from now on."""

    username: str = field(repr=False)
