"""Use cases that fetch before they decide.

Storing is left to the caller, who may have other parts to commit alongside.
"""

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.insurance import System
from ishtirak.requests import rules
from ishtirak.requests.model import (
    CLOSED,
    Attachment,
    Request,
    RequestChange,
    RequestKind,
    SigningDigest,
    new_id,
)
from ishtirak.requests.policy import policy
from ishtirak.requests.ports import DocumentStates, Requests


def draft(
    *, by: Caller, kind: RequestKind, system: System, amends: str | None, requests: Requests, clock: Clock
) -> RequestChange:
    """A new request of the caller's own."""
    still_open = sum(request.state not in CLOSED for request in requests.of_owner(by.person_id))
    return rules.draft(
        new_id(),
        owner=by.person_id,
        kind=kind,
        system=system,
        amends=amends,
        already_open=still_open,
        at=clock.now(),
        policy=policy(),
    )


def own(request_id: str, *, by: Caller, requests: Requests) -> Request:
    """The caller's own request, or NotFound as for one that never was."""
    request = requests.get(request_id)
    rules.require_owner(request, by=by)
    return request


def attach(
    request_id: str, *, by: Caller, attachment: Attachment, requests: Requests, clock: Clock
) -> RequestChange:
    """The request with one document more."""
    return rules.attach(requests.get(request_id), attachment, by=by, at=clock.now(), policy=policy())


def detach(
    request_id: str, document_id: str, *, by: Caller, requests: Requests, clock: Clock
) -> RequestChange:
    """The request with one document less."""
    return rules.detach(requests.get(request_id), document_id, by=by, at=clock.now())


def seal(request_id: str, *, by: Caller, requests: Requests, documents: DocumentStates) -> SigningDigest:
    """What the code for this request is bound to, or the earliest step still missing."""
    request = requests.get(request_id)
    rules.require_owner(request, by=by)
    states = documents.states([attachment.id for attachment in request.attachments])
    return rules.require_complete(request, by=by, states=states)
