"""How somebody becomes an official of the authority and ceases to be one. Pure."""

from datetime import datetime
from typing import Any, Final

from ishtirak.eventlog.event import Chain, next_event
from ishtirak.kernel.caller import Role
from ishtirak.kernel.canonical import digest
from ishtirak.kernel.errors import NotFound
from ishtirak.officials.model import (
    Official,
    OfficialChange,
    OfficialState,
    Standing,
    official_id,
)
from ishtirak.officials.policy import OfficialPolicy
from ishtirak.officials.refusals import (
    AlreadyDisabled,
    AlreadyOfficial,
    InvitationNotOpen,
    OwnAppointment,
    SecondPersonNeeded,
)

SOURCE: Final = "ishtirak.officials"


def check_invitation(person_id: str, *, by: str, existing: Official | None, at: datetime) -> None:
    """`OwnAppointment` to oneself; `AlreadyOfficial` where there is one, or an invitation still open."""
    if person_id == by:
        raise OwnAppointment()
    if existing is not None and existing.state is not OfficialState.DISABLED and not _lapsed(existing, at=at):
        raise AlreadyOfficial()


def invite(
    person_id: str,
    role: Role,
    *,
    by: str,
    existing: Official | None,
    at: datetime,
    policy: OfficialPolicy,
) -> OfficialChange:
    """The invitation; it opens nothing before another administrator confirms and the person accepts."""
    check_invitation(person_id, by=by, existing=existing, at=at)
    after = Official(
        id=official_id(person_id),
        person_id=person_id,
        role=role,
        state=OfficialState.INVITED,
        invited_by=by,
        open_until=at + policy.invitation_lifetime,
        chain=existing.chain if existing else Chain(),
    )
    return _changed(existing, after, "OfficialInvited", by=by, at=at)


def check_confirmation(official: Official, *, by: str, at: datetime) -> None:
    """`OwnAppointment` and `SecondPersonNeeded` for who may not; `InvitationNotOpen` at another step or too late."""
    if official.person_id == by:
        raise OwnAppointment()
    if official.invited_by == by:
        raise SecondPersonNeeded()
    if official.state is not OfficialState.INVITED or _lapsed(official, at=at):
        raise InvitationNotOpen()


def confirm(official: Official, *, by: str, at: datetime) -> OfficialChange:
    """A second administrator agrees."""
    check_confirmation(official, by=by, at=at)
    after = official.model_copy(update={"state": OfficialState.CONFIRMED})
    return _changed(official, after, "OfficialConfirmed", by=by, at=at)


def accept(official: Official, *, by: str, at: datetime) -> OfficialChange:
    """The person takes it, with their own account: from now on the role is theirs."""
    if official.person_id != by:
        raise NotFound()
    if official.state is not OfficialState.CONFIRMED or _lapsed(official, at=at):
        raise InvitationNotOpen()
    after = official.model_copy(update={"state": OfficialState.ACTIVE})
    return _changed(official, after, "OfficialAccepted", by=by, at=at)


def disable(official: Official, *, by: str, at: datetime) -> OfficialChange:
    """One administrator ends it, or its invitation, at once."""
    if official.person_id == by:
        raise OwnAppointment()
    if official.state is OfficialState.DISABLED:
        raise AlreadyDisabled()
    after = official.model_copy(update={"state": OfficialState.DISABLED})
    return _changed(official, after, "OfficialDisabled", by=by, at=at)


def standing_of(official: Official) -> Standing | None:
    """What the official's tokens are held against; None before the person ever accepted."""
    if official.state is OfficialState.ACTIVE:
        return Standing(official.role)
    return Standing(None) if official.state is OfficialState.DISABLED else None


def invitation_digest(person_id: str, role: Role) -> str:
    """What the code of an invitation is bound to."""
    return digest({"act": "invite_official", "person_id": person_id, "role": role.value})


def confirmation_digest(official: Official) -> str:
    """What the code of a confirmation is bound to: this invitation, as it stands."""
    return digest({"act": "confirm_official", "id": official.id, "revision": official.revision})


def _lapsed(official: Official, *, at: datetime) -> bool:
    waiting = official.state in (OfficialState.INVITED, OfficialState.CONFIRMED)
    return waiting and at > official.open_until


def _changed(
    before: Official | None, after: Official, type: str, *, by: str, at: datetime, **facts: Any
) -> OfficialChange:
    event = next_event(
        type,
        source=SOURCE,
        aggregate=after.aggregate,
        chain=after.chain,
        at=at,
        actor=by,
        data={"person_id": after.person_id, "role": after.role.value, **facts},
    )
    return OfficialChange(before, after.model_copy(update={"chain": Chain.after(event)}), event)
