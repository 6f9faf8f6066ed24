"""submit_request: the code is consumed and the request submitted, together and once, whatever happens on the way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from functions.submit_request.handler import build
from functions.submit_request.settings import Settings
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.edge.http.api import Api
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.clock import today
from ishtirak.otp.model import Challenge, ChallengeState, Purpose
from ishtirak.otp.policy import policy_on
from ishtirak.otp.rules import code_from, message
from ishtirak.requests.model import Request, RequestChange, RequestState, signing_digest
from ishtirak.use_cases.open_challenge import open_challenge
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.requests import (
    CONTRIBUTOR,
    EMPLOYER,
    NOW,
    OTHER_REQUEST,
    REQUEST,
    STRANGER,
    attachment,
    declared,
    policy,
    submitted,
    with_documents,
)
from tests.functions.access_world import World
from tests.functions.events import Answer, answer_of, call, sample
from tests.functions.scene import Killed, Scene, dying


class Submitting(Scene):
    """A request ready for its code, and the function."""

    def __init__(self, cloud: World) -> None:
        super().__init__(cloud)
        self.access = AccessTable(cloud.access)
        self.mac = KmsMac(cloud.mac_key)
        self.settings = Settings(
            requests_table=cloud.requests,
            access_table=cloud.access,
            register_table=cloud.register,
            mac_key_arn=cloud.mac_key,
            data_key_arn=cloud.data_key,
            absher_secret_arn="arn:absher",
        )
        self.api: Api = build(self.settings, clock=self.clock)
        self.request = self.holds(declared().after)

    def challenge(self, request: Request | None = None, *, subject: str | None = None) -> Challenge:
        opened = open_challenge(
            subject or CONTRIBUTOR.person_id,
            purpose=Purpose.SUBMIT_REQUEST,
            digest=signing_digest(request or self.request).for_code,
            about=REQUEST,
            challenges=self.access,
            mac=self.mac,
            budgets=BudgetsInMemory(),
            clock=self.clock,
        )
        self.register.transaction.commit(opened.items)
        self.cloud.calls.clear()
        return opened.challenge

    def code(self, challenge: Challenge) -> str:
        digits = policy_on(today(self.clock)).digits
        code = code_from(self.mac.of(message(challenge)), digits=digits)
        self.cloud.calls.clear()
        return code

    def submit(
        self,
        challenge: Challenge,
        code: str | None = None,
        *,
        key: str = "key-1",
        by: Caller = CONTRIBUTOR,
        request_id: str = REQUEST,
    ) -> Answer:
        body = {"challenge_id": challenge.id, "code": code or self.code(challenge)}
        return call(self.api, "POST", f"/v1/requests/{request_id}/submission", body, by=by, key=key)

    @property
    def state(self) -> RequestState:
        return self.requests.get(REQUEST).state


@pytest.fixture
def scene(cloud: World) -> Submitting:
    return Submitting(cloud)


def code_of(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["code"]


def test_a_request_is_submitted_with_its_code(scene: Submitting) -> None:
    challenge = scene.challenge()

    answer = scene.submit(challenge)

    assert answer.status == 201
    assert answer.headers["location"] == f"/v1/requests/{REQUEST}"
    assert answer.json["state"] == "SUBMITTED"
    assert answer.json["reference"] == scene.requests.get(REQUEST).reference
    assert scene.events(REQUEST) == ["RequestSubmitted"]
    spent = scene.access.find(challenge.id)
    assert spent is not None
    assert spent.state is ChallengeState.USED


def test_a_submission_takes_no_more_than_six_calls_of_aws(scene: Submitting) -> None:
    challenge = scene.challenge()
    code = scene.code(challenge)

    scene.submit(challenge, code)

    revocation, *work = scene.cloud.calls
    assert revocation == "dynamodb.GetItem"
    assert work == [
        "dynamodb.GetItem",
        "dynamodb.GetItem",
        "dynamodb.UpdateItem",
        "kms.GenerateMac",
        "dynamodb.TransactWriteItems",
    ]


def test_whether_tokens_were_revoked_is_not_read_again_at_once(scene: Submitting) -> None:
    challenge = scene.challenge()
    code = scene.code(challenge)
    scene.submit(challenge, code)
    scene.cloud.calls.clear()

    scene.submit(challenge, code)

    assert scene.cloud.calls == ["dynamodb.GetItem"]


def test_the_sample_event_is_answered(scene: Submitting) -> None:
    answer = answer_of(scene.api, sample("submit_request", "submission"))

    assert code_of(answer) == (401, "code_not_accepted")


def test_the_same_submission_sent_again_gets_the_same_answer(scene: Submitting) -> None:
    challenge = scene.challenge()
    code = scene.code(challenge)

    first, again = scene.submit(challenge, code), scene.submit(challenge, code)

    assert (again.status, again.text, again.headers["etag"]) == (201, first.text, first.headers["etag"])
    assert scene.events(REQUEST) == ["RequestSubmitted"]


def test_a_code_works_once(scene: Submitting) -> None:
    challenge = scene.challenge()
    code = scene.code(challenge)
    scene.submit(challenge, code)

    answer = scene.submit(challenge, code, key="key-2")

    assert code_of(answer) == (409, "already_submitted")
    assert scene.events(REQUEST) == ["RequestSubmitted"]


def test_a_used_code_does_not_submit_again_what_was_returned_unchanged(scene: Submitting) -> None:
    challenge = scene.challenge()
    code = scene.code(challenge)
    scene.submit(challenge, code)
    now = scene.requests.get(REQUEST)
    back = now.model_copy(update={"state": RequestState.RETURNED, "version": now.version + 1})
    scene.stores(RequestChange(before=now, after=back, events=()))

    answer = scene.submit(challenge, code, key="key-2")

    assert code_of(answer) == (401, "code_not_accepted")
    assert scene.state is RequestState.RETURNED


@pytest.mark.parametrize("code", ["000000", "12345", "1234567", "٠٠٠٠٠٠", "abcdef", " ", "-"])
def test_a_wrong_code_submits_nothing(scene: Submitting, code: str) -> None:
    challenge = scene.challenge()
    if scene.code(challenge) == "000000":
        pytest.skip("one in a million")

    answer = scene.submit(challenge, code)

    assert code_of(answer) == (401, "code_not_accepted")
    assert scene.state is RequestState.DRAFT
    assert scene.events(REQUEST) == []


def test_a_code_in_arabic_digits_is_the_code(scene: Submitting) -> None:
    challenge = scene.challenge()
    arabic = scene.code(challenge).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert scene.submit(challenge, arabic).status == 201


def test_the_right_code_after_three_wrong_ones_is_too_late(scene: Submitting) -> None:
    challenge = scene.challenge()
    code = scene.code(challenge)
    for number in range(3):
        scene.submit(challenge, "x", key=f"wrong-{number}")

    answer = scene.submit(challenge, code)

    assert code_of(answer) == (401, "too_many_tries")
    assert scene.state is RequestState.DRAFT


@pytest.mark.parametrize(("seconds", "status"), [(299, 201), (300, 401), (301, 401)])
def test_a_code_lives_five_minutes(scene: Submitting, seconds: int, status: int) -> None:
    challenge = scene.challenge()
    code = scene.code(challenge)
    scene.clock.passes(timedelta(seconds=seconds))

    assert scene.submit(challenge, code).status == status


def test_a_code_is_for_exactly_what_was_signed(scene: Submitting) -> None:
    """Declared anew after a document was exchanged for one of the same bytes: another content, another code."""
    challenge = scene.challenge()
    code = scene.code(challenge)
    first, *rest = scene.request.attachments
    exchanged = scene.request.model_copy(
        update={"attachments": (attachment(first.kind, sha256=first.sha256), *rest), "version": 9}
    )
    scene.stores(RequestChange(before=scene.request, after=exchanged, events=()))

    answer = scene.submit(challenge, code)

    assert code_of(answer) == (401, "code_not_accepted")
    assert scene.state is RequestState.DRAFT


def test_a_code_for_one_request_does_not_submit_another(scene: Submitting) -> None:
    other = scene.holds(declared(id=OTHER_REQUEST).after)
    challenge = scene.challenge()

    answer = scene.submit(challenge, request_id=OTHER_REQUEST)

    assert code_of(answer) == (401, "code_not_accepted")
    assert scene.requests.get(OTHER_REQUEST) == other


def test_anothers_code_does_not_submit_mine(scene: Submitting) -> None:
    challenge = scene.challenge(subject=STRANGER.person_id)

    assert code_of(scene.submit(challenge)) == (401, "code_not_accepted")


def test_anothers_request_is_answered_as_an_absent_one_is(scene: Submitting) -> None:
    challenge = scene.challenge()

    theirs = scene.submit(challenge, by=STRANGER)
    absent = scene.submit(challenge, by=STRANGER, request_id=OTHER_REQUEST, key="key-2")

    assert (theirs.status, theirs.text) == (404, absent.text)
    found = scene.access.find(challenge.id)
    assert found is not None
    assert found.tries == 0


def test_what_is_not_declared_is_not_submitted(scene: Submitting) -> None:
    request = scene.holds(with_documents(id=OTHER_REQUEST))
    challenge = scene.challenge(request)

    answer = scene.submit(challenge, request_id=OTHER_REQUEST)

    assert code_of(answer) == (422, "declaration_missing")


def test_a_code_as_a_number_is_a_field_of_the_wrong_type(scene: Submitting) -> None:
    body = {"challenge_id": scene.challenge().id, "code": 12345}

    answer = call(scene.api, "POST", f"/v1/requests/{REQUEST}/submission", body, by=CONTRIBUTOR, key="key-1")

    assert code_of(answer) == (422, "fields_not_accepted")
    assert answer.json["errors"][0]["pointer"] == "/code"


def test_a_phone_in_the_body_is_not_accepted(scene: Submitting) -> None:
    body = {"challenge_id": scene.challenge().id, "code": "123456", "phone": "+966550000001"}

    answer = call(scene.api, "POST", f"/v1/requests/{REQUEST}/submission", body, by=CONTRIBUTOR, key="key-1")

    assert answer.json["errors"][0] | {"message": ""} == {
        "pointer": "/phone",
        "code": "unknown_field",
        "message": "",
    }


def test_without_the_key_nothing_is_ever_right(cloud: World) -> None:
    scene = Submitting(cloud)
    challenge = scene.challenge()
    code = scene.code(challenge)
    broken = scene.settings.model_copy(update={"mac_key_arn": "alias/none"})
    scene.api = build(broken, clock=scene.clock)

    answer = scene.submit(challenge, code)

    assert code_of(answer) == (503, "unavailable")
    assert scene.state is RequestState.DRAFT


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6])
def test_a_submission_that_died_anywhere_is_finished_by_asking_again(
    scene: Submitting, number: int, after: bool
) -> None:
    challenge = scene.challenge()
    code = scene.code(challenge)
    with dying(number, after=after) as made, pytest.raises(Killed):
        scene.submit(challenge, code)
    assert len(made) == number
    half = (scene.state, len(scene.events(REQUEST)))
    stored = number == 6 and after
    assert half == ((RequestState.SUBMITTED, 1) if stored else (RequestState.DRAFT, 0))

    answer = scene.submit(challenge, code)

    assert answer.status == 201
    assert scene.state is RequestState.SUBMITTED
    assert scene.events(REQUEST) == ["RequestSubmitted"]
    assert scene.submit(challenge, code).text == answer.text


@pytest.mark.parametrize("one_key", [True, False], ids=["one key", "eight keys"])
def test_of_eight_submissions_at_once_one_submits(scene: Submitting, one_key: bool) -> None:
    """Each in a process of its own, as Lambda runs them; DynamoDB decides one after another."""
    challenge = scene.challenge()
    body = {"challenge_id": challenge.id, "code": scene.code(challenge)}
    apis = [build(scene.settings, clock=scene.clock) for _ in range(8)]

    def submit(number: int) -> Answer:
        key = "key-1" if one_key else f"key-{number}"
        return call(apis[number], "POST", f"/v1/requests/{REQUEST}/submission", body, by=CONTRIBUTOR, key=key)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(submit, range(8)))

    accepted = [answer.text for answer in answers if answer.status == 201]
    assert len(set(accepted)) == 1
    assert one_key or len(accepted) == 1
    assert {answer.status for answer in answers} <= {201, 401, 409}
    assert scene.events(REQUEST) == ["RequestSubmitted"]


def test_a_table_that_does_not_answer_is_unavailable_and_told_so(scene: Submitting, monkeypatch: Any) -> None:
    from botocore.exceptions import ReadTimeoutError

    from ishtirak.adapters import dynamo

    challenge = scene.challenge()
    code = scene.code(challenge)

    class Silent:
        def get_item(self, **_: Any) -> None:
            raise ReadTimeoutError(endpoint_url="https://dynamodb")

    monkeypatch.setattr(dynamo, "client", lambda _: Silent())

    assert code_of(scene.submit(challenge, code)) == (503, "unavailable")


def test_only_contributors_submit(scene: Submitting) -> None:
    officer_only = Caller(EMPLOYER.subject, EMPLOYER.person_id, frozenset({Role.OFFICER}))

    assert scene.submit(scene.challenge(), by=officer_only).status == 403


def test_the_policys_declaration_is_the_one_submitted() -> None:
    request = submitted().after

    assert request.declaration is not None
    assert request.declaration.version == policy().declaration_version
    assert request.submitted_at is not None
    assert request.submitted_at.startswith(NOW.date().isoformat())
