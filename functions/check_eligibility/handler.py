"""Step of add_period.

May the request go on, by the rules and the register as they are now; and how long each party has.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from functions.check_eligibility.settings import Settings
from ishtirak.adapters.aws.register_table import RegisterTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.task import TaskInput, task
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.errors import Incomplete, Refused
from ishtirak.requests import rules, waits
from ishtirak.requests.model import Party, RequestState
from ishtirak.requests.policy import policy
from ishtirak.use_cases.assess_claim import assess


class Waits(BaseModel):
    """How long each party has, in seconds from now: the time-outs of the states to come."""

    employer: int
    officer: int
    supervisor: int
    contributor: int


class Eligibility(BaseModel):
    """ELIGIBLE, REJECTED (by a rule, whose code the request then carries) or WITHDRAWN.

    A resumed request may be further: REPLIED, as the employer has answered already, or APPROVED.
    """

    outcome: str
    waits: Waits


def build(
    settings: Settings, *, clock: Clock | None = None
) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    requests = RequestTable(settings.requests_table)
    register = RegisterTable(settings.register_table)
    time = clock or SystemClock()

    def check(step: TaskInput) -> Eligibility:
        now = time.now()
        waits = _waits(now)
        request = requests.get(step.request_id)
        if request.state in (RequestState.WITHDRAWN, RequestState.REJECTED):
            return Eligibility(outcome=request.state.value, waits=waits)
        if request.state is RequestState.APPROVED:
            return Eligibility(outcome="APPROVED", waits=waits)
        if request.data is None:
            raise ValueError("a submitted request has data")
        try:
            assess(
                request,
                request.data,
                register=register,
                requested_on=rules.requested_on(request),
                as_of=today(time),
            )
        except (Refused, Incomplete) as refused:
            change = rules.reject_by_rule(request, refused.code, at=now)
            if change is not None:
                requests.commit(change)
            return Eligibility(outcome="REJECTED", waits=waits)
        replied = request.employer_reply is not None
        return Eligibility(outcome="REPLIED" if replied else "ELIGIBLE", waits=waits)

    return task(check, takes=TaskInput)


def _waits(now: datetime) -> Waits:
    def seconds(party: Party) -> int:
        return int((waits.deadline(party, at=now, policy=policy()) - now).total_seconds())

    return Waits(
        employer=seconds(Party.EMPLOYER),
        officer=seconds(Party.OFFICER),
        supervisor=seconds(Party.SUPERVISOR),
        contributor=seconds(Party.CONTRIBUTOR),
    )
