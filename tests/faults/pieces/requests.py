"""A contributor's request, from the first page to the submission."""

from ishtirak.adapters.aws.bill_table import BillTable
from ishtirak.kernel.insurance import System
from ishtirak.otp.model import ChallengeState
from tests.fakes.requests import policy
from tests.faults.lives import billed, code_for, drafted, ready_to_submit, submitted
from tests.faults.work import ByClient, Reading, not_so
from tests.flows.drafts import a_ready_draft
from tests.flows.world import period

BEGUN = {"kind": "ADD", "system": System.SOCIAL_INSURANCE.value}


class Beginning(ByClient):
    """begin_request"""

    function = "edit_request"
    expected = 201
    path, body = "/v1/requests", BEGUN

    def prepare(self) -> None:
        self.by = self.stepped.newcomer()


class Saving(ByClient):
    """save_data"""

    function = "edit_request"
    method = "PUT"

    def prepare(self) -> None:
        self.by = self.stepped.newcomer()
        draft = drafted(self.stepped, self.by)
        self.path, self.version = f"/v1/requests/{draft.id}/data", draft.version
        self.body = period()


class Declaring(ByClient):
    """accept_declaration"""

    function = "edit_request"
    method = "PUT"

    def prepare(self) -> None:
        self.by = self.stepped.newcomer()
        draft = a_ready_draft(self.stepped.outputs, self.by.person_id, period())
        self.path, self.version = f"/v1/requests/{draft.id}/declaration", draft.version
        self.body = {"version": policy().declaration_version}


class Withdrawing(ByClient):
    """withdraw_request"""

    function = "edit_request"

    def prepare(self) -> None:
        request = submitted(self.stepped)
        self.by = self.stepped.owner_of(request.owner)
        self.path = f"/v1/requests/{request.id}/withdrawal"


class Issuing(ByClient):
    """issue_code"""

    function = "issue_code"
    expected = 202

    def prepare(self) -> None:
        self.by = self.stepped.newcomer()
        draft = a_ready_draft(self.stepped.outputs, self.by.person_id, period())
        self.path = f"/v1/requests/{draft.id}/code"


class Submitting(ByClient):
    """submit_request"""

    function = "submit_request"
    expected = 201
    may_differ = frozenset({"tries"})

    def prepare(self) -> None:
        self.ready = ready_to_submit(self.stepped)
        self.by = self.ready.owner
        self.path = f"/v1/requests/{self.ready.request.id}/submission"
        self.body = {"challenge_id": self.ready.challenge.id, "code": self.ready.code}

    def deviations(self) -> list[str]:
        request = self.stepped.requests.get(self.ready.request.id)
        challenge = self.stepped.access.find(self.ready.challenge.id)
        events = self.stepped.events("RequestsTable", f"request/{request.id}")
        return [
            *super().deviations(),
            *not_so(
                one_event=events.count("RequestSubmitted") == 1,
                submitted=request.state == "SUBMITTED",
                the_code_is_consumed=challenge is not None and challenge.state is ChallengeState.USED,
            ),
        ]


class ReadingTheService(Reading):
    """read_service"""

    function = "edit_request"
    path = "/v1/services/add-period"

    def prepare(self) -> None:
        self.by = self.stepped.newcomer()


class ReadingRequests(Reading):
    """list_requests"""

    function = "edit_request"
    path = "/v1/requests"

    def prepare(self) -> None:
        request = submitted(self.stepped)
        self.by = self.stepped.owner_of(request.owner)
        self.request_id = request.id


class ReadingARequest(ReadingRequests):
    """read_request"""

    what = ""

    def prepare(self) -> None:
        super().prepare()
        self.path = f"/v1/requests/{self.request_id}{self.what}"


class ReadingATimeline(ReadingARequest):
    """read_timeline"""

    what = "/timeline"


class ReadingAReceipt(Reading):
    """read_receipt"""

    function = "edit_request"

    def prepare(self) -> None:
        request = billed(self.stepped)
        assert BillTable(self.stepped.outputs["RegisterTable"]).find(request.bill_id or "")
        self.by = self.stepped.owner_of(request.owner)
        self.path = f"/v1/requests/{request.id}/receipt"


class ReadingADispatch(Reading):
    """read_code_dispatch"""

    function = "issue_code"

    def prepare(self) -> None:
        self.by = self.stepped.newcomer()
        draft = a_ready_draft(self.stepped.outputs, self.by.person_id, period())
        challenge, _ = code_for(self.stepped.outputs, draft)
        self.path = f"/v1/requests/{draft.id}/code/{challenge.id}"


PIECES = {
    "begin_request": Beginning,
    "save_data": Saving,
    "accept_declaration": Declaring,
    "withdraw_request": Withdrawing,
    "issue_code": Issuing,
    "submit_request": Submitting,
    "read_service": ReadingTheService,
    "list_requests": ReadingRequests,
    "read_request": ReadingARequest,
    "read_timeline": ReadingATimeline,
    "read_receipt": ReadingAReceipt,
    "read_code_dispatch": ReadingADispatch,
}
