"""The authority's queues, by the names its officers call them."""

from collections.abc import Mapping
from typing import Final

from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.errors import NotFound
from ishtirak.requests.desks import ATTENTION
from ishtirak.requests.model import Party

OFFICERS: Final = "officer"
SUPERVISORS: Final = "supervisor"

_DESKS: Final[Mapping[str, str]] = {
    OFFICERS: Party.OFFICER.value,
    SUPERVISORS: Party.SUPERVISOR.value,
    "attention": ATTENTION,
}


def desk_of_queue(queue: str, *, by: Caller) -> str:
    """The desk a queue is of; `NotFound` for no queue of ours, and for one that is not the caller's."""
    if queue not in _DESKS or (queue == SUPERVISORS and Role.SUPERVISOR not in by.roles):
        raise NotFound()
    return _DESKS[queue]
