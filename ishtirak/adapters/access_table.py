"""Challenges, the history of sends, sign-ins under way and sessions: the Access table.

Every instant that decides something is kept in milliseconds and compared; `expires_at` only tells the table
when an item may be swept away, a day after anybody could still ask for it.
"""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError
from pydantic import BaseModel

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import client
from ishtirak.adapters.once_table import once_write
from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.events import Chain, happened
from ishtirak.kernel.once import Once, Reply
from ishtirak.kernel.parts import Part
from ishtirak.otp.model import Attempt, Challenge, Dispatch, History, Live, Purpose, State
from ishtirak.otp.rules import CodeNotAccepted, TooSoon

SOURCE = "ishtirak.otp"
_EPOCH = datetime.fromtimestamp(0, UTC)
_MILLISECOND = timedelta(milliseconds=1)
_KEPT_AFTER_ITS_END = timedelta(days=1)


class AccessTable:
    """The `Challenges` port on the table of the same room."""

    def __init__(self, table: str) -> None:
        self._table = table

    def history(self, subject: str) -> History:
        item = dynamo.get(self._table, f"SENDS#{subject}", "SENDS")
        if item is None:
            return History(subject=subject)
        live = {
            Purpose(purpose): Live(
                entry["challenge_id"], moment(entry["opened_at"]), moment(entry["valid_until"])
            )
            for purpose, entry in item["live"].items()
        }
        return History(
            subject=subject,
            version=item["version"],
            opened_at=tuple(moment(opened_at) for opened_at in item["opened_at"]),
            live=MappingProxyType(live),
        )

    def opening(self, challenge: Challenge, *, before: History, after: History, replaces: str | None) -> Part:
        event = happened(
            "CodeRequested",
            source=SOURCE,
            subject=f"CODE#{challenge.id}",
            after=Chain(),
            at=challenge.opened_at,
            actor=challenge.subject,
            data={"challenge_id": challenge.id},
        )
        writes = [
            self._history_moved(before, after),
            dynamo.put(self._table, _item(challenge), condition="attribute_not_exists(pk)"),
            dynamo.append(self._table, f"CODE#{challenge.id}", event),
        ]
        return (*writes, self._replaced(replaces)) if replaces else tuple(writes)

    def _history_moved(self, before: History, after: History) -> dynamo.Write:
        item: dynamo.Item = {
            "pk": f"SENDS#{after.subject}",
            "sk": "SENDS",
            "version": after.version,
            "opened_at": [milliseconds(opened_at) for opened_at in after.opened_at],
            "live": {
                purpose.value: {
                    "challenge_id": live.challenge_id,
                    "opened_at": milliseconds(live.opened_at),
                    "valid_until": milliseconds(live.expires_at),
                }
                for purpose, live in after.live.items()
            },
            "expires_at": swept_after(after.opened_at[-1] + _KEPT_AFTER_ITS_END),
        }
        first = before.version == 0
        return dynamo.put(
            self._table,
            item,
            condition="attribute_not_exists(pk)" if first else "version = :read",
            values=None if first else {":read": before.version},
            refusal=lambda: TooSoon(retry_after=1),
        )

    def _replaced(self, challenge_id: str) -> dynamo.Write:
        """Marks it beside its state: one that was used stays used."""
        return dynamo.update(
            self._table,
            {"pk": f"CODE#{challenge_id}", "sk": "CHALLENGE"},
            change="SET replaced = :yes",
            condition="attribute_exists(pk)",
            values={":yes": True},
        )

    def find(self, challenge_id: str) -> Challenge | None:
        item = dynamo.get(self._table, f"CODE#{challenge_id}", "CHALLENGE")
        return _challenge(item) if item else None

    def spend(
        self, challenge_id: str, *, subject: str, purpose: Purpose, digest: str, tries: int, now: datetime
    ) -> Attempt:
        request: dict[str, Any] = {
            "TableName": self._table,
            "Key": dynamo.to_dynamo({"pk": f"CODE#{challenge_id}", "sk": "CHALLENGE"}),
            "UpdateExpression": "ADD tries :one",
            "ConditionExpression": (
                "subject = :subject AND purpose = :purpose AND digest = :digest AND tries < :tries"
                " AND valid_until > :now AND attribute_not_exists(replaced)"
            ),
            "ExpressionAttributeValues": dynamo.to_dynamo(
                {
                    ":one": 1,
                    ":subject": subject,
                    ":purpose": purpose.value,
                    ":digest": digest,
                    ":tries": tries,
                    ":now": milliseconds(now),
                }
            ),
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        try:
            updated = client("dynamodb").update_item(**request)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise Unavailable() from error
            found = error.response.get("Item")
            return Attempt(_challenge(dynamo.from_dynamo(found)) if found else None, counted=False)
        return Attempt(_challenge(dynamo.from_dynamo(updated["Attributes"])), counted=True)

    def consuming(self, challenge: Challenge) -> Part:
        return (
            dynamo.update(
                self._table,
                {"pk": f"CODE#{challenge.id}", "sk": "CHALLENGE"},
                change="SET #state = :used",
                condition="#state = :open AND digest = :digest AND attribute_not_exists(replaced)",
                names={"#state": "state"},
                values={":used": State.USED.value, ":open": State.OPEN.value, ":digest": challenge.digest},
                refusal=CodeNotAccepted,
            ),
        )

    def sent(self, challenge_id: str, *, masked_mobile: str) -> None:
        self._dispatched(
            challenge_id,
            change="SET dispatch = :dispatch, masked_mobile = :mobile",
            values={":dispatch": Dispatch.SENT.value, ":mobile": masked_mobile},
        )

    def failed(self, challenge_id: str) -> None:
        self._dispatched(
            challenge_id, change="SET dispatch = :dispatch", values={":dispatch": Dispatch.FAILED.value}
        )

    def _dispatched(self, challenge_id: str, *, change: str, values: dynamo.Item) -> None:
        dynamo.spend(
            self._table,
            {"pk": f"CODE#{challenge_id}", "sk": "CHALLENGE"},
            change=change,
            condition="dispatch = :pending",
            values={**values, ":pending": Dispatch.PENDING.value},
        )

    def commit(self, *parts: Part) -> None:
        """All the parts or none of them; the refusal is the first failing part's."""
        dynamo.commit(*(write for part in parts for write in part))

    def keeping[Body: BaseModel](self, once: Once | None, reply: Reply[Body], *, now: datetime) -> Part:
        """The part that keeps an answer under its `Idempotency-Key`; it goes first."""
        return tuple(once_write(self._table, once, reply, now=now))


def milliseconds(moment_in_time: datetime) -> int:
    """The instant as the table keeps it."""
    return (moment_in_time - _EPOCH) // _MILLISECOND


def moment(kept: int) -> datetime:
    """The instant `milliseconds` kept."""
    return _EPOCH + kept * _MILLISECOND


def swept_after(moment_in_time: datetime) -> int:
    """The table's own expiry, in seconds: late enough that nothing ever depends on it."""
    return int((moment_in_time + _KEPT_AFTER_ITS_END).timestamp())


def _item(challenge: Challenge) -> dynamo.Item:
    return {
        "pk": f"CODE#{challenge.id}",
        "sk": "CHALLENGE",
        "id": challenge.id,
        "subject": challenge.subject,
        "purpose": challenge.purpose.value,
        "digest": challenge.digest,
        "about": challenge.about,
        "opened_at": milliseconds(challenge.opened_at),
        "valid_until": milliseconds(challenge.expires_at),
        "decoy": challenge.decoy,
        "state": challenge.state.value,
        "tries": challenge.tries,
        "dispatch": challenge.dispatch.value,
        "masked_mobile": challenge.masked_mobile,
        "expires_at": swept_after(challenge.expires_at),
    }


def _challenge(item: dynamo.Item) -> Challenge:
    return Challenge(
        id=item["id"],
        subject=item["subject"],
        purpose=Purpose(item["purpose"]),
        digest=item["digest"],
        about=item["about"],
        opened_at=moment(item["opened_at"]),
        expires_at=moment(item["valid_until"]),
        decoy=item["decoy"],
        state=State.REPLACED if item.get("replaced") else State(item["state"]),
        tries=item["tries"],
        dispatch=Dispatch(item["dispatch"]),
        masked_mobile=item.get("masked_mobile"),
    )
