"""The first step of a request: an empty draft of the caller's own."""

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.insurance import System
from ishtirak.kernel.transaction import Transaction, retry_on_conflict
from ishtirak.requests import rules
from ishtirak.requests.model import Request, RequestKind
from ishtirak.requests.policy import policy_on
from ishtirak.requests.ports import Requests


def begin_request(
    *,
    kind: RequestKind,
    system: System,
    amends: str | None,
    by: Caller,
    requests: Requests,
    clock: Clock,
    transaction: Transaction,
) -> Request:
    """A new draft; raises the refusals of `rules.draft`. `amends` is the id of a recorded period."""
    request_id = new_id()

    def begun_now() -> Request:
        lately = requests.begun_lately(by.person_id)
        change = rules.draft(
            request_id,
            owner=by.person_id,
            kind=kind,
            system=system,
            amends=amends,
            already_open=lately.count_open(requests.of_owner(by.person_id), at=clock.now()),
            at=clock.now(),
            policy=policy_on(today(clock)),
        )
        noted = requests.note_beginning(lately.and_now(request_id, at=clock.now()))
        transaction.commit(requests.save(change), noted, result=change.after)
        return change.after

    return retry_on_conflict(begun_now)
