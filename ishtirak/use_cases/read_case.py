"""A submitted request as an officer of the authority sees it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ishtirak.eventlog.event import Event
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.register.establishments import Establishment
from ishtirak.register.people import Contributor
from ishtirak.register.ports import Accounts, Establishments, People
from ishtirak.requests.model import SubmittedRequest
from ishtirak.requests.ports import Requests
from ishtirak.statute.model import Assessment
from ishtirak.statute.refusals import RuleRefused
from ishtirak.use_cases.assess_claim import EstablishmentUnknown, SystemNotForEstablishment, assess_submitted
from ishtirak.use_cases.authority_dates import AuthorityDates


@dataclass(frozen=True)
class ReviewCase:
    """A request, who asks and who employed, what it comes to today, and what happened to it.

    `assessment` is None where a rule now objects: the officer then rejects or returns it.
    """

    request: SubmittedRequest
    worker: Contributor | None
    employer: Establishment | None
    assessment: Assessment | None
    events: Sequence[Event]


def read_case(
    request_id: str,
    *,
    by: Caller,
    requests: Requests,
    people: People,
    establishments: Establishments,
    accounts: Accounts,
    authority: AuthorityDates,
    clock: Clock,
) -> ReviewCase:
    """The case; `NotFound` for a draft, which is nobody's business but its owner's."""
    request = requests.submitted(request_id)
    by.require_authority(request.owner)
    try:
        assessment = assess_submitted(
            request,
            people=people,
            establishments=establishments,
            accounts=accounts,
            authority=authority,
            as_of=today(clock),
        )
    except (RuleRefused, EstablishmentUnknown, SystemNotForEstablishment):
        assessment = None
    return ReviewCase(
        request=request,
        worker=people.find(request.owner),
        employer=establishments.find(request.data.establishment),
        assessment=assessment,
        events=requests.timeline(request_id),
    )
