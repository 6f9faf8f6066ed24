"""The periods employees claim, as their employer's officers see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ishtirak.kernel.access import AccessRelation
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.interest import Interests
from ishtirak.kernel.pages import Cursors, Page
from ishtirak.register.people import Contributor
from ishtirak.register.ports import Establishments, People
from ishtirak.requests import waits
from ishtirak.requests.desks import employer_desk
from ishtirak.requests.model import SubmittedRequest
from ishtirak.requests.parties import matter_of_reply
from ishtirak.requests.ports import Requests, desk_position


@dataclass(frozen=True)
class EmployerClaim:
    """A claimed period and the person who claims it; None for somebody the register does not know."""

    request: SubmittedRequest
    worker: Contributor | None
    own_interest: bool
    """Whether the reader is the worker, or decides it for the authority, and so cannot answer it."""


def list_claims(
    *,
    limit: int,
    after: str | None,
    by: Caller,
    requests: Requests,
    people: People,
    establishments: Establishments,
    cursors: Cursors,
) -> Page[EmployerClaim]:
    """A page of the claims that wait for the caller, for every establishment they act for, earliest deadline first.

    `after` is the cursor of an earlier page of the same list; `Invalid` (`/after`) for anything else.
    """
    page = Page.after(
        after,
        limit=limit,
        listing=f"claims/{by.person_id}",
        found=partial(_waiting_for, by, requests=requests, establishments=establishments),
        position=desk_position,
        cursors=cursors,
    )
    workers = people.many(request.owner for request in page.items)
    claims = tuple(
        EmployerClaim(request, workers.get(request.owner), _is_party(by, request)) for request in page.items
    )
    return Page(claims, page.next)


def read_claim(
    request_id: str, *, by: Caller, requests: Requests, people: People, establishments: Establishments
) -> EmployerClaim:
    """One claim; `NotFound` for what is not the caller's to see."""
    request = requests.submitted(request_id)
    require_within_scope(request, by=by, establishments=establishments)
    return claim_by(request, people=people, reader=by)


def claim_by(request: SubmittedRequest, *, people: People, reader: Caller) -> EmployerClaim:
    """The claim with the person who makes it."""
    return EmployerClaim(request, people.find(request.owner), _is_party(reader, request))


def _is_party(reader: Caller, request: SubmittedRequest) -> bool:
    return Interests(person_id=reader.person_id).in_matter(matter_of_reply(request)) is not None


def _waiting_for(
    employer: Caller,
    *,
    limit: int,
    after: str | None,
    requests: Requests,
    establishments: Establishments,
) -> Sequence[SubmittedRequest]:
    """What waits on the desk of any establishment the employer acts for, at most `limit`, after a position."""
    waiting = [
        request
        for number in establishments.acts_for(employer.person_id)
        for request in requests.on_desk(employer_desk(number), limit=limit, after=after)
    ]
    return sorted(waiting, key=desk_position)[:limit]


def require_within_scope(request: SubmittedRequest, *, by: Caller, establishments: Establishments) -> None:
    """`NotFound` unless the employer was ever asked, and the caller acts for it."""
    if not waits.employer_was_asked(request):
        raise NotFound()
    acts = request.data.establishment in establishments.acts_for(by.person_id)
    by.require(AccessRelation.OWN_ESTABLISHMENT if acts else AccessRelation.OTHER)
