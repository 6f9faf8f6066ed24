"""What sign-in and sessions need from the outside."""

from collections.abc import Sequence
from typing import Protocol

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

    def attempts(self, place: Place) -> SignInAttempts: ...

    def record_attempt(self, attempts: SignInAttempts, *, before: SignInAttempts) -> bool:
        """Record an attempt; False when another one from this place was recorded meanwhile."""

    def spend(self, budget: Budget, amount: int) -> bool:
        """Take so much from a budget in one write; False, and nothing taken, when it is used up.

        Of many at once no more than its limit are told True. A negative amount gives back what was taken.
        """

    def remember(self, attempts: SignInAttempts) -> None:
        """Keep these attempts of a place, whatever was recorded of it before."""

    def begin(self, sign_in: SignIn) -> Items:
        """The writes of the sign-in under way, to be committed with its challenge."""

    def find(self, challenge_id: str) -> SignIn | None: ...

    def start(self, session: Session, *, device: SignInAttempts) -> Items:
        """The writes of the session, and of the attempts of the device it is on, whatever they were before."""

    def session(self, session_id: str) -> Session | None: ...

    def sessions_of(self, person_id: str) -> Sequence[Session]:
        """The person's sessions, the newest first, at most a hundred; those that are over may be among them."""

    def ending(self, session: Session) -> Items:
        """The write that ends a session, whatever became of it meanwhile."""

    def renew(self, session: Session, *, before: Session) -> bool:
        """Keep a renewed session; False when it is not as it was in `before`."""

    def end(self, session_id: str) -> None:
        """No handle of the session is accepted again. Ending it again changes nothing."""
