"""Attempts on names, sign-ins under way and sessions, kept in the Access table."""

from collections.abc import Sequence
from datetime import timedelta

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.instants import delete_after, milliseconds, moment
from ishtirak.adapters.transaction import read_together
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.transaction import Items
from ishtirak.otp.model import challenge_aggregate
from ishtirak.sessions.model import (
    AttemptAdmission,
    AttemptSource,
    Budget,
    Place,
    PlaceKind,
    Session,
    SignIn,
    SignInAttempts,
)

_LONGEST_SESSION = timedelta(days=1)
_LISTED = 100
_LONGEST_SIGN_IN = timedelta(minutes=10)
_ATTEMPTS = (
    "SET tried = :count, version = :version, last_at = :last_at, next_at = :next_at,"
    " known_until = :known_until, expires_at = :delete_after"
)
_ALWAYS = "attribute_exists(pk) OR attribute_not_exists(pk)"
"""Whatever is there is replaced, and there may be nothing."""


class SessionTable:
    """The `SignIns` port on the Access table. The clock only says when an item may be deleted."""

    def __init__(self, table: str, *, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def attempts(self, place: Place) -> SignInAttempts:
        item = dynamo.get(self._table, **_key(place))
        if item is None:
            return SignInAttempts(place)
        known_until = item.get("known_until")
        return SignInAttempts(
            place,
            version=item["version"],
            count=item["tried"],
            last_at=moment(item["last_at"]),
            next_at=moment(item["next_at"]),
            known_until=None if known_until is None else moment(known_until),
        )

    def record_attempt(self, attempts: SignInAttempts, *, before: SignInAttempts) -> bool:
        values = {**self._attempts(attempts), ":read": before.version}
        recorded = dynamo.update_if(
            self._table,
            _key(attempts.place),
            change=_ATTEMPTS,
            condition="version = :read" if before.version else "attribute_not_exists(pk) OR version = :read",
            values=values,
        )
        return recorded is not None

    def remember(self, attempts: SignInAttempts) -> None:
        dynamo.update_if(
            self._table,
            _key(attempts.place),
            change=_ATTEMPTS,
            condition=_ALWAYS,
            values=self._attempts(attempts),
        )

    def _attempts(self, attempts: SignInAttempts) -> dynamo.Item:
        """The values of `_ATTEMPTS`."""
        last_at = attempts.last_at or self._clock.now()
        known_until = attempts.known_until
        return {
            ":count": attempts.count,
            ":version": attempts.version,
            ":last_at": milliseconds(last_at),
            ":next_at": milliseconds(attempts.next_at or last_at),
            ":known_until": None if known_until is None else milliseconds(known_until),
            ":delete_after": delete_after(max(last_at + _LONGEST_SESSION, known_until or last_at)),
        }

    def spend(self, budget: Budget, amount: int) -> bool:
        spent = dynamo.update_if(
            self._table,
            {"pk": budget.owner, "sk": budget.entry},
            change="SET expires_at = :delete_after ADD tried :amount",
            condition="attribute_not_exists(tried) OR tried < :limit OR :amount < :none",
            values={
                ":amount": amount,
                ":limit": budget.limit,
                ":none": 0,
                ":delete_after": delete_after(budget.until),
            },
        )
        return spent is not None

    def begin(self, sign_in: SignIn) -> Items:
        item = {
            "pk": str(challenge_aggregate(sign_in.challenge_id)),
            "sk": "SIGNIN",
            "challenge_id": sign_in.challenge_id,
            "subject": sign_in.subject,
            "digest": sign_in.digest,
            **_source_item(sign_in.source),
            "admitted": sign_in.admission.admitted,
            "charged": sign_in.admission.charged,
            "next_at": milliseconds(sign_in.admission.next_at),
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
            source=_source(item),
            admission=AttemptAdmission(
                admitted=item["admitted"], charged=item["charged"], next_at=moment(item["next_at"])
            ),
            encrypted=item["encrypted"],
        )

    def start(self, session: Session, *, device: SignInAttempts) -> Items:
        return (
            dynamo.put(self._table, _item(session), condition=dynamo.NEW),
            dynamo.put(self._table, _listed(session), condition=dynamo.NEW),
            dynamo.update(
                self._table,
                _key(device.place),
                change=_ATTEMPTS,
                condition=_ALWAYS,
                values=self._attempts(device),
            ),
        )

    def session(self, session_id: str) -> Session | None:
        item = dynamo.get(self._table, f"SESSION#{session_id}", "SESSION")
        return _session(item) if item else None

    def sessions_of(self, person_id: str) -> Sequence[Session]:
        listed = dynamo.query(
            self._table,
            condition="pk = :pk",
            values={":pk": _list_of(person_id)},
            limit=_LISTED,
            newest_first=True,
        )
        keys = [(f"SESSION#{item['session_id']}", "SESSION") for item in listed]
        found = [_session(item) for item in read_together(self._table, keys)]
        return tuple(sorted(found, key=lambda session: (session.started_at, session.id), reverse=True))

    def ending(self, session: Session) -> Items:
        return (
            dynamo.update(
                self._table,
                {"pk": f"SESSION#{session.id}", "sk": "SESSION"},
                change="SET ended = :yes",
                condition="attribute_exists(pk)",
                values={":yes": True},
            ),
        )

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


def _key(place: Place) -> dict[str, str]:
    return {"pk": f"NAME#{place.name_tag}", "sk": f"{place.kind.value}#{place.tag}"}


def _source_item(source: AttemptSource) -> dynamo.Item:
    return {
        "name_tag": source.address.name_tag,
        "address_tag": source.address.tag,
        "device_id": source.device.tag if source.device else None,
    }


def _source(item: dynamo.Item) -> AttemptSource:
    name_tag, device_id = item["name_tag"], item.get("device_id")
    return AttemptSource(
        address=Place(name_tag, PlaceKind.ADDRESS, item["address_tag"]),
        device=Place(name_tag, PlaceKind.DEVICE, device_id) if device_id else None,
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
        "sign_in_id": session.sign_in_id,
        "expires_at": delete_after(session.started_at + _LONGEST_SESSION),
    }


def _listed(session: Session) -> dynamo.Item:
    """Where a person's sessions are listed, by when they started."""
    return {
        "pk": _list_of(session.person_id),
        "sk": f"{milliseconds(session.started_at):015d}#{session.id}",
        "session_id": session.id,
        "expires_at": delete_after(session.started_at + _LONGEST_SESSION),
    }


def _list_of(person_id: str) -> str:
    return f"SESSIONS#{person_id}"


def _session(item: dynamo.Item) -> Session:
    return Session(
        id=item["id"],
        person_id=item["person_id"],
        encrypted=item["encrypted"],
        started_at=moment(item["started_at"]),
        used_at=moment(item["used_at"]),
        generation=item["generation"],
        ended=item["ended"],
        sign_in_id=item.get("sign_in_id"),
    )
