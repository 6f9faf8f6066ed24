"""Races about beginning requests."""

from collections.abc import Sequence
from functools import partial

from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.insurance import System
from ishtirak.requests.model import Request, RequestKind
from ishtirak.requests.refusals import TooManyOpenRequests
from ishtirak.use_cases.begin_request import begin_request
from tests.fakes.requests import CONTRIBUTOR, RequestsInMemory, StoppedClock, policy
from tests.fakes.transaction import InMemoryTransaction
from tests.faults.work import not_so
from tests.races.interleaving import Interleaving


class LateListing(RequestsInMemory):
    """The index of a person's requests, behind by as much as it may be: it shows none."""

    def of_owner(self, owner: str) -> Sequence[Request]:
        return []


def begun_at_once(turn: Interleaving) -> list[str]:
    """Seven windows begin a request each, while the listing shows none of them."""
    kept = LateListing()
    begin = partial(
        begin_request,
        kind=RequestKind.ADD,
        system=System.SOCIAL_INSURANCE,
        amends=None,
        by=CONTRIBUTOR,
        requests=turn.over(kept),
        clock=StoppedClock(),
        transaction=turn.over(InMemoryTransaction()),
    )
    results = turn.run({f"window {number}": begin for number in range(7)}).values()
    begun = [result for result in results if isinstance(result, Request)]
    return not_so(
        no_more_than_allowed=len(kept.kept) == len(begun) <= policy().open_requests_a_person,
        the_others_were_told_why=all(
            isinstance(result, Request | TooManyOpenRequests | Unavailable) for result in results
        ),
    )
