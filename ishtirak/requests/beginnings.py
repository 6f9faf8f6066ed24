"""How many requests somebody has open, where the listing of a person's requests is late."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from ishtirak.requests.model import CLOSED, Request

_LISTED_WITHIN: Final = timedelta(minutes=10)
"""The index of a person's requests shows a new one within a second; so long nobody relies on it."""


@dataclass(frozen=True, kw_only=True)
class BegunLately:
    """The requests a person began a moment ago, each with the instant; `version` lets one be added at a time."""

    owner: str
    version: int = 0
    begun: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))

    def and_now(self, request_id: str, *, at: datetime) -> "BegunLately":
        """With one more; those that are listed for certain by now are left out."""
        recent = {one: began for one, began in self.begun.items() if at < began + _LISTED_WITHIN}
        return replace(self, version=self.version + 1, begun={**recent, request_id: at})

    def count_open(self, listed: Iterable[Request], *, at: datetime) -> int:
        """How many are open: those listed as open, and those begun lately that are not listed yet."""
        states = {request.id: request.state for request in listed}
        unlisted = {
            one for one, began in self.begun.items() if one not in states and at < began + _LISTED_WITHIN
        }
        return len(unlisted) + sum(state not in CLOSED for state in states.values())
