"""edit_request: a contributor's own requests, step by step, each step kept; nobody else's exist."""

from datetime import date
from typing import Any

import pytest

from functions.edit_request.handler import build
from functions.edit_request.settings import Settings
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.worker_contract_table import WorkerContractTable
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.contracts.model import WorkerContract
from ishtirak.kernel.identity import person_number
from ishtirak.register.people import identity_encryption_context
from ishtirak.requests.model import RequestState
from tests.fakes.register import MITHAL, a_contributor, an_establishment
from tests.fakes.requests import (
    CONTRIBUTOR,
    EMPLOYER,
    OFFICER,
    OTHER_REQUEST,
    OWNER,
    REQUEST,
    STRANGER,
    decided,
    declared,
    drafted,
    period_json,
    policy,
    submitted,
    with_employer,
)
from tests.fakes.residency import RESIDENT, InMemoryResidency, a_service
from tests.functions.access_world import World
from tests.functions.events import Answer, answer_of, call, sample
from tests.functions.scene import Killed, Scene, dying


class Editing(Scene):
    def __init__(self, cloud: World) -> None:
        super().__init__(cloud)
        settings = Settings(
            access_table=cloud.access,
            requests_table=cloud.requests,
            register_table=cloud.register,
            data_key_arn=cloud.data_key,
            jawazat_secret_arn="arn:jawazat",
        )
        self.residency = InMemoryResidency()
        self.api = build(settings, clock=self.clock, residency=self.residency)

    def call(self, method: str, path: str, *body: Any, **given: Any) -> Answer:
        given.setdefault("by", CONTRIBUTOR)
        return call(self.api, method, path, *body, **given)

    def begin(self, *, key: str = "key-1", **changed: Any) -> Answer:
        asked = {"kind": "ADD", "system": "SOCIAL_INSURANCE", **changed}
        return self.call("POST", "/v1/requests", asked, key=key)

    def save(self, request_id: str = REQUEST, *, version: int = 1, **changed: Any) -> Answer:
        return self.call(
            "PUT", f"/v1/requests/{request_id}/data", period_json(**changed), version=version, language="en"
        )


@pytest.fixture
def scene(cloud: World) -> Editing:
    return Editing(cloud)


def code_of(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.json["code"]


def pointers(answer: Answer) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in answer.json["errors"]}


def test_anybody_may_read_what_the_service_takes(scene: Editing) -> None:
    answers = [scene.call("GET", "/v1/services/add-period", by=None, language=one) for one in ("ar", "en")]

    arabic, english = (answer.json for answer in answers)
    assert arabic["name"] == "إضافة مدة اشتراك"
    assert english["declaration"]["version"] == policy().declaration_version
    assert len(arabic["cases"]) == len(english["cases"]) > 5
    assert all(case["documents"] for case in english["cases"])


def test_every_sample_event_is_answered(scene: Editing) -> None:
    scene.holds(drafted().after)
    statuses = {
        name: answer_of(scene.api, sample("edit_request", name)).status
        for name in (
            "read_service",
            "begin_request",
            "list_requests",
            "read_request",
            "save_data",
            "accept_declaration",
            "read_timeline",
            "read_receipt",
            "withdraw_request",
        )
    }

    assert statuses == {
        "read_service": 200,
        "begin_request": 201,
        "list_requests": 200,
        "read_request": 200,
        "save_data": 200,
        "accept_declaration": 412,  # the data were saved since
        "read_timeline": 200,
        "read_receipt": 409,
        "withdraw_request": 200,
    }


def test_a_request_is_begun_filled_in_and_declared(scene: Editing) -> None:
    begun = scene.begin()
    path = begun.headers["location"]
    saved = scene.save(begun.json["id"])
    accepted = scene.call(
        "PUT", f"{path}/declaration", {"version": policy().declaration_version}, version=saved.json["version"]
    )

    assert (begun.status, saved.status, accepted.status) == (201, 200, 200)
    assert [answer.headers["etag"] for answer in (begun, saved, accepted)] == ['"1"', '"2"', '"3"']
    assert saved.json["estimate"]["assessment"]["total"] > 0
    assert saved.json["estimate"]["explanations"][0]["text"]
    assert saved.json["required_documents"]
    assert accepted.json["declaration"]["version"] == policy().declaration_version
    assert scene.events(begun.json["id"]) == ["RequestDrafted", "DataSaved", "DeclarationAccepted"]


def test_a_worker_with_a_contract_on_qiwa_needs_no_contract_document(scene: Editing) -> None:
    table = WorkerContractTable(scene.cloud.register)
    note = WorkerContract(
        number="C-0000000001", version=1, establishment=MITHAL, starts_on=date(2024, 6, 1), ends_on=None
    )
    scene.register.transaction.commit(table.note(OWNER, note))

    saved = scene.save(scene.begin().json["id"])

    assert saved.json["required_documents"] == ["PAYSLIP", "ATTENDANCE_PROOF"]
    [waived] = saved.json["waived_documents"]
    assert (waived["kind"], waived["fact"], waived["rule"]) == (
        "EMPLOYMENT_CONTRACT",
        "QIWA_CONTRACT",
        "DOC-01",
    )
    assert "Qiwa" in waived["text"]


def test_who_reads_what_the_service_takes_learns_what_may_be_waived(scene: Editing) -> None:
    cases = scene.call("GET", "/v1/services/add-period", by=None, language="en").json["cases"]

    [private] = [case for case in cases if (case["sector"], case["case"]) == ("PRIVATE", "ADD")]
    by_kind = {document["kind"]: document for document in private["documents"]}
    assert by_kind["EMPLOYMENT_CONTRACT"]["satisfied_by"] == ["QIWA_CONTRACT"]
    assert "Qiwa" in by_kind["EMPLOYMENT_CONTRACT"]["satisfied_by_texts"][0]
    assert by_kind["ATTENDANCE_PROOF"]["satisfied_by"] == []


def test_a_request_begun_twice_with_one_key_is_one_request(scene: Editing) -> None:
    first, again = scene.begin(), scene.begin()

    assert first.text == again.text
    assert len(scene.requests.of_owner(CONTRIBUTOR.person_id)) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_beginning_that_died_anywhere_is_one_request_in_the_end(
    scene: Editing, number: int, after: bool
) -> None:
    with dying(number, after=after), pytest.raises(Killed):
        scene.begin()

    assert scene.begin().status == 201
    assert len(scene.requests.of_owner(CONTRIBUTOR.person_id)) == 1


def test_a_person_has_only_so_many_open_requests(scene: Editing) -> None:
    for number in range(policy().open_requests_a_person):
        assert scene.begin(key=f"key-{number}").status == 201

    assert code_of(scene.begin(key="one-more")) == (409, "too_many_open_requests")


def test_an_amendment_without_its_period_is_incomplete(scene: Editing) -> None:
    assert code_of(scene.begin(kind="AMEND")) == (422, "amended_period_missing")


def test_a_stale_save_is_refused_and_loses_nothing(scene: Editing) -> None:
    scene.holds(drafted().after)
    scene.save(reason="الأول")

    stale = scene.save(reason="الثاني")

    assert code_of(stale) == (412, "if_match_stale")
    kept = scene.requests.get(REQUEST).data
    assert kept is not None
    assert kept.reason == "الأول"


def test_a_save_in_the_same_moment_is_stale_too(scene: Editing, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.holds(drafted().after)
    original = DynamoTransaction.commit

    def overtaken(transaction: Any, *given: Any, **named: Any) -> None:
        monkeypatch.setattr(DynamoTransaction, "commit", original)
        assert scene.save(reason="الأول").status == 200
        original(transaction, *given, **named)

    monkeypatch.setattr(DynamoTransaction, "commit", overtaken)

    assert code_of(scene.save(reason="الثاني")) == (412, "if_match_stale")


@pytest.mark.parametrize(
    "name", ["status", "state", "role", "approved_by", "nid_verified", "owner", "estimate"]
)
def test_a_field_that_is_not_of_the_form_is_refused(scene: Editing, name: str) -> None:
    scene.holds(drafted().after)

    changed: dict[str, Any] = {name: "APPROVED"}

    answer = scene.save(**changed)

    assert pointers(answer) == {f"/{name}": "unknown_field"}


@pytest.mark.parametrize(
    ("changed", "pointer", "code"),
    [
        ({"establishment": "1000000008"}, "/establishment", "establishment_number_form"),
        ({"establishment": "7000000009"}, "/establishment", "establishment_unknown"),
        ({"starts_on": "2025-02-30"}, "/starts_on", "civil_date_day"),
        (
            {"starts_on": {"calendar": "HIJRI", "year": 1446, "month": 13, "day": 1}},
            "/starts_on",
            "civil_date_month",
        ),
        ({"ends_on": "2024-12-31"}, "", "period_order"),
        ({"reason": "x"}, "/reason", "too_short"),
        ({"wage_lines": []}, "/wage_lines", "too_short"),
        ({"work_type": "VOLUNTEER"}, "/work_type", "not_one_of"),
        (
            {"wage_lines": [{"first_month": "2025-01", "last_month": "2025-03", "basic": 1.5}]},
            None,
            "malformed_body",
        ),
        ({"ends_on": "2027-01-01"}, "/ends_on", "ends_after_the_request"),
    ],
)
def test_a_field_that_is_wrong_is_pointed_at(
    scene: Editing, changed: dict[str, Any], pointer: str | None, code: str
) -> None:
    scene.holds(drafted().after)

    answer = scene.save(**changed)

    if pointer is None:
        assert code_of(answer) == (400, code)
        return
    assert answer.status in (409, 422)
    assert pointers(answer) == {pointer: code}
    assert scene.requests.get(REQUEST).version == 1


@pytest.mark.parametrize("system", ["SOCIAL_INSURANCE", "CIVIL_PENSION", "MILITARY_PENSION"])
@pytest.mark.parametrize("sector", ["PRIVATE", "SEMI_GOVERNMENT", "GOVERNMENT", "MILITARY"])
def test_no_system_with_any_sort_of_employer_is_a_defect(scene: Editing, system: str, sector: str) -> None:
    from ishtirak.kernel.identity import EstablishmentNumber

    number = EstablishmentNumber("7000000077")
    scene.register.transaction.commit(
        scene.register.establishments.save(an_establishment(number, sector=sector))
    )
    begun = scene.begin(system=system)

    answer = scene.save(begun.json["id"], establishment="7000000077")

    assert answer.status in (200, 409, 422), answer.text


def test_nobody_reads_or_changes_anothers_request(scene: Editing) -> None:
    """Theirs is answered, to the byte, as one that is not there."""
    scene.holds(declared().after)
    for method, tail, body, given in (
        ("GET", "", (), {}),
        ("GET", "/timeline", (), {}),
        ("GET", "/receipt", (), {}),
        ("PUT", "/data", (period_json(),), {"version": 5}),
        ("PUT", "/declaration", ({"version": "2026-11"},), {"version": 5}),
        ("POST", "/withdrawal", (), {"key": "key-1"}),
    ):
        theirs = scene.call(method, f"/v1/requests/{REQUEST}{tail}", *body, by=STRANGER, **given)
        absent = scene.call(method, f"/v1/requests/{OTHER_REQUEST}{tail}", *body, by=STRANGER, **given)
        assert (theirs.status, theirs.text) == (404, absent.text), (method, tail)
    assert scene.call("GET", "/v1/requests", by=STRANGER).json == {"requests": []}
    assert scene.requests.get(REQUEST).version == declared().after.version


def test_officers_have_no_drafts_of_others(scene: Editing) -> None:
    scene.holds(declared().after)

    assert scene.call("GET", f"/v1/requests/{REQUEST}", by=OFFICER).status == 403
    assert scene.call("GET", f"/v1/requests/{REQUEST}", by=EMPLOYER).status == 404


def test_what_is_submitted_is_read_and_not_changed(scene: Editing) -> None:
    request = scene.holds(submitted().after)

    read = scene.call("GET", f"/v1/requests/{REQUEST}")
    saved = scene.save(version=request.version)

    assert read.json["state"] == "SUBMITTED"
    assert code_of(saved) == (409, "already_submitted")


def test_a_request_with_the_employer_is_withdrawn_once(scene: Editing) -> None:
    scene.holds(with_employer())

    first = scene.call("POST", f"/v1/requests/{REQUEST}/withdrawal", key="key-1")
    again = scene.call("POST", f"/v1/requests/{REQUEST}/withdrawal", key="key-1")
    other = scene.call("POST", f"/v1/requests/{REQUEST}/withdrawal", key="key-2")

    assert (first.status, again.text) == (200, first.text)
    assert code_of(other) == (409, "nothing_to_withdraw")
    assert scene.requests.get(REQUEST).state is RequestState.WITHDRAWN
    assert scene.events(REQUEST) == ["RequestWithdrawn"]


def test_an_approved_request_is_not_withdrawn(scene: Editing) -> None:
    scene.holds(decided())

    answer = scene.call("POST", f"/v1/requests/{REQUEST}/withdrawal", key="key-1")

    assert code_of(answer) == (409, "nothing_to_withdraw")


def test_an_old_declaration_is_not_accepted(scene: Editing) -> None:
    begun = scene.begin()
    scene.save(begun.json["id"])

    answer = scene.call(
        "PUT",
        f"/v1/requests/{begun.json['id']}/declaration",
        {"version": "2019-01"},
        version=2,
        language="en",
    )

    assert code_of(answer) == (409, "declaration_outdated")
    assert policy().declaration_version in answer.json["detail"]


def test_a_period_given_by_the_hijri_calendar_is_given_back_as_typed(scene: Editing) -> None:
    scene.holds(drafted().after)
    typed = {"calendar": "HIJRI", "year": 1446, "month": 7, "day": 1}

    answer = scene.save(starts_on=typed)

    assert answer.status == 200
    assert answer.json["data"]["starts_on"] == typed


def test_the_employer_of_the_scene_is_the_one_of_the_form() -> None:
    assert period_json()["establishment"] == MITHAL.reveal()


def becomes_a_resident(scene: Editing) -> None:
    """The contributor of the scene, under an iqama encrypted by KMS."""
    number = person_number(RESIDENT)
    encrypted = KmsEncryption(scene.cloud.data_key).encrypt(
        number.reveal(), identity_encryption_context(OWNER)
    )
    resident = a_contributor(OWNER, country="PH", kind=number.kind, encrypted_identity=encrypted)
    scene.register.transaction.commit(scene.register.people.renumber(resident, fingerprint="cd" * 32))


def test_reg_09_a_resident_saves_the_days_the_authority_reports_and_no_others(scene: Editing) -> None:
    becomes_a_resident(scene)
    scene.residency.report(person_number(RESIDENT), MITHAL, a_service("2026-10-05"))
    wages = [{"first_month": "2026-10", "last_month": "2026-10", "basic": 500_000}]
    scene.holds(drafted().after)

    typed = scene.save(starts_on="2026-10-01", ends_on="2026-10-31", wage_lines=wages)
    reported = scene.save(starts_on="2026-10-05", ends_on="2026-10-31", wage_lines=wages)

    assert code_of(typed) == (409, "dates_come_from_the_authority")
    assert reported.status == 200
    assert reported.json["estimate"]["assessment"]["worker_share"] == 0


def test_a_resident_is_asked_to_come_back_while_the_authority_does_not_answer(scene: Editing) -> None:
    becomes_a_resident(scene)
    scene.residency.down = True
    scene.holds(drafted().after)

    answer = scene.save()

    assert code_of(answer) == (503, "unavailable")
    assert scene.requests.get(REQUEST).version == 1
