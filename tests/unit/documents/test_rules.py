"""Rules of documents: which a case needs, how many bytes there may be, what may follow what."""

import json
from dataclasses import replace
from datetime import date

import pytest

import ishtirak.documents.rules as module
from ishtirak.documents.labels import LABELS
from ishtirak.documents.model import (
    Document,
    DocumentChange,
    DocumentKind,
    DocumentState,
    KnownFact,
    RefusalReason,
    RequiredDocument,
)
from ishtirak.documents.rules import (
    MAX_BYTES,
    DocumentsTooLarge,
    DocumentTooLarge,
    accepted,
    awaits_bytes,
    declared,
    held,
    label,
    missing,
    refused,
    removed,
    required,
    within_quota,
)
from ishtirak.edge.texts import LANGUAGES, codes
from ishtirak.eventlog.event import event_hash
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.insurance import Sector, System
from ishtirak.statute.model import ClaimKind
from tests.documents.samples import NOW, OWNER, a_document

DAY = date(2026, 11, 22)
NO_FACTS: frozenset[str] = frozenset()
TABLE = module._table()


def kinds(system: str, sector: str, case: str, *facts: str) -> list[str]:
    return [need.kind for need in required(system, sector=sector, case=case, facts=frozenset(facts), on=DAY)]


def test_a_private_period_needs_contract_payslip_and_attendance() -> None:
    assert kinds("SOCIAL_INSURANCE", "PRIVATE", "ADD") == [
        "EMPLOYMENT_CONTRACT",
        "PAYSLIP",
        "ATTENDANCE_PROOF",
    ]


def test_a_contract_back_dated_on_qiwa_needs_four_documents() -> None:
    assert kinds("SOCIAL_INSURANCE", "PRIVATE", "BACKDATED_CONTRACT") == [
        "ATTENDANCE_PROOF",
        "INSURANCE_PROOF",
        "PAYSLIP",
        "EMPLOYMENT_CONTRACT",
    ]


def test_a_government_period_needs_the_letter_and_the_decisions() -> None:
    assert kinds("SOCIAL_INSURANCE", "GOVERNMENT", "ADD") == [
        "EMPLOYER_LETTER",
        "APPOINTMENT_DECISION",
        "START_OF_WORK_DECISION",
        "END_OF_SERVICE_DECISION",
        "WAGE_STATEMENT",
    ]


def test_who_is_still_in_service_needs_no_end_of_service_decision() -> None:
    assert "END_OF_SERVICE_DECISION" not in kinds("CIVIL_PENSION", "GOVERNMENT", "ADD", "SERVICE_CONTINUES")


@pytest.mark.parametrize("system", ["CIVIL_PENSION", "MILITARY_PENSION"])
def test_a_pension_period_needs_the_operations_form_first(system: str) -> None:
    assert kinds(system, "GOVERNMENT", "ADD")[0] == "CONTRIBUTOR_OPERATIONS_FORM"


@pytest.mark.parametrize("case", list(ClaimKind))
@pytest.mark.parametrize(
    ("system", "sector"),
    [
        (System.SOCIAL_INSURANCE, Sector.PRIVATE),
        (System.SOCIAL_INSURANCE, Sector.GOVERNMENT),
        (System.CIVIL_PENSION, Sector.GOVERNMENT),
        (System.MILITARY_PENSION, Sector.GOVERNMENT),
    ],
)
def test_every_case_of_the_service_has_its_documents(system: System, sector: Sector, case: ClaimKind) -> None:
    assert required(system, sector=sector, case=case, facts=NO_FACTS, on=DAY)


def test_a_case_the_table_does_not_know_is_a_defect() -> None:
    with pytest.raises(LookupError):
        required("CIVIL_PENSION", sector="PRIVATE", case="ADD", facts=NO_FACTS, on=DAY)


def test_before_it_is_in_force_an_entry_counts_for_nothing() -> None:
    with pytest.raises(LookupError):
        required("SOCIAL_INSURANCE", sector="PRIVATE", case="ADD", facts=NO_FACTS, on=date(2022, 1, 31))


def test_of_two_entries_the_later_one_in_force_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = next(each for each in TABLE.entries if each.applies_to["case"] == "ADD")
    payslip = RequiredDocument(kind=DocumentKind.PAYSLIP)
    later = replace(entry, in_force_from=date(2026, 11, 22), value=(payslip,))
    monkeypatch.setattr(module, "_table", lambda: replace(TABLE, entries=(*TABLE.entries, later)))

    def first_kinds(on: date) -> int:
        return len(required("SOCIAL_INSURANCE", sector="PRIVATE", case="ADD", facts=NO_FACTS, on=on))

    assert (first_kinds(date(2026, 11, 21)), first_kinds(DAY)) == (3, 1)


def test_known_data_stand_in_for_files() -> None:
    facts = frozenset({"QIWA_CONTRACT", "WPS_WAGE"})
    needs = required("SOCIAL_INSURANCE", sector="PRIVATE", case="ADD", facts=facts, on=DAY)

    assert [need.satisfied_by for need in needs] == ["QIWA_CONTRACT", "WPS_WAGE", None]
    assert [need.kind for need in missing(needs, attached=frozenset())] == [DocumentKind.ATTENDANCE_PROOF]
    assert missing(needs, attached=frozenset({DocumentKind.ATTENDANCE_PROOF})) == ()


def test_an_identity_card_is_never_asked_for() -> None:
    assert not [kind for kind in LABELS if "IDENTITY" in kind or "PASSPORT" in kind]


def test_every_kind_is_named_in_both_languages_and_no_other() -> None:
    assert set(LABELS) == set(DocumentKind)
    assert all(label(kind, language) for kind in DocumentKind for language in LANGUAGES)


def test_every_entry_has_a_source_and_known_facts() -> None:
    for entry in TABLE.entries:
        assert entry.source
        assert entry.in_force_from
        for document in entry.value:
            assert document.kind in LABELS
            assert set(document.satisfied_by) <= set(KnownFact)


@pytest.mark.parametrize(
    ("size", "beside", "refusal"),
    [
        (MAX_BYTES, [], None),
        (MAX_BYTES + 1, [], DocumentTooLarge),
        (MAX_BYTES, [MAX_BYTES, MAX_BYTES], None),
        (1, [MAX_BYTES, MAX_BYTES, MAX_BYTES], DocumentsTooLarge),
    ],
)
def test_files_stay_within_their_quota(size: int, beside: list[int], refusal: type[Exception] | None) -> None:
    if refusal is None:
        within_quota(size, beside=beside)
        return
    with pytest.raises(refusal):
        within_quota(size, beside=beside)


@pytest.mark.parametrize(
    ("state", "reason", "awaits"),
    [
        (DocumentState.AWAITING_UPLOAD, None, True),
        (DocumentState.HELD, None, True),
        (DocumentState.CLEAN, None, False),
        (DocumentState.REMOVED, None, False),
        *(
            (
                DocumentState.REFUSED,
                reason,
                reason in {RefusalReason.SIZE_DIFFERS, RefusalReason.CONTENT_DIFFERS},
            )
            for reason in RefusalReason
        ),
    ],
)
def test_bytes_are_awaited_while_they_could_decide_something(
    state: DocumentState, reason: RefusalReason | None, awaits: bool
) -> None:
    assert awaits_bytes(a_document(state=state, reason=reason)) is awaits


def life() -> list[DocumentChange]:
    first = declared(a_document(), at=NOW)
    waiting = held(first.document, at=NOW)
    kept = accepted(waiting.document, kept_version="v1", at=NOW)
    return [first, waiting, kept, removed(kept.document, at=NOW)]


def test_every_change_replaces_the_version_before_and_continues_the_chain() -> None:
    changes = life()

    assert [change.replacing for change in changes] == [None, 1, 2, 3]
    assert [change.event.seq for change in changes] == [1, 2, 3, 4]
    assert [change.event.previous_hash for change in changes[1:]] == [
        change.event.hash for change in changes[:-1]
    ]
    assert all(event_hash(change.event.__dict__) == change.event.hash for change in changes)


def test_events_say_what_happened_and_who_did_it() -> None:
    assert [(change.event.type, change.event.actor) for change in life()] == [
        ("DocumentDeclared", OWNER),
        ("DocumentHeld", "inspect_document"),
        ("DocumentAccepted", "inspect_document"),
        ("DocumentRemoved", OWNER),
    ]


def test_events_hold_no_name_of_a_file() -> None:
    named = a_document(file_name="name-of-a-person.pdf")

    assert "name-of-a-person" not in json.dumps(declared(named, at=NOW).event.__dict__)


def test_a_refusal_is_forgotten_once_the_right_bytes_came() -> None:
    first = declared(a_document(), at=NOW)
    wrong = refused(first.document, reason=RefusalReason.CONTENT_DIFFERS, at=NOW)

    kept: Document = accepted(wrong.document, kept_version="v1", at=NOW).document

    assert (kept.state, kept.reason, kept.kept_version) == (DocumentState.CLEAN, None, "v1")


def test_a_document_is_taken_back_once() -> None:
    with pytest.raises(NotFound):
        removed(a_document(state=DocumentState.REMOVED), at=NOW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_and_reason_has_its_text(language: str) -> None:
    assert codes(language, "document_states") >= set(DocumentState)
    assert codes(language, "document_reasons") >= set(RefusalReason)
