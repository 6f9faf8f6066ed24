"""What logins need from the outside."""

from collections.abc import Collection
from typing import Protocol

from ishtirak.kernel.transaction import Items
from ishtirak.logins.model import Login, LoginChange


class Logins(Protocol):
    """Where it is kept who has which username."""

    def find(self, person_id: str) -> Login | None:
        """The person's login, reserved or open."""

    def save(self, change: LoginChange) -> Items:
        """The writes of a change and its event; with a new login its username becomes the person's.

        Their refusals are `UsernameTaken`, and `ChangedMeanwhile` when the login is not as it was in `before`.
        """

    def take_up(self, login: Login, *, before: Login) -> bool:
        """Keep what `rules.taken_up` gave; False when somebody else was faster."""

    def finish(self, login: Login) -> None:
        """The pool has confirmed what was under way; when something else is by now, nothing is changed."""


class PoolUsers(Protocol):
    """The users in the pool that checks passwords. Each call may be repeated."""

    def owner(self, username: str) -> str | None:
        """The opaque id of the person the pool's user of this name is; None when nobody has it.

        A user without a person is the empty string: nobody's, and not free.
        """

    def save(self, username: str, *, person_id: str, password: str, roles: Collection[str]) -> None:
        """The pool has this user, with this password and in these groups; whatever of it is there already stays."""

    def set_password(self, username: str, password: str) -> None:
        """The user signs in with this password from now on. `Unavailable` when the pool did not answer."""

    def first_password_of(self, username: str, password: str) -> str | None:
        """The person whose unexpired first password this is, which they have to replace; None for all else alike."""

    def sign_out(self, username: str) -> None:
        """Revoke every credential of this user."""
