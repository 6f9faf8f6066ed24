"""What waits for the authority."""

from functools import partial

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.pages import Cursors, Page
from ishtirak.requests.model import SubmittedRequest
from ishtirak.requests.ports import Requests, desk_position
from ishtirak.reviews.desks import ReviewQueue, desk_of_queue


def read_queue(
    queue: ReviewQueue, *, limit: int, after: str | None, by: Caller, requests: Requests, cursors: Cursors
) -> Page[SubmittedRequest]:
    """A page of a queue, earliest deadline first. Raises `NotFound` for one that is not the caller's."""
    desk = desk_of_queue(queue, by=by)
    return Page.after(
        after,
        limit=limit,
        listing=f"queue/{desk}",
        found=partial(requests.on_desk, desk),
        position=desk_position,
        cursors=cursors,
    )
