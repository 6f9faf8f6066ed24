"""Whom a request concerns, as the rule of `kernel.interest` asks."""

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.interest import Interests, Matter
from ishtirak.requests.model import SubmittedRequest, WaitOutcome


def matter_of_decision(request: SubmittedRequest) -> Matter:
    """What the authority decides about: the person, the employer named, who answered for one, who decided first.

    A decision of an earlier round binds nobody: who returned a request may decide it once it is completed.
    """
    first = request.decision
    needs_second = first is not None and first.outcome is WaitOutcome.NEEDS_SECOND
    return Matter(
        owner=request.owner,
        establishments=frozenset({request.data.establishment}),
        since=request.data.starts_on.gregorian(),
        replied=frozenset(request.replied_by) | _who_replied_last(request),
        decided=frozenset({first.by}) if first is not None and needs_second else frozenset(),
    )


def require_no_part(by: Caller, matter: Matter) -> None:
    """Raise `OwnInterest` for a party the request itself names; what the register adds is asked by the use case."""
    Interests(person_id=by.person_id).require_none_in(matter)


def _who_replied_last(request: SubmittedRequest) -> frozenset[str]:
    """Of a reply of before everybody who ever replied was kept."""
    return frozenset({request.employer_reply.by}) if request.employer_reply else frozenset()


def matter_of_reply(request: SubmittedRequest) -> Matter:
    """What an employer's officer answers: as a party, but neither as the person who claims nor as who decides."""
    return Matter(owner=request.owner, decided=frozenset(decision.by for decision in request.decisions))
