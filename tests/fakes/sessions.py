"""In-memory fakes of what sign-in and sessions are kept in, and a user pool with one person."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ishtirak.kernel.errors import ChangedMeanwhile, Unavailable
from ishtirak.kernel.transaction import Items
from ishtirak.sessions.model import (
    AuthenticatedUser,
    Budget,
    Credential,
    Place,
    Session,
    SignIn,
    SignInAttempts,
    Tokens,
)
from ishtirak.sessions.revocation import NOTHING_REVOKED, Revocation
from tests.fakes.transaction import Write


@dataclass
class InMemorySignIns:
    """`SignIns` in dictionaries."""

    names: dict[Place, SignInAttempts] = field(default_factory=dict)
    spent: dict[tuple[str, str], int] = field(default_factory=dict)
    beginnings: dict[str, SignIn] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)

    def attempts(self, place: Place) -> SignInAttempts:
        return self.names.get(place, SignInAttempts(place))

    def record_attempt(self, attempts: SignInAttempts, *, before: SignInAttempts) -> bool:
        if self.attempts(attempts.place).version != before.version:
            return False
        self.remember(attempts)
        return True

    def spend(self, budget: Budget, amount: int) -> bool:
        key = (budget.owner, budget.entry)
        if key in self.spent and self.spent[key] >= budget.limit and amount >= 0:
            return False
        self.spent[key] = self.spent.get(key, 0) + amount
        return True

    def remember(self, attempts: SignInAttempts) -> None:
        self.names[attempts.place] = attempts

    def begin(self, sign_in: SignIn) -> Items:
        return (self._new(self.beginnings, sign_in.challenge_id, sign_in),)

    def find(self, challenge_id: str) -> SignIn | None:
        return self.beginnings.get(challenge_id)

    def start(self, session: Session, *, device: SignInAttempts) -> Items:
        return (
            self._new(self.sessions, session.id, session),
            Write(lambda: None, lambda: self.remember(device)),
        )

    def session(self, session_id: str) -> Session | None:
        return self.sessions.get(session_id)

    def sessions_of(self, person_id: str) -> Sequence[Session]:
        own = [session for session in self.sessions.values() if session.person_id == person_id]
        return tuple(sorted(own, key=lambda session: (session.started_at, session.id), reverse=True))[:100]

    def ending(self, session: Session) -> Items:
        return (Write.when(lambda: session.id in self.sessions, lambda: self.end(session.id)),)

    def renew(self, session: Session, *, before: Session) -> bool:
        found = self.sessions.get(session.id)
        if found is None or found.ended or found.generation != before.generation:
            return False
        self.sessions[session.id] = session
        return True

    def end(self, session_id: str) -> None:
        if session_id in self.sessions:
            self.sessions[session_id] = replace(self.sessions[session_id], ended=True)

    def _new[Kept](self, place: dict[str, Kept], key: str, value: Kept) -> Write:
        def check() -> None:
            if key in place:
                raise ChangedMeanwhile()

        def apply() -> None:
            place[key] = value

        return Write(check, apply)


@dataclass
class InMemoryRevocations:
    """`Revocations` in a dictionary; `asked` counts the reads, `broken` stands for a table that cannot be read."""

    revoked: dict[str, Revocation] = field(default_factory=dict)
    asked: int = 0
    broken: bool = False

    def latest(self, person_id: str) -> Revocation:
        self.asked += 1
        if self.broken:
            raise Unavailable()
        return self.revoked.get(person_id, NOTHING_REVOKED)

    def revoke(self, person_id: str, *, at: datetime) -> None:
        if self._not_later(person_id, at):
            self.revoked[person_id] = Revocation(at)

    def revoking(self, person_id: str, *, at: datetime, spare: str | None) -> Items:
        def apply() -> None:
            self.revoked[person_id] = Revocation(at, spare)

        return (Write.when(lambda: self._not_later(person_id, at), apply),)

    def ending(self, person_id: str, *, sign_in_id: str, at: datetime) -> Items:
        def apply() -> None:
            known = self.revoked.get(person_id, NOTHING_REVOKED)
            self.revoked[person_id] = replace(known, ended=known.ended | {sign_in_id})

        return (Write(lambda: None, apply),)

    def _not_later(self, person_id: str, at: datetime) -> bool:
        known = self.revoked.get(person_id, NOTHING_REVOKED).at
        return known is None or known <= at


@dataclass
class PlainEncryption:
    """Binds a text to its context as the real one does, and hides nothing."""

    def encrypt(self, text: str, context: Mapping[str, str]) -> str:
        return json.dumps([dict(context), text])

    def decrypt(self, ciphertext: str, context: Mapping[str, str]) -> str:
        bound, text = json.loads(ciphertext)
        if bound != dict(context):
            raise ValueError("encrypted for another place")
        return str(text)


@dataclass
class OnePersonPool:
    """A user pool that knows one name. `forgotten` holds the credentials it no longer accepts."""

    person_id: str = "7b0f2f7e-0000-4000-8000-000000000001"
    username: str = "fahad"
    password: str = "a right password"
    available: bool = True
    renewals: int = 0
    forgotten: set[str] = field(default_factory=set)

    def check(self, username: str, password: str) -> AuthenticatedUser | None:
        if (username, password) != (self.username, self.password):
            return None
        return AuthenticatedUser(self.person_id, Credential(username=username, refresh_token="refresh-1"))

    def renew(self, credential: Credential) -> Tokens | None:
        if not self.available:
            raise Unavailable()
        if credential.refresh_token in self.forgotten:
            return None
        self.renewals += 1
        return Tokens(
            id_token=f"id-{self.renewals}",
            expires_in=900,
            sign_in_id=f"sign-in of {credential.refresh_token}",
        )

    def sign_out(self, credential: Credential) -> None:
        if not self.available:
            raise Unavailable()
        self.forgotten.add(credential.refresh_token)
