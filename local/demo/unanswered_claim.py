"""The employer does not reply in time, the officer returns the request, and its owner withdraws it."""

import requests as http

from local.client import Unexpected
from local.demo.acts import MILITARY, decide, period_data, submit_request, wait_for_workflow_end
from local.demo.run import DemoRun


def leave_unanswered(run: DemoRun) -> None:
    """Turki, military pension: the body does not reply, the officer returns it, and Turki takes it back."""
    with run.step("military pension: submitted; the body does not reply in time"):
        turki = run.signed_in("turki")
        request_id = submit_request(
            turki, "MILITARY_PENSION", period_data("2025-01-01", "2025-06-30", establishment=MILITARY)
        )
        turki.until(request_id, "WITH_EMPLOYER")
        http.post(f"{run.url}/_local/expire/{request_id}", timeout=10).raise_for_status()
        reviewed = turki.until(request_id, "UNDER_REVIEW")
        if reviewed["employer_reply"]["outcome"] != "NO_REPLY":
            raise Unexpected("the missing reply is not on record")
    with run.step("returned for completion, and withdrawn"):
        faisal = run.signed_in("faisal")
        returned = {
            "verdict": "RETURN",
            "reason_code": "DATES_NOT_PROVED",
            "note": "أرفق ما يثبت تاريخ المباشرة",
        }
        decide(faisal, request_id, returned)
        turki.until(request_id, "RETURNED")
        turki.ask("POST", f"/v1/requests/{request_id}/withdrawal").expect(200)
        wait_for_workflow_end(run, request_id, "Withdrawn")
