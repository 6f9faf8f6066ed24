"""The desks: the employer's, the officers', the supervisors'."""

from tests.faults.lives import EMPLOYER, OFFICER, claimed, stuck, under_review, with_the_employer
from tests.faults.work import ByClient, Reading, not_so

RETURN = {"verdict": "RETURN", "reason_code": "DOCUMENTS_INSUFFICIENT", "note": "the second page"}


class Replying(ByClient):
    """respond_to_claim"""

    function = "respond_to_period"
    by, body = EMPLOYER, {"answer": "CONFIRM"}

    def prepare(self) -> None:
        self.request = with_the_employer(self.stepped)
        self.path = f"/v1/employer/claims/{self.request.id}/response"

    def deviations(self) -> list[str]:
        request = self.stepped.requests.get(self.request.id)
        return [
            *super().deviations(),
            *not_so(replied=request.employer_reply is not None),
        ]


class ReadingClaims(Reading):
    """list_claims"""

    function = "respond_to_period"
    by, path = EMPLOYER, "/v1/employer/claims"

    def prepare(self) -> None:
        self.request = with_the_employer(self.stepped)


class ReadingAClaim(ReadingClaims):
    """read_claim"""

    def prepare(self) -> None:
        super().prepare()
        self.path = f"/v1/employer/claims/{self.request.id}"


class Claiming(ByClient):
    """claim_case"""

    function = "review_request"
    by, what = OFFICER, "/claim"

    def prepare(self) -> None:
        self.request = under_review(self.stepped)
        self.path = f"/v1/reviews/{self.request.id}{self.what}"


class Releasing(Claiming):
    """release_case"""

    what = "/release"

    def prepare(self) -> None:
        self.request = claimed(self.stepped)
        self.path = f"/v1/reviews/{self.request.id}{self.what}"


class Deciding(Releasing):
    """decide_case"""

    what, body = "/decision", {"verdict": "APPROVE"}


class Returning(Releasing):
    """decide_case, the other way"""

    what = "/decision"
    body = RETURN


class Resuming(ByClient):
    """resume_case"""

    function = "review_request"
    by, body = OFFICER, {"step": "REVIEW"}

    def prepare(self) -> None:
        self.path = f"/v1/reviews/{stuck(self.stepped).id}/resumption"


class ReadingTheQueue(Reading):
    """read_queue"""

    function = "review_request"
    by, path = OFFICER, "/v1/reviews"

    def prepare(self) -> None:
        self.request = under_review(self.stepped)


class ReadingACase(ReadingTheQueue):
    """read_case"""

    def prepare(self) -> None:
        super().prepare()
        self.path = f"/v1/reviews/{self.request.id}"


class OpeningADocument(ReadingTheQueue):
    """open_document"""

    def prepare(self) -> None:
        super().prepare()
        self.path = f"/v1/reviews/{self.request.id}/documents/{self.request.attachments[0].id}"


PIECES = {
    "respond_to_claim": Replying,
    "list_claims": ReadingClaims,
    "read_claim": ReadingAClaim,
    "claim_case": Claiming,
    "release_case": Releasing,
    "decide_case": Deciding,
    "decide_case: return": Returning,
    "resume_case": Resuming,
    "read_queue": ReadingTheQueue,
    "read_case": ReadingACase,
    "open_document": OpeningADocument,
}
