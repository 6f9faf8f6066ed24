"""Whose desk a request lies on."""

from typing import Final

from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.requests.model import Party, Request, RequestState, SubmittedRequest

ATTENTION: Final = "ATTENTION"
"""The desk of requests whose workflow failed."""


def desk_of(request: Request) -> str | None:
    """An establishment's desk or one of the authority's; none while nobody is waited for, or only its owner is."""
    if not isinstance(request, SubmittedRequest):
        return None
    if request.state is RequestState.NEEDS_ATTENTION:
        return ATTENTION
    if request.wait is None or request.wait.party is Party.CONTRIBUTOR:
        return None
    if request.wait.party is Party.EMPLOYER:
        return employer_desk(request.data.establishment)
    return request.wait.party.value


def employer_desk(number: EstablishmentNumber) -> str:
    """The desk of an employer's officers."""
    return f"EMPLOYER#{number.reveal()}"
