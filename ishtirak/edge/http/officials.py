"""Which role of the authority a caller has: what the table says goes before what the token says."""

from dataclasses import replace

from ishtirak.edge.http.remembered import Remembered
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.officials.model import OFFICIAL_ROLES
from ishtirak.officials.ports import Standings


class OfficialCheck:
    """Gives a caller the role the table has for them, and takes away those it has not.

    Who was never in the table has the roles of their token: groups an operator put them into. At most one read for each
    call of an official's operation, and none while what was read is fresh enough (`revocation_learnt_within`): so who
    was disabled is refused within that time in every process, whatever token they hold. When the table cannot be read,
    nobody is let in: `Unavailable`.
    """

    def __init__(self, standings: Standings, *, clock: Clock) -> None:
        self._standing = Remembered(standings.of, clock=clock)

    def __call__(self, caller: Caller) -> Caller:
        standing = self._standing.of(caller.person_id)
        if standing is None:
            return caller
        held = frozenset({standing.role}) if standing.role else frozenset()
        return replace(caller, roles=(caller.roles - OFFICIAL_ROLES) | held)
