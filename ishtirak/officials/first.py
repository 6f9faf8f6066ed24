"""The first administrators, whom nobody could invite: an operator's act, in the log under the operator's name."""

from datetime import datetime

from ishtirak.eventlog.event import Chain, next_event
from ishtirak.kernel.caller import Role
from ishtirak.officials.model import (
    Official,
    OfficialChange,
    OfficialState,
    official_aggregate,
    official_id,
)
from ishtirak.officials.rules import SOURCE


def appoint_first(person_id: str, *, by: str, at: datetime) -> OfficialChange:
    """An administrator from now on. Whoever is an official already is not appointed so: the store refuses it."""
    identity = official_id(person_id)
    event = next_event(
        "OfficialAppointed",
        source=SOURCE,
        aggregate=official_aggregate(identity),
        chain=Chain(),
        at=at,
        actor=by,
        data={"person_id": person_id, "role": Role.ADMINISTRATOR.value},
    )
    after = Official(
        id=identity,
        person_id=person_id,
        role=Role.ADMINISTRATOR,
        state=OfficialState.ACTIVE,
        invited_by=by,
        open_until=at,
        chain=Chain.after(event),
    )
    return OfficialChange(None, after, event)
