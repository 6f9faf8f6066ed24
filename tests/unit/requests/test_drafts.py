"""A request in its owner's hands: data, documents, declaration, and the digest a code is bound to."""

from typing import Any

import pytest

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import ChangedMeanwhile, DomainError, NotFound
from ishtirak.kernel.insurance import System
from ishtirak.requests import refusals, rules
from ishtirak.requests.model import (
    Attachment,
    Declaration,
    PeriodData,
    Request,
    RequestChange,
    RequestKind,
    RequestState,
    SigningDigest,
    SubmittedRequest,
    WaitOutcome,
    signing_digest,
)
from tests.fakes.requests import (
    CLEAN,
    CONTRIBUTOR,
    DOCUMENT,
    NOW,
    STRANGER,
    attachment,
    attachments,
    decided,
    declared,
    drafted,
    period_data,
    period_json,
    policy,
    replied,
    returned,
    second_review,
    submitted,
    under_review,
    with_data,
    with_documents,
    with_employer,
)


def saved(request: Request, data: PeriodData) -> Request:
    return rules.save_data(
        request,
        data,
        by=CONTRIBUTOR,
        sector="PRIVATE",
        required=request.required_documents,
        estimate={},
        at=NOW,
    ).after


def submit(request: Request, *, by: Caller = CONTRIBUTOR) -> RequestChange[SubmittedRequest]:
    return rules.submit(request, by=by, signed=signing_digest(request), at=NOW)


def test_a_new_request_is_an_empty_draft_of_its_owner() -> None:
    change = drafted()

    assert change.before is None
    assert (change.after.state, change.after.version, change.after.owner) == (
        RequestState.DRAFT,
        1,
        CONTRIBUTOR.person_id,
    )
    assert [event.type for event in change.events] == ["RequestDrafted"]


def test_one_person_has_only_so_many_open_requests() -> None:
    limit = policy().open_requests_a_person

    assert drafted(already_open=limit - 1).after.state is RequestState.DRAFT
    with pytest.raises(refusals.TooManyOpenRequests) as refused:
        drafted(already_open=limit)

    assert refused.value.facts == {"limit": limit}


def test_an_amendment_names_the_period_it_amends() -> None:
    with pytest.raises(refusals.AmendedPeriodMissing):
        drafted(kind=RequestKind.AMEND)

    assert drafted(kind=RequestKind.AMEND, amends=DOCUMENT).after.amends == DOCUMENT


def test_an_addition_amends_nothing_whatever_is_sent() -> None:
    assert drafted(amends=DOCUMENT).after.amends is None


def test_a_stale_save_is_refused() -> None:
    request = with_data().after

    rules.require_version(request, since=request.version)
    with pytest.raises(ChangedMeanwhile):
        rules.require_version(request, since=request.version - 1)


def test_the_same_data_saved_again_keep_the_declaration() -> None:
    request = declared().after

    assert saved(request, period_data()).declaration == request.declaration


@pytest.mark.parametrize(
    "changed",
    [
        {"establishment": "7000000002"},
        {"starts_on": "2025-01-02"},
        {"ends_on": "2025-03-30"},
        {"occupation_code": "251202"},
        {"work_type": "PART_TIME"},
        {"reason": "سبب آخر"},
        {"wage_lines": [{"first_month": "2025-01", "last_month": "2025-03", "basic": 800_001}]},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_any_other_data_end_the_declaration(changed: dict[str, Any]) -> None:
    request = saved(declared().after, period_data(**changed))

    assert request.declaration is None


def test_a_document_more_or_less_ends_the_declaration() -> None:
    request = declared().after
    more = attachment(id=DOCUMENT)

    assert rules.attach(request, more, by=CONTRIBUTOR, at=NOW, policy=policy()).after.declaration is None
    assert rules.detach(request, attachments()[0].id, by=CONTRIBUTOR, at=NOW).after.declaration is None


def test_a_document_that_is_not_there_is_not_removed() -> None:
    with pytest.raises(NotFound):
        rules.detach(with_documents(), DOCUMENT, by=CONTRIBUTOR, at=NOW)


def test_a_request_holds_only_so_many_documents() -> None:
    request = with_data().after
    for _ in range(policy().documents_a_request):
        request = rules.attach(request, attachment(), by=CONTRIBUTOR, at=NOW, policy=policy()).after

    with pytest.raises(refusals.TooManyDocuments):
        rules.attach(request, attachment(), by=CONTRIBUTOR, at=NOW, policy=policy())


def test_a_declaration_needs_data_and_the_text_in_force() -> None:
    version = policy().declaration_version

    with pytest.raises(refusals.DataMissing):
        rules.declare(drafted().after, version, by=CONTRIBUTOR, at=NOW, policy=policy())
    with pytest.raises(refusals.DeclarationOutdated) as outdated:
        rules.declare(with_data().after, "2019-01", by=CONTRIBUTOR, at=NOW, policy=policy())

    assert outdated.value.facts == {"version": version}


def test_gaps_are_named_in_the_order_of_the_form() -> None:
    """Each refusal, mended, gives way to the next one only."""
    empty, filled, complete = drafted().after, with_data().after, with_documents()
    refused = {attachments()[0].id: "REFUSED"}
    held = {attachments()[0].id: "HELD", attachments()[1].id: "CLEAN"}

    assert _gap(empty, {}) is refusals.DataMissing
    assert _gap(filled, {}) is refusals.DocumentsMissing
    assert _gap(complete, refused) is refusals.DocumentsRefused
    assert _gap(complete, held) is refusals.DocumentsPending
    assert _gap(complete, {}) is refusals.DocumentsPending
    assert _gap(complete, CLEAN) is refusals.DeclarationMissing
    assert _gap(declared().after, CLEAN) is None


def test_a_refused_document_is_named_before_one_that_is_missing() -> None:
    one = rules.attach(with_data().after, attachment(), by=CONTRIBUTOR, at=NOW, policy=policy()).after

    assert _gap(one, {DOCUMENT: "REFUSED"}) is refusals.DocumentsRefused
    assert _gap(one, {DOCUMENT: "CLEAN"}) is refusals.DocumentsMissing


@pytest.mark.parametrize("state", ["AWAITING_UPLOAD", "HELD", "REFUSED", "REMOVED", "something new"])
def test_nothing_but_a_clean_document_is_signed(state: str) -> None:
    states = {**CLEAN, attachments()[1].id: state}

    with pytest.raises((refusals.DocumentsPending, refusals.DocumentsRefused)):
        complete(declared().after, states=states)


def test_what_is_signed_is_exactly_this_version_and_content() -> None:
    request = declared().after

    signed = complete(request)

    assert signed.version == request.version
    assert signed.digest == signing_digest(request).digest


OTHER_CONTENT = {
    "id": DOCUMENT,
    "owner": STRANGER.person_id,
    "kind": RequestKind.AMEND,
    "system": System.CIVIL_PENSION,
    "amends": DOCUMENT,
    "data": None,
    "attachments": (),
    "declaration": Declaration(version="other", accepted_at="2026-11-22T09:00:00.000Z"),
}


@pytest.mark.parametrize("name", OTHER_CONTENT)
def test_whatever_is_changed_in_a_signed_request_changes_the_digest(name: str) -> None:
    request = declared().after

    other = request.model_copy(update={name: OTHER_CONTENT[name]})

    assert _digest(other) != _digest(request)


OTHER_DATA = {
    "establishment": "7000000002",
    "starts_on": "2025-01-02",
    "ends_on": "2025-03-30",
    "occupation_code": "251202",
    "work_type": "SEASONAL",
    "wage_lines": [{"first_month": "2025-01", "last_month": "2025-03", "basic": 800_001, "housing": 200_000}],
    "reason": "سبب آخر",
    "late_wage_correction": True,
    "continues": True,
}


def test_the_list_of_data_to_change_is_whole() -> None:
    assert OTHER_DATA.keys() == PeriodData.model_fields.keys()


@pytest.mark.parametrize("name", OTHER_DATA)
def test_whatever_is_changed_in_the_data_changes_the_digest(name: str) -> None:
    request = declared().after
    data = period_data(**{name: OTHER_DATA[name]})

    other = request.model_copy(update={"data": data})

    assert _digest(other) != _digest(request)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("basic", 1),
        ("housing", 1),
        ("housing_in_kind", True),
        ("commission", 1),
        ("first_month", "2025-02"),
        ("last_month", "2025-02"),
    ],
)
def test_whatever_is_changed_in_a_wage_line_changes_the_digest(name: str, value: Any) -> None:
    request = declared().after
    line = {**period_json()["wage_lines"][0], name: value}

    other = request.model_copy(update={"data": period_data(wage_lines=[line])})

    assert _digest(other) != _digest(request)


@pytest.mark.parametrize("name", Attachment.model_fields)
def test_whatever_is_changed_in_a_document_changes_the_digest(name: str) -> None:
    """Another document of the same bytes is another document: it may never have been uploaded or inspected."""
    request = declared().after
    first, *rest = request.attachments
    other_value = first.size + 1 if name == "size" else "33333333-3333-4333-8333-333333333333"

    changed = request.model_copy(
        update={"attachments": (first.model_copy(update={name: other_value}), *rest)}
    )

    assert _digest(changed) != _digest(request)


def test_an_edit_that_is_undone_gives_the_same_content_and_another_code() -> None:
    request = declared().after
    other = rules.declare(
        request, policy().declaration_version, by=CONTRIBUTOR, at=NOW, policy=policy()
    ).after

    assert _digest(other) == _digest(request)
    assert signing_digest(other).for_code != signing_digest(request).for_code


def test_the_order_documents_came_in_does_not_matter_to_the_digest() -> None:
    request = declared().after

    turned = request.model_copy(update={"attachments": request.attachments[::-1]})

    assert _digest(turned) == _digest(request)


def test_the_same_day_in_another_calendar_is_other_content() -> None:
    """The person signs what they see."""
    request = declared().after
    assert request.data is not None
    hijri = request.data.model_copy(update={"starts_on": CivilDate.parse("2025-01-01").hijri()})

    assert _digest(request.model_copy(update={"data": hijri})) != _digest(request)


def test_a_submitted_request_keeps_the_digest_it_was_signed_with() -> None:
    change = submitted()

    assert change.before is not None
    assert change.after.signed_digest == _digest(change.before)
    assert change.after.reference is not None
    assert [event.type for event in change.events] == ["RequestSubmitted"]


@pytest.mark.parametrize("build", [drafted, with_data], ids=["empty", "undeclared"])
def test_what_is_incomplete_is_not_submitted(build: Any) -> None:
    with pytest.raises((refusals.DataMissing, refusals.DeclarationMissing)):
        submit(build().after)


IN_THE_HANDS_OF_OTHERS = [
    submitted().after,
    with_employer(),
    replied(),
    under_review(),
    decided(),
    decided(WaitOutcome.REJECTED),
    second_review(),
]


@pytest.mark.parametrize("request_", IN_THE_HANDS_OF_OTHERS, ids=lambda request: request.state.value)
def test_what_left_its_owners_hands_is_not_edited(request_: Request) -> None:
    edits: list[Any] = [
        lambda: saved(request_, period_data()),
        lambda: rules.attach(request_, attachment(), by=CONTRIBUTOR, at=NOW, policy=policy()),
        lambda: rules.detach(request_, attachments()[0].id, by=CONTRIBUTOR, at=NOW),
        lambda: rules.declare(
            request_, policy().declaration_version, by=CONTRIBUTOR, at=NOW, policy=policy()
        ),
        lambda: complete(request_),
        lambda: submit(request_),
    ]

    for edit in edits:
        with pytest.raises(refusals.AlreadySubmitted):
            edit()


def test_a_returned_request_is_edited_and_submitted_again_under_its_reference() -> None:
    back = returned()
    edited = saved(
        back,
        period_data(
            ends_on="2025-02-28", wage_lines=[{"first_month": "2025-01", "last_month": "2025-02", "basic": 1}]
        ),
    )
    again = rules.declare(edited, policy().declaration_version, by=CONTRIBUTOR, at=NOW, policy=policy()).after

    change = submit(again)

    assert change.after.state is RequestState.SUBMITTED
    assert change.after.reference == back.reference
    assert (change.after.wait, change.after.employer_reply, change.after.overdue) == (None, None, False)
    (event,) = change.events
    assert event.type == "RequestResubmitted"
    assert back.wait is not None
    assert event.data | {"declaration": ""} == {
        "wait_id": back.wait.id,
        "outcome": "RESUBMITTED",
        "declaration": "",
    }


def test_to_anybody_but_its_owner_a_request_does_not_exist() -> None:
    request = declared().after
    tried: list[Any] = [
        lambda: rules.require_owner(request, by=STRANGER),
        lambda: rules.require_editable(request, by=STRANGER),
        lambda: complete(request, by=STRANGER),
        lambda: submit(request, by=STRANGER),
        lambda: rules.withdraw(request, by=STRANGER, at=NOW),
        lambda: rules.detach(request, attachments()[0].id, by=STRANGER, at=NOW),
    ]

    for attempt in tried:
        with pytest.raises(NotFound):
            attempt()


def test_an_error_about_stored_data_does_not_repeat_them() -> None:
    whole = declared().after.model_dump_json()

    with pytest.raises(ValueError) as refused:  # noqa: PT011 - any way of telling it
        Request.model_validate_json(whole.replace('"FULL_TIME"', '"NO_SUCH_TYPE"'))

    assert "NO_SUCH_TYPE" not in str(refused.value)


def _digest(request: Request) -> str:
    return signing_digest(request).digest


def _gap(request: Request, states: dict[str, str] | Any) -> type[DomainError] | None:
    try:
        complete(request, states=states)
    except DomainError as refused:
        return type(refused)
    return None


def complete(request: Request, *, by: Caller = CONTRIBUTOR, states: Any = CLEAN) -> SigningDigest:
    """What would be signed, with the documents that were asked for when the data were saved."""
    return rules.require_complete(request, by=by, states=states, required=request.required_documents)
