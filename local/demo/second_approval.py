"""The employer objects, the officer approves a part, and a supervisor has to agree to the sum."""

from local.client import Unexpected
from local.demo.acts import GOVERNMENT, decide, period_data, submit_request, wait_for_workflow_end
from local.demo.run import DemoRun


def approve_with_two(run: DemoRun) -> None:
    """Sara, civil pension: the body objects, the officer approves a part, and a supervisor has to agree to the sum."""
    with run.step("civil pension: the body objects; approved in part, above the limit, by two people"):
        sara, reem = run.signed_in("sara"), run.signed_in("reem")
        faisal, huda = run.signed_in("faisal"), run.signed_in("huda")
        asked = period_data("2025-01-01", "2026-06-30", establishment=GOVERNMENT, basic=4_000_000)
        request_id = submit_request(sara, "CIVIL_PENSION", asked)
        sara.until(request_id, "WITH_EMPLOYER")
        objection = {"answer": "OBJECT", "note": "باشرت في فبراير"}
        reem.ask("POST", f"/v1/employer/claims/{request_id}/response", objection).expect(200)
        sara.until(request_id, "UNDER_REVIEW")
        part = {"verdict": "PARTIALLY_APPROVE", "approved_from": "2025-02-01", "approved_to": "2026-06-30"}
        decide(faisal, request_id, part)
        sara.until(request_id, "SECOND_REVIEW")
        faisal.ask("POST", f"/v1/reviews/{request_id}/claim").expect(404)
        decide(huda, request_id, part)
        sara.until(request_id, "BILLED")
        receipt = sara.ask("GET", f"/v1/requests/{request_id}/receipt").expect(200).body
        if receipt["rows"][0]["month"] != "2025-02":
            raise Unexpected("the part that was not approved is on the bill")
        wait_for_workflow_end(run, request_id, "Billed")
