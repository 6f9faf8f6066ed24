"""How a login is reserved, opened and given another password. Pure: no clock, no store, no key.

The user pool is another system: nothing commits with it. So each setting of a password is recorded first, together
with what proved it, and the pool is asked after; a record that the pool has not confirmed is `under_way`, and the same
proof takes it up again once the process that began it must be over.
"""

import hashlib
import hmac
import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from ishtirak.eventlog.event import Chain, next_event
from ishtirak.kernel.errors import Incomplete, NotAuthentic, Refused, TooMany
from ishtirak.logins.model import Login, LoginChange, login_aggregate
from ishtirak.logins.policy import LoginPolicy

SOURCE: Final = "ishtirak.logins"


class UsernameTaken(Refused):
    """Somebody has this username. It is said only to who has just proven who they are."""

    code = "username_taken"


class LoginExists(Refused):
    """The person has a login; the password is recovered, not chosen by signing up again."""

    code = "login_exists"


class PasswordNotAccepted(NotAuthentic):
    """The current password is wrong, or the login has none in the pool."""

    code = "password_not_accepted"


class SecondFactorRequired(Incomplete):
    """The person has an authenticator: the code from the SMS alone recovers nothing."""

    code = "second_factor_required"


class LoginBusy(TooMany):
    """Another setting of this login's password is under way for at most `retry_after` seconds."""

    code = "login_busy"


def has_username(login: Login | None, tag: str) -> bool:
    """Whether it is the login with this username, by its keyed hash."""
    return hmac.compare_digest((login.username_tag if login else "").encode(), tag.encode())


def content_of(purpose: str, *parts: str) -> str:
    """What a code for a login is bound to."""
    return hashlib.sha256("|".join((purpose, *parts)).encode()).hexdigest()


def reserve(
    person_id: str,
    *,
    username_tag: str,
    encrypted_username: str,
    under_way: str,
    at: datetime,
    policy: LoginPolicy,
) -> LoginChange:
    """The login of who had none: the username is theirs from now on, and the pool is to be told."""
    login = Login(
        person_id=person_id,
        username_tag=username_tag,
        encrypted_username=encrypted_username,
        under_way=under_way,
        free_at=at + policy.busy,
    )
    return _changed(None, login, "LoginReserved", at=at)


def resume(login: Login, *, under_way: str, at: datetime, policy: LoginPolicy) -> LoginChange:
    """A reserved login that the pool never confirmed, taken up again; its username stays."""
    if login.open:
        raise LoginExists()
    require_free(login, at=at)
    return _changed(login, _begun(login, under_way, at, policy), "LoginReserved", at=at)


def opened(login: Login, *, at: datetime) -> LoginChange:
    """The pool has the person with their password."""
    return _changed(login, replace(login, open=True, under_way=None, free_at=None), "LoginOpened", at=at)


def set_password(
    login: Login, *, recovered: bool, under_way: str, at: datetime, policy: LoginPolicy
) -> LoginChange:
    """The password is another one from now on, and the pool is to be told."""
    require_free(login, at=at)
    happened = "PasswordRecovered" if recovered else "PasswordChanged"
    return _changed(login, _begun(login, under_way, at, policy), happened, at=at)


def taken_up(login: Login, *, at: datetime, policy: LoginPolicy) -> Login:
    """What is under way, taken up by who has the same proof; nothing else is decided anew."""
    require_free(login, at=at)
    return replace(login, free_at=at + policy.busy, version=login.version + 1)


def require_free(login: Login, *, at: datetime) -> None:
    """Two processes never tell the pool two passwords of one login at once: `LoginBusy`."""
    if login.free_at is not None and at < login.free_at:
        raise LoginBusy(retry_after=max(1, math.ceil((login.free_at - at) / timedelta(seconds=1))))


def _begun(login: Login, under_way: str, at: datetime, policy: LoginPolicy) -> Login:
    return replace(login, under_way=under_way, free_at=at + policy.busy)


def _changed(before: Login | None, after: Login, type: str, *, at: datetime, **facts: Any) -> LoginChange:
    event = next_event(
        type,
        source=SOURCE,
        aggregate=login_aggregate(after.person_id),
        chain=before.chain if before else Chain(),
        at=at,
        actor=after.person_id,
        data={"person_id": after.person_id, **facts},
    )
    moved_on = replace(after, chain=Chain.after(event), version=after.version + 1)
    return LoginChange(before, moved_on, event)
