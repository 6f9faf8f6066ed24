"""A request in every state there is, and the steps that lead from one to the next."""

from collections.abc import Mapping
from typing import Any, Final

from ishtirak.requests import rules, waits
from ishtirak.requests.model import (
    Party,
    Request,
    RequestChange,
    SubmittedRequest,
    WaitOutcome,
    signing_digest,
)
from ishtirak.reviews import rules as review_rules
from tests.fakes.requests import (
    CONTRIBUTOR,
    NOW,
    OFFICER,
    claimed,
    decided,
    decision,
    declared,
    drafted,
    policy,
    replied,
    returned,
    second_review,
    submitted,
    under_review,
    with_employer,
)

LIMIT: Final = policy().second_approval_above_halalas
"""The largest sum, in halalas, that one person approves alone."""


def silent(request: SubmittedRequest, party: Party) -> SubmittedRequest:
    """The request once the party's deadline passed."""
    change = waits.record_timeout(request, party, at=NOW)
    assert change is not None
    return change.after


def judged(
    request: SubmittedRequest,
    outcome: WaitOutcome = WaitOutcome.APPROVED,
    *,
    by: Any = OFFICER,
    total: int = 0,
    **days: Any,
) -> RequestChange[SubmittedRequest]:
    """The authority's decision on it."""
    return review_rules.decide(
        request, decision(outcome, by=by, **days), by=by, total_halalas=total, at=NOW, policy=policy()
    )


def resubmitted(request: Request) -> SubmittedRequest:
    """A returned request, declared and submitted again."""
    version = policy().declaration_version
    again = rules.declare(request, version, by=CONTRIBUTOR, at=NOW, policy=policy()).after
    return rules.submit(again, by=CONTRIBUTOR, signed=signing_digest(again), at=NOW).after


def failed(request: SubmittedRequest) -> SubmittedRequest:
    """The request once a step of its workflow failed for good."""
    change = rules.record_failure(request, "States.Timeout", at=NOW)
    assert change is not None
    return change.after


def withdrawn() -> Request:
    return rules.withdraw(submitted().after, by=CONTRIBUTOR, at=NOW).after


def expired() -> SubmittedRequest:
    return silent(returned(), Party.CONTRIBUTOR)


def billed() -> SubmittedRequest:
    return rules.mark_billed(decided(), None, total_halalas=0, at=NOW).after


EVERY_STATE: Final[Mapping[str, Any]] = {
    "draft": drafted().after,
    "declared": declared().after,
    "submitted": submitted().after,
    "with_employer": with_employer(),
    "replied": replied(),
    "under_review": under_review(),
    "claimed": claimed(),
    "second_review": second_review(),
    "returned": returned(),
    "needs_attention": failed(under_review()),
    "approved": decided(),
    "billed": billed(),
    "rejected": decided(WaitOutcome.REJECTED),
    "withdrawn": withdrawn(),
    "expired": expired(),
}
"""By name; drafts too, so that rules of submitted requests are tried on what the types keep from them."""
