"""What sign-in and sessions need from the outside."""

from typing import Protocol

from ishtirak.kernel.transaction import Items
from ishtirak.sessions.model import AuthenticatedUser, Credential, Session, SignIn, SignInAttempts, Tokens


class UserPool(Protocol):
    """Who may sign in, and the tokens the API accepts."""

    def check(self, username: str, password: str) -> AuthenticatedUser | None:
        """What the pool gives for this name and password.

        None for a wrong password, a name nobody has, and one that is disabled or locked alike.
        """

    def renew(self, credential: Credential) -> Tokens | None:
        """New tokens, or None when the pool no longer accepts the credential."""

    def sign_out(self, credential: Credential) -> None:
        """Revoke every credential of this person in the pool."""


class SignIns(Protocol):
    """Where attempts, sign-ins under way and sessions are kept."""

    def attempts(self, name_tag: str) -> SignInAttempts: ...

    def record_attempt(self, attempts: SignInAttempts, *, before: SignInAttempts) -> bool:
        """Record an attempt; False when another one on this name was recorded meanwhile."""

    def begin(self, sign_in: SignIn) -> Items:
        """The writes of the sign-in under way, to be committed with its challenge."""

    def find(self, challenge_id: str) -> SignIn | None: ...

    def start(self, session: Session, *, name_tag: str) -> Items:
        """The writes of the session, and of deleting the name's attempts."""

    def session(self, session_id: str) -> Session | None: ...

    def renew(self, session: Session, *, before: Session) -> bool:
        """Keep a renewed session; False when it is not as it was in `before`."""

    def end(self, session_id: str) -> None:
        """No handle of the session is accepted again. Ending it again changes nothing."""
