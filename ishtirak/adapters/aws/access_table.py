"""Challenges and the history of sends, kept in the Access table; sign-ins and sessions are in `session_table`.

Every instant that decides something is kept in milliseconds and compared; `expires_at` only lets the table
when an item may be deleted, a day after anybody could still ask for it.
"""

from datetime import datetime
from types import MappingProxyType

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import event_log
from ishtirak.adapters.aws.instants import KEPT_AFTER_ITS_END, delete_after, milliseconds, moment
from ishtirak.eventlog.event import Chain, Event, next_event
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Items
from ishtirak.otp.model import (
    ActiveChallenge,
    Attempt,
    Challenge,
    ChallengeState,
    CodeHistory,
    Counted,
    DispatchState,
    Purpose,
    challenge_aggregate,
)
from ishtirak.otp.rules import CodeNotAccepted, TooSoon

SOURCE = "ishtirak.otp"


class AccessTable:
    """The `Challenges` port on the Access table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def history(self, subject: str) -> CodeHistory:
        item = dynamo.get(self._table, f"SENDS#{subject}", "SENDS")
        if item is None:
            return CodeHistory(subject=subject)
        live = {
            Purpose(purpose): ActiveChallenge(
                entry["challenge_id"], moment(entry["opened_at"]), moment(entry["valid_until"])
            )
            for purpose, entry in item["live"].items()
        }
        return CodeHistory(
            subject=subject,
            version=item["version"],
            opened_at=tuple(moment(opened_at) for opened_at in item["opened_at"]),
            live=MappingProxyType(live),
        )

    def open(
        self,
        challenge: Challenge,
        *,
        before: CodeHistory,
        after: CodeHistory,
        replaces: str | None,
        address: Counted | None = None,
    ) -> Items:
        event = next_event(
            "CodeRequested",
            source=SOURCE,
            aggregate=challenge.aggregate,
            chain=Chain(),
            at=challenge.opened_at,
            actor=challenge.subject,
            data={"challenge_id": challenge.id},
        )
        return (
            self._replace_history(before, after, refusal=lambda: TooSoon(retry_after=1)),
            *([self._replace_history(address.before, address.after)] if address else []),
            dynamo.put(self._table, _item(challenge, event), condition=dynamo.NEW),
            *event_log.append(self._table, event),
            *([self._mark_replaced(replaces)] if replaces else []),
        )

    def _replace_history(
        self, before: CodeHistory, after: CodeHistory, *, refusal: dynamo.Refusal = ChangedMeanwhile
    ) -> dynamo.Write:
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
            "expires_at": delete_after(after.opened_at[-1] + KEPT_AFTER_ITS_END),
        }
        first = before.version == 0
        return dynamo.put(
            self._table,
            item,
            condition=dynamo.NEW if first else "version = :read",
            values=None if first else {":read": before.version},
            refusal=refusal,
        )

    def _mark_replaced(self, challenge_id: str) -> dynamo.Write:
        """An attribute beside its state: one that was used stays used."""
        return dynamo.update(
            self._table,
            _key(challenge_id),
            change="SET replaced = :yes",
            condition="attribute_exists(pk)",
            values={":yes": True},
        )

    def find(self, challenge_id: str) -> Challenge | None:
        item = event_log.read_state(self._table, challenge_aggregate(challenge_id))
        return _challenge(item) if item else None

    def spend(
        self, challenge_id: str, *, subject: str, purpose: Purpose, digest: str, tries: int, now: datetime
    ) -> Attempt:
        found, counted = dynamo.update_or_read(
            self._table,
            _key(challenge_id),
            change="ADD tries :one",
            condition="subject = :subject AND purpose = :purpose AND digest = :digest AND tries < :tries"
            " AND valid_until > :now AND attribute_not_exists(replaced)",
            values={
                ":one": 1,
                ":subject": subject,
                ":purpose": purpose.value,
                ":digest": digest,
                ":tries": tries,
                ":now": milliseconds(now),
            },
        )
        return Attempt(_challenge(found) if found else None, counted=counted)

    def consume(self, challenge: Challenge) -> Items:
        return (
            dynamo.update(
                self._table,
                _key(challenge.id),
                change="SET #state = :used",
                condition="#state = :open AND digest = :digest AND attribute_not_exists(replaced)",
                names={"#state": "state"},
                values={
                    ":used": ChallengeState.USED.value,
                    ":open": ChallengeState.OPEN.value,
                    ":digest": challenge.digest,
                },
                refusal=CodeNotAccepted,
            ),
        )

    def bind_phone(self, challenge_id: str, *, phone: str, counted: Counted) -> Items:
        return (
            self._replace_history(counted.before, counted.after),
            dynamo.update(
                self._table,
                _key(challenge_id),
                change="SET phone = :phone",
                condition="dispatch = :pending AND attribute_not_exists(phone)",
                values={":phone": phone, ":pending": DispatchState.PENDING.value},
            ),
        )

    def end(self, challenge_id: str) -> None:
        dynamo.update_if(
            self._table,
            _key(challenge_id),
            change="SET replaced = :yes",
            condition="attribute_exists(pk)",
            values={":yes": True},
        )

    def record_sent(self, challenge_id: str, *, masked_mobile: str) -> None:
        self._record_dispatch(
            challenge_id,
            change="SET dispatch = :dispatch, masked_mobile = :mobile",
            values={":dispatch": DispatchState.SENT.value, ":mobile": masked_mobile},
        )

    def record_failed(self, challenge_id: str) -> None:
        self._record_dispatch(
            challenge_id, change="SET dispatch = :dispatch", values={":dispatch": DispatchState.FAILED.value}
        )

    def record_not_sent(self, challenge_id: str, *, try_again_at: datetime) -> None:
        self._record_dispatch(
            challenge_id,
            change="SET dispatch = :dispatch, try_again_at = :at",
            values={":dispatch": DispatchState.NOT_SENT.value, ":at": milliseconds(try_again_at)},
        )

    def _record_dispatch(self, challenge_id: str, *, change: str, values: dynamo.Item) -> None:
        dynamo.update_if(
            self._table,
            _key(challenge_id),
            change=change,
            condition="dispatch = :pending",
            values={**values, ":pending": DispatchState.PENDING.value},
        )


def _key(challenge_id: str) -> dynamo.Item:
    return {"pk": str(challenge_aggregate(challenge_id)), "sk": event_log.STATE}


def _item(challenge: Challenge, opened: Event) -> dynamo.Item:
    attributes: dynamo.Item = {
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
        "expires_at": delete_after(challenge.expires_at),
    }
    return event_log.state_item(challenge.aggregate, chain=Chain.after(opened), **attributes)


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
        state=ChallengeState.REPLACED if item.get("replaced") else ChallengeState(item["state"]),
        tries=item["tries"],
        dispatch=DispatchState(item["dispatch"]),
        masked_mobile=item.get("masked_mobile"),
        phone=item.get("phone"),
        try_again_at=moment(item["try_again_at"]) if "try_again_at" in item else None,
    )
