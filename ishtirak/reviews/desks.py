"""The authority's queues, by the names its officers call them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.errors import NotFound
from ishtirak.requests.desks import ATTENTION
from ishtirak.requests.model import Party


class ReviewQueue(StrEnum):
    """A queue of the authority."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ATTENTION = "attention"


_DESKS: Final[Mapping[ReviewQueue, str]] = {
    ReviewQueue.OFFICER: Party.OFFICER.value,
    ReviewQueue.SUPERVISOR: Party.SUPERVISOR.value,
    ReviewQueue.ATTENTION: ATTENTION,
}


def desk_of_queue(queue: ReviewQueue, *, by: Caller) -> str:
    """The desk a queue is of; `NotFound` for one that is not the caller's."""
    if queue is ReviewQueue.SUPERVISOR and Role.SUPERVISOR not in by.roles:
        raise NotFound()
    return _DESKS[queue]
