"""In-memory fakes of logins and of the pool's users; `dies` stands for a pool that is killed or does not answer."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from ishtirak.eventlog.event import Event
from ishtirak.kernel.errors import ChangedMeanwhile, Unavailable
from ishtirak.kernel.transaction import Items
from ishtirak.logins.model import Login, LoginChange
from ishtirak.logins.rules import UsernameTaken
from ishtirak.sessions.model import AuthenticatedUser, Credential, Tokens
from tests.fakes.transaction import Write


@dataclass
class InMemoryLogins:
    """`Logins` in two dictionaries; `events` holds what the event items would be."""

    people: dict[str, Login] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def find(self, person_id: str) -> Login | None:
        return self.people.get(person_id)

    def save(self, change: LoginChange) -> Items:
        after = change.after

        def check() -> None:
            found = self.people.get(after.person_id)
            if (found.version if found else 0) != (change.before.version if change.before else 0):
                raise ChangedMeanwhile()
            if change.before is None and after.username_tag in self.names:
                raise UsernameTaken()

        def apply() -> None:
            self.people[after.person_id] = after
            self.names.setdefault(after.username_tag, after.person_id)
            self.events.append(change.event)

        return (Write(check, apply),)

    def take_up(self, login: Login, *, before: Login) -> bool:
        stands = self.people[login.person_id].version == before.version
        if stands:
            self.people[login.person_id] = login
        return stands

    def finish(self, login: Login) -> None:
        found = self.people[login.person_id]
        if found.version == login.version:
            self.people[login.person_id] = replace(
                found, under_way=None, free_at=None, version=found.version + 1
            )


@dataclass
class PoolUser:
    """One user of the pool; a `first` password has to be replaced."""

    person_id: str
    password: str = ""
    roles: frozenset[str] = frozenset()
    first: bool = False


@dataclass
class InMemoryPool:
    """`PoolUsers` and `UserPool` on one dictionary."""

    users: dict[str, PoolUser] = field(default_factory=dict)
    signed_out: list[str] = field(default_factory=list)
    dies: str = ""
    """The call that does not come back, once."""

    def owner(self, username: str) -> str | None:
        self._may_die("owner")
        return self.users[username].person_id if username in self.users else None

    def save(self, username: str, *, person_id: str, password: str, roles: Collection[str]) -> None:
        self._may_die("save")
        user = self.users.setdefault(username, PoolUser(person_id))
        if user.person_id != person_id:
            raise UsernameTaken()
        user.roles |= frozenset(roles)
        self._may_die("save half")
        self.set_password(username, password)

    def set_password(self, username: str, password: str) -> None:
        self._may_die("set_password")
        self.users[username].password, self.users[username].first = password, False

    def first_password_of(self, username: str, password: str) -> str | None:
        user = self.users.get(username)
        return user.person_id or None if user and user.first and user.password == password else None

    def sign_out(self, username: str | Credential) -> None:
        self.signed_out.append(username if isinstance(username, str) else username.username)

    def check(self, username: str, password: str) -> AuthenticatedUser | None:
        user = self.users.get(username)
        if user is None or user.first or user.password != password:
            return None
        return AuthenticatedUser(user.person_id, Credential(username=username, refresh_token="refresh"))

    def renew(self, credential: Credential) -> Tokens | None:
        return Tokens(id_token="id", expires_in=900)

    def _may_die(self, call: str) -> None:
        if self.dies == call:
            self.dies = ""
            raise Unavailable()
