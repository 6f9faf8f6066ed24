"""The authority's own people: invited, confirmed, accepted, disabled."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.official_table import OfficialTable
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.kernel.caller import Caller, Role
from ishtirak.officials import rules
from ishtirak.officials.first import appoint_first
from ishtirak.officials.model import Official, OfficialChange, OfficialState, official_id
from ishtirak.officials.policy import policy_on
from ishtirak.use_cases.send_code import code_of
from tests.faults.stepped import Stepped
from tests.faults.work import ByClient, Reading, not_so

UNMET = {"identity_number": "OM:00000001", "birth_date": "1994-06-10"}
"""Somebody of the directory whom the register does not know."""
OFFICIALS, MINE = "/v1/officials", "/v1/me/invitation"
TRIED = frozenset({"tried", "tries", "revoked_at"})


class _Desk(ByClient):
    """An administrator who was sent no code yet, another one, and somebody who may be invited."""

    function = "manage_officials"
    may_differ = TRIED

    def prepare(self) -> None:
        self.by = administrator(self.stepped)
        self.other = administrator(self.stepped)
        self.invited = self.stepped.newcomer()

    def begin_with(self, path: str, body: Any = None) -> dict[str, Any]:
        begun = self.stepped.asked(self.function, "POST", path, body, by=self.by, key=f"begun-{self.key}")
        assert begun.status == 202, begun
        challenge = self.stepped.access.find(begun.body["challenge_id"])
        assert challenge is not None
        code = code_of(challenge, mac=KmsMac(self.stepped.outputs["MacKeyArn"]))
        return {"challenge_id": challenge.id, "code": code}

    def becomes(self, state: OfficialState) -> Official:
        """The person, as they are after the steps to a state."""
        at, person = datetime.now(UTC), self.invited.person_id
        change = rules.invite(
            person,
            Role.OFFICER,
            by=self.other.person_id,
            existing=None,
            at=at,
            policy=policy_on(at.date()),
        )
        saved(self.stepped, change)
        if state is not OfficialState.INVITED:
            change = saved(self.stepped, rules.confirm(change.after, by=self.by.person_id, at=at))
        if state is OfficialState.ACTIVE:
            change = saved(self.stepped, rules.accept(change.after, by=person, at=at))
        return change.after

    def is_now(self, state: OfficialState) -> list[str]:
        found = table(self.stepped).find(official_id(self.invited.person_id))
        return not_so(it_ended_so=found is not None and found.state is state)


class Beginning(_Desk):
    """begin_invitation"""

    expected, path = 202, f"{OFFICIALS}/invitations"

    def before_the_work(self) -> None:
        self.body = {**UNMET, "role": "officer"}


class Inviting(_Desk):
    """invite_official"""

    expected, path = 201, OFFICIALS

    def before_the_work(self) -> None:
        self.body = self.begin_with(f"{OFFICIALS}/invitations", {**UNMET, "role": "officer"})


class AskingForACode(_Desk):
    """issue_confirmation_code"""

    expected = 202

    def prepare(self) -> None:
        super().prepare()
        self.path = f"{OFFICIALS}/{self.becomes(OfficialState.INVITED).id}/confirmation/code"


class Confirming(_Desk):
    """confirm_official"""

    def prepare(self) -> None:
        super().prepare()
        self.path = f"{OFFICIALS}/{self.becomes(OfficialState.INVITED).id}/confirmation"

    def before_the_work(self) -> None:
        self.body = self.begin_with(f"{self.path}/code")

    def deviations(self) -> list[str]:
        return [*super().deviations(), *self.is_now(OfficialState.CONFIRMED)]


class Accepting(_Desk):
    """accept_invitation"""

    path = f"{MINE}/acceptance"

    def prepare(self) -> None:
        super().prepare()
        self.becomes(OfficialState.CONFIRMED)
        self.by = self.invited

    def deviations(self) -> list[str]:
        return [*super().deviations(), *self.is_now(OfficialState.ACTIVE)]


class Disabling(_Desk):
    """disable_official: the sessions are ended, however often."""

    def prepare(self) -> None:
        super().prepare()
        self.path = f"{OFFICIALS}/{self.becomes(OfficialState.ACTIVE).id}/disabling"

    def deviations(self) -> list[str]:
        ended = self.stepped.item("AccessTable", f"REVOKED#{self.invited.person_id}", "REVOKED")
        return [
            *super().deviations(),
            *self.is_now(OfficialState.DISABLED),
            *not_so(sessions_ended=ended is not None),
        ]


class ReadingOfficials(_Desk, Reading):
    """list_officials"""

    method, path = "GET", OFFICIALS


class ReadingMine(_Desk, Reading):
    """read_my_invitation"""

    method, path = "GET", MINE

    def prepare(self) -> None:
        super().prepare()
        self.becomes(OfficialState.INVITED)
        self.by = self.invited


def table(stepped: Stepped) -> OfficialTable:
    return OfficialTable(stepped.outputs["RegisterTable"], access=stepped.outputs["AccessTable"])


def saved(stepped: Stepped, change: OfficialChange) -> OfficialChange:
    DynamoTransaction().commit(table(stepped).save(change))
    return change


def administrator(stepped: Stepped) -> Caller:
    """Somebody of the register who is one since yesterday."""
    person = stepped.newcomer()
    yesterday = datetime.now(UTC) - timedelta(days=1)
    saved(stepped, appoint_first(person.person_id, by="operator", at=yesterday))
    return person


PIECES = {
    "begin_invitation": Beginning,
    "invite_official": Inviting,
    "issue_confirmation_code": AskingForACode,
    "confirm_official": Confirming,
    "accept_invitation": Accepting,
    "disable_official": Disabling,
    "list_officials": ReadingOfficials,
    "read_my_invitation": ReadingMine,
}
