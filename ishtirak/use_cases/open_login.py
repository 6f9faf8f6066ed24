"""Opening a login: it is reserved together with what proved the person, then the pool is given the user.

The pool is another system and takes part in no transaction. Whatever breaks in between, the person is who has the
username, no second login can come to be, and the same proof, or a new one, goes on from there: every call to the pool
may be repeated.
"""

from collections.abc import Collection
from dataclasses import dataclass

from ishtirak.kernel.caller import Role
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption, Mac
from ishtirak.kernel.transaction import Items, Transaction, retry_on_conflict
from ishtirak.logins import rules
from ishtirak.logins.model import Login, LoginChange, OpenedLogin
from ishtirak.logins.policy import policy_on
from ishtirak.logins.ports import Logins, PoolUsers
from ishtirak.logins.secrets import decrypt_username, encrypt_username
from ishtirak.otp.rules import CodeNotAccepted
from ishtirak.sessions.rules import name_message

ROLES: Collection[str] = (Role.CONTRIBUTOR,)
"""Whoever signs in is a contributor; what more somebody may do is a relation, or the authority's invitation."""


@dataclass(frozen=True)
class LoginOpening:
    """Where logins are kept, the pool, and the keys."""

    logins: Logins
    users: PoolUsers
    encryption: Encryption
    mac: Mac
    clock: Clock

    def open(
        self,
        person_id: str,
        *,
        username: str,
        password: str,
        under_way: str,
        proven: Items,
        transaction: Transaction,
        roles: Collection[str] = ROLES,
    ) -> OpenedLogin:
        """The login of a person who has just proven who they are by `proven`, named `under_way` meanwhile.

        A login that was reserved before keeps its username. Raises `UsernameTaken`, `LoginExists`, `LoginBusy`, and
        the refusals of `proven`.
        """

        def reserve() -> Login:
            change = self._reservation(person_id, username=username, under_way=under_way)
            result = OpenedLogin(self.username_of(change.after))
            transaction.commit(proven, self.logins.save(change), result=result)
            return change.after

        login = retry_on_conflict(reserve)
        return self._complete(login, password=password, roles=roles, transaction=transaction)

    def resume(
        self, person_id: str, *, password: str, under_way: str, transaction: Transaction
    ) -> OpenedLogin:
        """Go on with what the used code `under_way` began; `CodeNotAccepted` when that is finished or nothing."""
        login = self.taken_up(person_id, under_way=under_way)
        return self._complete(login, password=password, roles=ROLES, transaction=transaction)

    def taken_up(self, person_id: str, *, under_way: str) -> Login:
        """The login whose password this code has begun to set, for one process alone."""
        login = self.logins.find(person_id)
        if login is None or login.under_way != under_way:
            raise CodeNotAccepted()
        policy = policy_on(today(self.clock))
        taken = rules.taken_up(login, at=self.clock.now(), policy=policy)
        if not self.logins.take_up(taken, before=login):
            raise rules.LoginBusy(retry_after=policy.busy_seconds)
        return taken

    def username_of(self, login: Login) -> str:
        return decrypt_username(login, encryption=self.encryption)

    def username_tag(self, username: str) -> str:
        """What is kept of a username: enough to know it again."""
        return self.mac.of(name_message(username)).hex()

    def _reservation(self, person_id: str, *, username: str, under_way: str) -> LoginChange:
        now, policy = self.clock.now(), policy_on(today(self.clock))
        login = self.logins.find(person_id)
        if login is not None:
            return rules.resume(login, under_way=under_way, at=now, policy=policy)
        if self.users.owner(username) not in (None, person_id):
            raise rules.UsernameTaken()
        return rules.reserve(
            person_id,
            username_tag=self.username_tag(username),
            encrypted_username=encrypt_username(username, person_id=person_id, encryption=self.encryption),
            under_way=under_way,
            at=now,
            policy=policy,
        )

    def _complete(
        self, login: Login, *, password: str, roles: Collection[str], transaction: Transaction
    ) -> OpenedLogin:
        username = self.username_of(login)
        self.users.save(username, person_id=login.person_id, password=password, roles=roles)
        result = OpenedLogin(username)
        transaction.commit(self.logins.save(rules.opened(login, at=self.clock.now())), result=result)
        return result
