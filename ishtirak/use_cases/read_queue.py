"""What waits for the authority."""

from dataclasses import dataclass
from functools import partial

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.pages import Cursors, Page
from ishtirak.requests.model import SubmittedRequest
from ishtirak.requests.parties import matter_of_decision
from ishtirak.requests.ports import desk_position
from ishtirak.reviews.desks import ReviewQueue, desk_of_queue
from ishtirak.use_cases.case_desk import CaseDesk


@dataclass(frozen=True)
class QueuedCase:
    """A request in a queue, and whether the reader is a party to it."""

    request: SubmittedRequest
    own_interest: bool


def read_queue(
    queue: ReviewQueue, *, limit: int, after: str | None, by: Caller, desk: CaseDesk, cursors: Cursors
) -> Page[QueuedCase]:
    """A page of a queue, earliest deadline first; what the caller is a party to is marked as not theirs to decide.

    Raises `NotFound` for a queue that is not the caller's.
    """
    name = desk_of_queue(queue, by=by)
    page = Page.after(
        after,
        limit=limit,
        listing=f"queue/{name}",
        found=partial(desk.requests.on_desk, name),
        position=desk_position,
        cursors=cursors,
    )
    relations = desk.interests.relations(by, [matter_of_decision(request) for request in page.items])
    cases = tuple(
        QueuedCase(request, relation is not None)
        for request, relation in zip(page.items, relations, strict=True)
    )
    return Page(cases, page.next)
