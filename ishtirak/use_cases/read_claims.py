"""The periods employees claim, as their employer's officers see them."""

from dataclasses import dataclass
from typing import Final

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.errors import NotFound
from ishtirak.register.people import Contributor
from ishtirak.register.ports import Establishments, People
from ishtirak.requests import waits
from ishtirak.requests.desks import employer_desk
from ishtirak.requests.model import SubmittedRequest
from ishtirak.requests.ports import Requests, desk_position

DESK_LENGTH: Final = 50
"""So many claims of each establishment are listed, those with the earliest deadlines."""


@dataclass(frozen=True)
class EmployerClaim:
    """A claimed period and the person who claims it; None for somebody the register does not know."""

    request: SubmittedRequest
    worker: Contributor | None


def list_claims(
    *, by: Caller, requests: Requests, people: People, establishments: Establishments
) -> tuple[EmployerClaim, ...]:
    """The claims that wait for a reply of the caller, for every establishment they act for, by deadline."""
    waiting = [
        request
        for number in establishments.acts_for(by.person_id)
        for request in requests.on_desk(employer_desk(number), limit=DESK_LENGTH)
    ]
    return tuple(claim_by(request, people=people) for request in sorted(waiting, key=desk_position))


def read_claim(
    request_id: str, *, by: Caller, requests: Requests, people: People, establishments: Establishments
) -> EmployerClaim:
    """One claim; `NotFound` for what is not the caller's to see."""
    request = requests.submitted(request_id)
    require_within_scope(request, by=by, establishments=establishments)
    return claim_by(request, people=people)


def claim_by(request: SubmittedRequest, *, people: People) -> EmployerClaim:
    """The claim with the person who makes it."""
    return EmployerClaim(request, people.find(request.owner))


def require_within_scope(request: SubmittedRequest, *, by: Caller, establishments: Establishments) -> None:
    """`NotFound` unless the employer was ever asked, and the caller acts for it."""
    asked = waits.employer_was_asked(request)
    if not asked or request.data.establishment not in establishments.acts_for(by.person_id):
        raise NotFound()
