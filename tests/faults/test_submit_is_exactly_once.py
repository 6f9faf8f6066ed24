"""Submitting, whatever breaks: one request, one code consumed, one event, one run of the workflow, one answer."""

import uuid
from collections.abc import Callable

from ishtirak.otp.model import ChallengeState
from tests.faults.lives import Ready, ready_to_submit
from tests.faults.stepped import Reply, Stepped
from tests.faults.sweep import swept


class Submission:
    """One person submits, and sends the same again until it is confirmed that it is done."""

    def __init__(self, stepped: Stepped) -> None:
        self._stepped = stepped
        self.ready: Ready = ready_to_submit(stepped)
        self._key = str(uuid.uuid4())
        self._last: Reply | None = None

    def attempt(self) -> bool:
        self._last = self._send()
        return not self._last.worth_repeating

    def deviations(self) -> list[str]:
        ready, stepped = self.ready, self._stepped
        request = stepped.requests.get(ready.request.id)
        challenge = stepped.access.find(ready.challenge.id)
        events = stepped.events("RequestsTable", f"request/{request.id}")
        again = self._send()
        facts = {
            "answered 201": self._last is not None and self._last.status == 201,
            "with the reference": self._last is not None
            and (self._last.body or {}).get("reference") == request.reference,
            "the same answer to the same key": (again.status, again.body)
            == (201, self._last.body if self._last else None),
            "one event": events.count("RequestSubmitted") == 1,
            "submitted": request.state == "SUBMITTED",
            "the code is consumed": challenge is not None and challenge.state is ChallengeState.USED,
        }
        return [fact for fact, holds in facts.items() if not holds]

    def _send(self) -> Reply:
        ready = self.ready
        return self._stepped.asked(
            "submit_request",
            "POST",
            f"/v1/requests/{ready.request.id}/submission",
            {"challenge_id": ready.challenge.id, "code": ready.code},
            by=ready.owner,
            key=self._key,
        )


def test_a_submission_survives_every_fault_of_every_call(
    stepped: Stepped, report: Callable[[str], None]
) -> None:
    made: list[Submission] = []

    def work() -> Submission:
        made.append(Submission(stepped))
        return made[-1]

    result = swept(stepped, "submit_request", work)
    stepped.work_off("relay_events")
    stepped.arrived()
    stepped.work_off("drive_workflow")

    report(str(result))
    assert result.deviations == []
    assert len(result.calls) <= 6
    runs = [execution.name for execution in stepped.cloud.executions.all()]
    assert sorted(runs) == sorted(one.ready.request.id for one in made)
