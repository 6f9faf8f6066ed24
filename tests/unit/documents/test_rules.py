"""Rules of documents: which a case needs, how many bytes there may be, what may follow what."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest

import ishtirak.documents.rules as module
from ishtirak.documents.labels import LABELS, label
from ishtirak.documents.model import (
    Document,
    DocumentCase,
    DocumentChange,
    DocumentKind,
    DocumentState,
    KnownFact,
    RefusalReason,
    RequiredDocument,
)
from ishtirak.documents.refusals import DocumentsNotSet, DocumentsTooLarge, DocumentTooLarge
from ishtirak.documents.rules import (
    MAX_BYTES,
    accepted,
    awaits_bytes,
    declared,
    held,
    refused,
    removed,
    required,
    to_attach,
    within_quota,
)
from ishtirak.edge.texts import LANGUAGES, codes
from ishtirak.eventlog.event import event_hash
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.insurance import Sector, System
from ishtirak.statute.model import ClaimKind
from tests.documents.samples import KEEP_UNTIL, NOW, OWNER, a_document

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
    goes_on = frozenset({KnownFact.SERVICE_CONTINUES})

    needs = required("CIVIL_PENSION", sector="GOVERNMENT", case="ADD", facts=goes_on, on=DAY)

    assert DocumentKind.END_OF_SERVICE_DECISION not in to_attach(needs)
    assert [need.kind for need in needs if need.satisfied_by is KnownFact.SERVICE_CONTINUES] == [
        DocumentKind.END_OF_SERVICE_DECISION
    ]


@pytest.mark.parametrize("system", ["CIVIL_PENSION", "MILITARY_PENSION"])
def test_a_pension_period_needs_the_operations_form_first(system: str) -> None:
    assert kinds(system, "GOVERNMENT", "ADD")[0] == "CONTRIBUTOR_OPERATIONS_FORM"


BETWEEN = [date(year, *day) for year in range(2021, 2077) for day in ((1, 1), (7, 3), (12, 31))]


@pytest.mark.parametrize("case", list(DocumentCase))
@pytest.mark.parametrize("sector", list(Sector))
@pytest.mark.parametrize("system", list(System))
def test_every_case_has_its_documents_on_every_day_or_a_refusal_with_a_name(
    system: System, sector: Sector, case: DocumentCase
) -> None:
    """The service has no pension of the state for a business; everything else is answered."""
    for day in BETWEEN:
        for facts in every_set_of(KnownFact):
            if system is not System.SOCIAL_INSURANCE and sector is Sector.PRIVATE:
                with pytest.raises(DocumentsNotSet):
                    required(system, sector=sector, case=case, facts=facts, on=day)
                continue
            needs = required(system, sector=sector, case=case, facts=facts, on=day)
            assert needs
            assert len({need.kind for need in needs}) == len(needs)
            assert all((need.satisfied_by in facts) == (need.kind not in to_attach(needs)) for need in needs)


def every_set_of(facts: Iterable[KnownFact]) -> list[frozenset[KnownFact]]:
    known = list(facts)
    return [frozenset(some) for size in range(len(known) + 1) for some in combinations(known, size)]


def test_the_cases_of_a_request_are_cases_of_the_table() -> None:
    assert {kind.value for kind in ClaimKind} < {case.value for case in DocumentCase}


def test_before_the_table_there_is_a_refusal_with_a_name() -> None:
    with pytest.raises(DocumentsNotSet) as refused:
        required("SOCIAL_INSURANCE", sector="PRIVATE", case="ADD", facts=NO_FACTS, on=date(2020, 12, 31))

    assert refused.value.facts["day"] == "2020-12-31"


def test_of_two_entries_the_later_one_in_force_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = next(each for each in TABLE.entries if each.applies_to["case"] == "ADD")
    payslip = RequiredDocument(kind=DocumentKind.PAYSLIP)
    later = replace(entry, in_force_from=date(2026, 11, 22), value=(payslip,))
    monkeypatch.setattr(module, "_table", lambda: replace(TABLE, entries=(*TABLE.entries, later)))

    def first_kinds(on: date) -> int:
        return len(required("SOCIAL_INSURANCE", sector="PRIVATE", case="ADD", facts=NO_FACTS, on=on))

    assert (first_kinds(date(2026, 11, 21)), first_kinds(DAY)) == (3, 1)


def test_known_data_stand_in_for_files_and_say_where_it_says_so() -> None:
    facts = frozenset({KnownFact.QIWA_CONTRACT, KnownFact.WPS_WAGE})
    needs = required("SOCIAL_INSURANCE", sector="PRIVATE", case="ADD", facts=facts, on=DAY)

    assert [need.satisfied_by for need in needs] == [KnownFact.QIWA_CONTRACT, KnownFact.WPS_WAGE, None]
    assert to_attach(needs) == (DocumentKind.ATTENDANCE_PROOF,)
    assert [bool(need.waived_under) for need in needs] == [True, True, False]
    assert "art. 4" in (needs[0].waived_under or "")


def test_what_could_waive_a_document_is_told_before_it_is_known() -> None:
    needs = required("SOCIAL_INSURANCE", sector="PRIVATE", case="ADD", facts=NO_FACTS, on=DAY)

    assert [need.waivable_by for need in needs] == [(KnownFact.QIWA_CONTRACT,), (KnownFact.WPS_WAGE,), ()]
    assert len(to_attach(needs)) == 3


def test_a_fact_whose_waiver_was_revoked_waives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    waivers = module._waivers()
    of_qiwa = next(entry for entry in waivers.entries if entry.applies_to["fact"] == "QIWA_CONTRACT")
    revoked = replace(of_qiwa, in_force_from=DAY, value=False)
    monkeypatch.setattr(module, "_waivers", lambda: replace(waivers, entries=(*waivers.entries, revoked)))

    def asked(on: date) -> bool:
        facts = frozenset({KnownFact.QIWA_CONTRACT})
        needs = required("SOCIAL_INSURANCE", sector="PRIVATE", case="ADD", facts=facts, on=on)
        return DocumentKind.EMPLOYMENT_CONTRACT in to_attach(needs)

    assert (asked(DAY - timedelta(days=1)), asked(DAY)) == (False, True)


def test_an_identity_card_is_never_asked_for() -> None:
    """PREG 31: no kind of document is a copy of one, so none can be asked for, nor declared (the form is an enum)."""
    words = ("IDENTITY", "PASSPORT", "IQAMA", "NATIONAL_ID", "ID_COPY", "ID_CARD", "FAMILY")
    asked = {need.kind for entry in TABLE.entries for need in entry.value}

    assert not [kind for kind in DocumentKind if any(word in kind for word in words)]
    assert not [
        kind for kind, names in LABELS.items() if "هوية" in names["ar"] or "identity" in names["en"].lower()
    ]
    assert asked <= set(DocumentKind)


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
    kept = accepted(waiting.document, kept_version="v1", keep_until=KEEP_UNTIL, at=NOW)
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

    kept: Document = accepted(wrong.document, kept_version="v1", keep_until=KEEP_UNTIL, at=NOW).document

    assert (kept.state, kept.reason, kept.kept_version) == (DocumentState.CLEAN, None, "v1")


def test_a_document_is_taken_back_once() -> None:
    with pytest.raises(NotFound):
        removed(a_document(state=DocumentState.REMOVED), at=NOW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_reason_and_fact_has_its_text(language: str) -> None:
    assert codes(language, "known_facts") >= set(KnownFact)
    assert codes(language, "document_states") >= set(DocumentState)
    assert codes(language, "document_reasons") >= set(RefusalReason)
