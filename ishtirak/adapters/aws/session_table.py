"""Attempts on names, sign-ins under way and sessions, kept in the Access table."""

from datetime import timedelta

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.access_table import delete_after, milliseconds, moment
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.transaction import Items
from ishtirak.otp.model import challenge_aggregate
from ishtirak.sessions.model import Session, SignIn, SignInAttempts

_LONGEST_SESSION = timedelta(days=1)
_LONGEST_SIGN_IN = timedelta(minutes=10)


class SessionTable:
    """The `SignIns` port on the Access table. The clock only says when an item may be deleted."""

    def __init__(self, table: str, *, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def attempts(self, name_tag: str) -> SignInAttempts:
        item = dynamo.get(self._table, f"NAME#{name_tag}", "ATTEMPTS")
        if item is None:
            return SignInAttempts(name_tag)
        return SignInAttempts(
            name_tag,
            version=item["version"],
            count=item["tried"],
            last_at=moment(item["last_at"]),
            next_at=moment(item["next_at"]),
        )

    def record_attempt(self, attempts: SignInAttempts, *, before: SignInAttempts) -> bool:
        last_at = attempts.last_at or self._clock.now()
        values = {
            ":count": attempts.count,
            ":version": attempts.version,
            ":last_at": milliseconds(last_at),
            ":next_at": milliseconds(attempts.next_at or last_at),
            ":delete_after": delete_after(last_at + _LONGEST_SESSION),
            ":read": before.version,
        }
        recorded = dynamo.update_if(
            self._table,
            {"pk": f"NAME#{attempts.name_tag}", "sk": "ATTEMPTS"},
            change="SET tried = :count, version = :version, last_at = :last_at, next_at = :next_at,"
            " expires_at = :delete_after",
            condition="version = :read" if before.version else "attribute_not_exists(pk) OR version = :read",
            values=values,
        )
        return recorded is not None

    def begin(self, sign_in: SignIn) -> Items:
        item = {
            "pk": str(challenge_aggregate(sign_in.challenge_id)),
            "sk": "SIGNIN",
            "challenge_id": sign_in.challenge_id,
            "subject": sign_in.subject,
            "digest": sign_in.digest,
            "name_tag": sign_in.name_tag,
            "encrypted": sign_in.encrypted,
            "expires_at": delete_after(self._clock.now() + _LONGEST_SIGN_IN),
        }
        return (dynamo.put(self._table, item, condition=dynamo.NEW),)

    def find(self, challenge_id: str) -> SignIn | None:
        item = dynamo.get(self._table, str(challenge_aggregate(challenge_id)), "SIGNIN")
        if item is None:
            return None
        return SignIn(
            challenge_id=item["challenge_id"],
            subject=item["subject"],
            digest=item["digest"],
            name_tag=item["name_tag"],
            encrypted=item["encrypted"],
        )

    def start(self, session: Session, *, name_tag: str) -> Items:
        return (
            dynamo.put(self._table, _item(session), condition=dynamo.NEW),
            dynamo.delete(
                self._table,
                {"pk": f"NAME#{name_tag}", "sk": "ATTEMPTS"},
                # always true: whatever is there goes, and there may be nothing
                condition="attribute_exists(pk) OR attribute_not_exists(pk)",
            ),
        )

    def session(self, session_id: str) -> Session | None:
        item = dynamo.get(self._table, f"SESSION#{session_id}", "SESSION")
        return _session(item) if item else None

    def renew(self, session: Session, *, before: Session) -> bool:
        renewed = dynamo.update_if(
            self._table,
            {"pk": f"SESSION#{session.id}", "sk": "SESSION"},
            change="SET generation = :generation, used_at = :used_at",
            condition="generation = :read AND ended = :no",
            values={
                ":generation": session.generation,
                ":used_at": milliseconds(session.used_at),
                ":read": before.generation,
                ":no": False,
            },
        )
        return renewed is not None

    def end(self, session_id: str) -> None:
        dynamo.update_if(
            self._table,
            {"pk": f"SESSION#{session_id}", "sk": "SESSION"},
            change="SET ended = :yes",
            condition="attribute_exists(pk)",
            values={":yes": True},
        )


def _item(session: Session) -> dynamo.Item:
    return {
        "pk": f"SESSION#{session.id}",
        "sk": "SESSION",
        "id": session.id,
        "person_id": session.person_id,
        "encrypted": session.encrypted,
        "started_at": milliseconds(session.started_at),
        "used_at": milliseconds(session.used_at),
        "generation": session.generation,
        "ended": session.ended,
        "expires_at": delete_after(session.started_at + _LONGEST_SESSION),
    }


def _session(item: dynamo.Item) -> Session:
    return Session(
        id=item["id"],
        person_id=item["person_id"],
        encrypted=item["encrypted"],
        started_at=moment(item["started_at"]),
        used_at=moment(item["used_at"]),
        generation=item["generation"],
        ended=item["ended"],
    )
