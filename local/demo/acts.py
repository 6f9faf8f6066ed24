"""What several scenarios do: fill in and submit a request, decide one, give a simulated agency an order."""

from typing import Any

import requests as http

from local.client import Person, Unexpected, eventually
from local.demo.run import DemoRun
from local.sample_documents import pdf

EMPLOYER = "7000000001"
GOVERNMENT = "7000000003"
MILITARY = "7000000004"


def period_data(
    starts_on: str, ends_on: str, *, establishment: str = EMPLOYER, basic: int = 800_000, **changes: Any
) -> dict[str, Any]:
    """The data step of the form, with one wage line over the whole period."""
    return {
        "establishment": establishment,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "occupation_code": "251201",
        "work_type": "FULL_TIME",
        "wage_lines": [
            {"first_month": starts_on[:7], "last_month": ends_on[:7], "basic": basic, "housing": basic // 4}
        ],
        "reason": "لم يسجل صاحب العمل المدة في حينها",
        **changes,
    }


def submit_request(person: Person, system: str, body: dict[str, Any]) -> str:
    """A request from the draft to the submission; its id."""
    draft = person.ask("POST", "/v1/requests", {"kind": "ADD", "system": system}).expect(201)
    request_id: str = draft.body["id"]
    complete_draft(person, draft.etag, request_id, body)
    submit_with_code(person, request_id)
    return request_id


def complete_draft(person: Person, etag: str, request_id: str, body: dict[str, Any]) -> None:
    """Data, documents and declaration, all in order."""
    path = f"/v1/requests/{request_id}"
    saved = person.ask("PUT", f"{path}/data", body, etag=etag).expect(200)
    ids = [
        person.upload(request_id, kind, f"{kind}.pdf", pdf(kind, lines=(request_id,)))
        for kind in saved.body["required_documents"]
    ]
    for one in ids:
        person.inspected(request_id, one)
    version = person.ask("GET", "/v1/services/add-period").expect(200).body["declaration"]["version"]
    person.ask("PUT", f"{path}/declaration", {"version": version}, etag=person.ask("GET", path).etag).expect(
        200
    )


def submit_with_code(person: Person, request_id: str) -> None:
    challenge, code = person.ask_for_code(request_id)
    person.submit(request_id, challenge, code).expect(201)


def decide(officer: Person, request_id: str, decision: dict[str, Any]) -> None:
    """Claim the case and decide it, with the proof a decision above the sum takes."""
    officer.ask("POST", f"/v1/reviews/{request_id}/claim").expect(200)
    path = f"/v1/reviews/{request_id}/decision"
    answer = officer.ask("POST", path, decision)
    if answer.body.get("code") == "step_up_required":
        proof = officer.prove({"about_id": request_id, "review": decision})
        answer = officer.ask("POST", path, {**decision, "proof_id": proof})
    answer.expect(200)


def decide_about_bill(officer: Person, bill_id: str, act: str, decision: dict[str, Any]) -> dict[str, Any]:
    """Make a decision about a bill that takes a proof, with one; the bill after it.

    `act` is what the decision is stated as, `decision` its content; `approval` names its `decision_id` as well.
    """
    proof = {"proof_id": officer.prove({"about_id": bill_id, act: decision})}
    body = {name: value for name, value in decision.items() if name != "decision_id"} | proof
    what = f"decisions/{decision['decision_id']}/approval" if act == "approval" else act
    after: dict[str, Any] = officer.ask("POST", f"/v1/bills/{bill_id}/{what}", body).expect(200).body
    return after


def wait_for_workflow_end(run: DemoRun, request_id: str, state: str) -> None:
    """The workflow itself has come to its end, in the state named."""

    def there() -> bool | None:
        found = http.get(f"{run.url}/_local/executions/{request_id}", timeout=10).json()
        return (state in str(found) and found["status"] != "RUNNING") or None

    eventually(there, f"the workflow to end in {state}")


def instruct(simulator: str, what: str, order: dict[str, Any]) -> dict[str, Any]:
    """Let a simulated agency do something; what it answers. `simulator` is its address."""
    reply = http.post(f"{simulator}/_sim/{what}", json=order, timeout=10)
    if reply.status_code >= 300:
        raise Unexpected(f"the simulator could not {what}: {reply.text}")
    answer: dict[str, Any] = reply.json()
    return answer
