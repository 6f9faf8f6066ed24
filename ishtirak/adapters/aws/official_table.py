"""Officials, kept in the table `Register`; what their tokens are held against lies in `Access`, beside revocations."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from typing import Final

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import event_log
from ishtirak.adapters.aws.instants import delete_after
from ishtirak.adapters.aws.standing_table import standing_item
from ishtirak.kernel.caller import Role
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.transaction import Items
from ishtirak.officials.model import (
    Official,
    OfficialChange,
    PendingInvitation,
    official_aggregate,
)
from ishtirak.officials.rules import standing_of
from ishtirak.otp.model import challenge_aggregate

EVERYBODY: Final = "OFFICIALS"
"""Their list in the index `by_establishment`."""
_LONGEST_INVITATION: Final = timedelta(minutes=10)


class OfficialTable:
    """The `Officials` port on the register's table, and the standings on the Access table."""

    def __init__(self, register: str, *, access: str) -> None:
        self._register = register
        self._access = access

    def find(self, official_id: str) -> Official | None:
        item = event_log.read_state(self._register, official_aggregate(official_id))
        return Official.model_validate_json(item["body"]) if item else None

    def many(self, *, limit: int, after: str | None = None) -> Sequence[Official]:
        found = dynamo.query(
            self._register,
            index="by_establishment",
            condition="establishment = :list AND registered_at > :after",
            values={":list": EVERYBODY, ":after": after or " "},
            limit=limit,
        )
        return [Official.model_validate_json(item["body"]) for item in islice(found, limit)]

    def save(self, change: OfficialChange) -> Items:
        before, after = change.before, change.after
        state = event_log.state_item(
            after.aggregate,
            chain=after.chain,
            body=after.model_dump_json(),
            establishment=EVERYBODY,
            registered_at=after.id,
        )
        saved = dynamo.put(
            self._register,
            state,
            condition="chain_seq = :read" if before else dynamo.NEW,
            values={":read": before.revision} if before else None,
        )
        return (saved, *self._standing(after), *event_log.append(self._register, change.event))

    def _standing(self, official: Official) -> Items:
        standing = standing_of(official)
        if standing is None:
            return ()
        return (
            dynamo.put(
                self._access,
                standing_item(official.person_id, standing, revision=official.revision),
                condition="attribute_not_exists(pk) OR revision < :revision",
                values={":revision": official.revision},
            ),
        )


class PendingInvitationTable:
    """The `PendingInvitations` port on the Access table. The clock only says when one may be deleted."""

    def __init__(self, table: str, *, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def begin(self, invitation: PendingInvitation) -> Items:
        item = {
            "pk": str(challenge_aggregate(invitation.challenge_id)),
            "sk": "INVITATION",
            "challenge_id": invitation.challenge_id,
            "person_id": invitation.person_id,
            "role": invitation.role.value,
            "expires_at": delete_after(self._clock.now() + _LONGEST_INVITATION),
        }
        return (dynamo.put(self._table, item, condition=dynamo.NEW),)

    def find(self, challenge_id: str) -> PendingInvitation | None:
        item = dynamo.get(self._table, str(challenge_aggregate(challenge_id)), "INVITATION")
        if item is None:
            return None
        return PendingInvitation(
            challenge_id=item["challenge_id"], person_id=item["person_id"], role=Role(item["role"])
        )
