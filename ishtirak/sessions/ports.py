"""What sign-in and sessions need from the outside."""

from collections.abc import Mapping
from typing import Protocol

from ishtirak.kernel.parts import Part
from ishtirak.sessions.model import Attempts, Credential, Grant, Session, SignIn, Tokens


class Mac(Protocol):
    """A keyed hash whose key nobody can read, not even this system."""

    def of(self, message: bytes) -> bytes:
        """HMAC-SHA-256 of the message, or `Unavailable`."""


class Vault(Protocol):
    """Seals small secrets, each for one place."""

    def seal(self, text: str, context: Mapping[str, str]) -> str: ...

    def open(self, sealed: str, context: Mapping[str, str]) -> str: ...


class UserPool(Protocol):
    """Who may sign in, and the tokens the API accepts."""

    def check(self, username: str, password: str) -> Grant | None:
        """What the pool gives for this name and password.

        None for a wrong password, a name nobody has, and one that is disabled or locked alike.
        """

    def renew(self, credential: Credential) -> Tokens | None:
        """New tokens, or None when the pool no longer accepts the credential."""

    def sign_out(self, credential: Credential) -> None:
        """Make the pool forget every credential of this person."""


class SignIns(Protocol):
    """Where attempts, sign-ins under way and sessions are kept."""

    def attempts(self, name_tag: str) -> Attempts: ...

    def attempted(self, attempts: Attempts, *, before: Attempts) -> bool:
        """Note an attempt; False when another one on this name was noted meanwhile."""

    def beginning(self, sign_in: SignIn) -> Part:
        """The sign-in under way, to be committed with its challenge."""

    def under_way(self, challenge_id: str) -> SignIn | None: ...

    def starting(self, session: Session, *, name_tag: str) -> Part:
        """The session, and the name's attempts forgotten."""

    def session(self, session_id: str) -> Session | None: ...

    def renewed(self, session: Session, *, before: Session) -> bool:
        """Keep a renewed session; False when it is not as it was in `before`."""

    def end(self, session_id: str) -> None:
        """No handle of the session is accepted again. Ending twice is ending once."""
