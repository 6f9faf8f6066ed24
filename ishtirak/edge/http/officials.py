"""Which role of the authority a caller has: what the table says goes before what the token says."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.officials.model import OFFICIAL_ROLES, Standing
from ishtirak.officials.ports import Standings
from ishtirak.sessions.policy import policy_on

MOST_REMEMBERED: Final = 1000
"""People whose standing one process remembers; then it begins anew."""


@dataclass(frozen=True)
class _Learnt:
    """What the table said of a person, and when."""

    standing: Standing | None
    at: datetime


class OfficialCheck:
    """Gives a caller the role the table has for them, and takes away those it has not.

    Who was never in the table has the roles of their token: groups an operator put them into. At most one read for each
    call of an official's operation, and none while what was read is fresh enough (`revocation_learnt_within`): so who
    was disabled is refused within that time in every process, whatever token they hold. When the table cannot be read,
    nobody is let in: `Unavailable`.
    """

    def __init__(self, standings: Standings, *, clock: Clock) -> None:
        self._standings = standings
        self._clock = clock
        self._learnt: dict[str, _Learnt] = {}

    def __call__(self, caller: Caller) -> Caller:
        standing = self._standing(caller.person_id)
        if standing is None:
            return caller
        held = frozenset({standing.role}) if standing.role else frozenset()
        return replace(caller, roles=(caller.roles - OFFICIAL_ROLES) | held)

    def _standing(self, person_id: str) -> Standing | None:
        now, fresh = self._clock.now(), policy_on(today(self._clock)).revocation_learnt_within
        learnt = self._learnt.get(person_id)
        if learnt is None or not learnt.at <= now < learnt.at + fresh:
            learnt = _Learnt(self._standings.of(person_id), now)
            if len(self._learnt) >= MOST_REMEMBERED:
                self._learnt.clear()
            self._learnt[person_id] = learnt
        return learnt.standing
