"""The factors of people and enrolments under way, kept in the Access table.

A person's factors never expire; an enrolment lies beside its challenge and goes with it.
"""

from datetime import timedelta

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import event_log
from ishtirak.adapters.aws.instants import delete_after, milliseconds, moment
from ishtirak.factors.model import (
    Authenticator,
    Enrolment,
    Factors,
    FactorsChange,
    FactorTries,
    RecoveryCode,
    factors_aggregate,
)
from ishtirak.factors.rules import FactorCodeNotAccepted
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.transaction import Items
from ishtirak.otp.model import challenge_aggregate

_LONGEST_ENROLMENT = timedelta(minutes=10)
_AT_ONCE = 0


class FactorTable:
    """The `FactorRecords` port on the Access table. The clock only says when an enrolment may be deleted."""

    def __init__(self, table: str, *, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def find(self, person_id: str) -> Factors:
        item = event_log.read_state(self._table, factors_aggregate(person_id))
        return _factors(item) if item else Factors(person_id=person_id)

    def record_try(self, tries: FactorTries, *, of: Factors) -> bool:
        recorded = dynamo.update_if(
            self._table,
            _key(of.person_id),
            change="SET tries_version = :version, tried = :count, next_at = :next_at",
            condition="tries_version = :read",
            values={
                ":version": tries.version,
                ":count": tries.count,
                ":next_at": milliseconds(tries.next_at) if tries.next_at else _AT_ONCE,
                ":read": of.tries.version,
            },
        )
        return recorded is not None

    def accept_step(self, factors: Factors, step: int) -> Items:
        authenticator = factors.authenticator
        return (
            dynamo.update(
                self._table,
                _key(factors.person_id),
                change="SET last_step = :step, tried = :none, next_at = :at_once,"
                " tries_version = tries_version + :one",
                condition="authenticator_id = :id AND last_step < :step",
                values={
                    ":step": step,
                    ":none": 0,
                    ":at_once": _AT_ONCE,
                    ":one": 1,
                    ":id": authenticator.id if authenticator else "",
                },
                refusal=FactorCodeNotAccepted,
            ),
        )

    def save(self, change: FactorsChange) -> Items:
        before, after = change.before, change.after
        first = before.chain.seq == 0
        state = dynamo.put(
            self._table,
            _item(after),
            condition=dynamo.NEW if first else "chain_seq = :seq AND tries_version = :tries",
            values=None if first else {":seq": before.chain.seq, ":tries": before.tries.version},
        )
        return (state, *event_log.append(self._table, change.event))

    def begin(self, enrolment: Enrolment) -> Items:
        item = {
            "pk": str(challenge_aggregate(enrolment.challenge_id)),
            "sk": "ENROLMENT",
            "challenge_id": enrolment.challenge_id,
            "person_id": enrolment.person_id,
            "authenticator_id": enrolment.authenticator_id,
            "encrypted": enrolment.encrypted,
            "expires_at": delete_after(self._clock.now() + _LONGEST_ENROLMENT),
        }
        return (dynamo.put(self._table, item, condition=dynamo.NEW),)

    def enrolment(self, challenge_id: str) -> Enrolment | None:
        item = dynamo.get(self._table, str(challenge_aggregate(challenge_id)), "ENROLMENT")
        if item is None:
            return None
        return Enrolment(
            challenge_id=item["challenge_id"],
            person_id=item["person_id"],
            authenticator_id=item["authenticator_id"],
            encrypted=item["encrypted"],
        )


def _key(person_id: str) -> dynamo.Item:
    return {"pk": str(factors_aggregate(person_id)), "sk": event_log.STATE}


def _item(factors: Factors) -> dynamo.Item:
    one, tries = factors.authenticator, factors.tries
    attributes: dynamo.Item = {
        "person_id": factors.person_id,
        "recovery": [{"tag": code.tag, "used": code.used} for code in factors.recovery],
        "tries_version": tries.version,
        "tried": tries.count,
        "next_at": milliseconds(tries.next_at) if tries.next_at else _AT_ONCE,
    }
    if one is not None:
        attributes |= {
            "authenticator_id": one.id,
            "encrypted": one.encrypted,
            "enrolled_at": milliseconds(one.enrolled_at),
            "last_step": one.last_step,
        }
    return event_log.state_item(factors.aggregate, chain=factors.chain, **attributes)


def _factors(item: dynamo.Item) -> Factors:
    return Factors(
        person_id=item["person_id"],
        chain=event_log.chain_of(item),
        authenticator=_authenticator(item) if "authenticator_id" in item else None,
        recovery=tuple(RecoveryCode(code["tag"], used=code["used"]) for code in item["recovery"]),
        tries=FactorTries(
            version=item["tries_version"],
            count=item["tried"],
            next_at=moment(item["next_at"]) if item["next_at"] else None,
        ),
    )


def _authenticator(item: dynamo.Item) -> Authenticator:
    return Authenticator(
        id=item["authenticator_id"],
        encrypted=item["encrypted"],
        enrolled_at=moment(item["enrolled_at"]),
        last_step=item["last_step"],
    )
