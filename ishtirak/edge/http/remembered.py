"""What a table says of a person, remembered by one process for as long as anybody may take to learn that it changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ishtirak.kernel.clock import Clock, today
from ishtirak.sessions.policy import policy_on

MOST_REMEMBERED: Final = 1000
"""People of whom one process remembers what was read; then it begins anew."""


@dataclass(frozen=True)
class _Learnt[Said]:
    """What the table said of a person, and when."""

    said: Said
    at: datetime


class Remembered[Said]:
    """Reads of a person at most once in `revocation_learnt_within`: so long a change takes to be seen everywhere.

    What cannot be read is not remembered: the reading's `Unavailable` reaches the caller.
    """

    def __init__(self, read: Callable[[str], Said], *, clock: Clock) -> None:
        self._read = read
        self._clock = clock
        self._learnt: dict[str, _Learnt[Said]] = {}

    def of(self, person_id: str) -> Said:
        """What the table says of the person, or said a moment ago."""
        now, fresh = self._clock.now(), policy_on(today(self._clock)).revocation_learnt_within
        learnt = self._learnt.get(person_id)
        if learnt is None or not learnt.at <= now < learnt.at + fresh:
            learnt = _Learnt(self._read(person_id), now)
            if len(self._learnt) >= MOST_REMEMBERED:
                self._learnt.clear()
            self._learnt[person_id] = learnt
        return learnt.said
