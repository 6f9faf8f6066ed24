"""Logins and who has which username, kept in the Access table. Neither ever expires.

A username is there as its keyed hash; the name itself is encrypted for the item of its person.
"""

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import event_log
from ishtirak.adapters.aws.instants import milliseconds, moment
from ishtirak.kernel.transaction import Items
from ishtirak.logins.model import Login, LoginChange, login_aggregate
from ishtirak.logins.rules import UsernameTaken

_AT_ONCE = 0


class LoginTable:
    """The `Logins` port on the Access table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def find(self, person_id: str) -> Login | None:
        item = event_log.read_state(self._table, login_aggregate(person_id))
        return _login(item) if item else None

    def save(self, change: LoginChange) -> Items:
        before, after = change.before, change.after
        state = dynamo.put(
            self._table,
            _item(after),
            condition="version = :read" if before else dynamo.NEW,
            values={":read": before.version} if before else None,
        )
        named = () if before else (self._reserve(after),)
        return (state, *named, *event_log.append(self._table, change.event))

    def _reserve(self, login: Login) -> dynamo.Write:
        item = {"pk": f"USERNAME#{login.username_tag}", "sk": "USERNAME", "person_id": login.person_id}
        return dynamo.put(self._table, item, condition=dynamo.NEW, refusal=UsernameTaken)

    def take_up(self, login: Login, *, before: Login) -> bool:
        taken = dynamo.update_if(
            self._table,
            _key(login.person_id),
            change="SET free_at = :free_at, version = :version",
            condition="version = :read",
            values={
                ":free_at": milliseconds(login.free_at) if login.free_at else _AT_ONCE,
                ":version": login.version,
                ":read": before.version,
            },
        )
        return taken is not None

    def finish(self, login: Login) -> None:
        dynamo.update_if(
            self._table,
            _key(login.person_id),
            change="SET free_at = :at_once, version = version + :one REMOVE under_way",
            condition="version = :read",
            values={":at_once": _AT_ONCE, ":one": 1, ":read": login.version},
        )


def _key(person_id: str) -> dynamo.Item:
    return {"pk": str(login_aggregate(person_id)), "sk": event_log.STATE}


def _item(login: Login) -> dynamo.Item:
    return event_log.state_item(
        login.aggregate,
        chain=login.chain,
        person_id=login.person_id,
        username_tag=login.username_tag,
        encrypted_username=login.encrypted_username,
        version=login.version,
        open=login.open,
        under_way=login.under_way,
        free_at=milliseconds(login.free_at) if login.free_at else _AT_ONCE,
    )


def _login(item: dynamo.Item) -> Login:
    return Login(
        person_id=item["person_id"],
        username_tag=item["username_tag"],
        encrypted_username=item["encrypted_username"],
        chain=event_log.chain_of(item),
        version=item["version"],
        open=item["open"],
        under_way=item.get("under_way"),
        free_at=moment(item["free_at"]) if item["free_at"] else None,
    )
