"""DOC-01: what is known needs no document, for as long as it is known, and only for the days and employer it is of."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pytest

from ishtirak.contracts.model import WorkerContract
from ishtirak.documents.model import DocumentState, KnownFact
from ishtirak.edge.views.requests import view_of
from ishtirak.kernel.insurance import System
from ishtirak.otp.model import OpenedChallenge
from ishtirak.register.periods import RecordedPeriod
from ishtirak.requests import rules
from ishtirak.requests.model import Request, RequestKind
from ishtirak.requests.refusals import DocumentsMissing
from ishtirak.use_cases.accept_declaration import accept_declaration
from ishtirak.use_cases.issue_code import issue_code
from ishtirak.use_cases.known_facts import known_facts
from ishtirak.use_cases.save_data import save_data
from tests.fakes.contracts import NUMBER, InMemoryContracts
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.otp import InMemoryChallenges, KnownMac
from tests.fakes.register import MITHAL, NAMUDHAJ, InMemoryAccounts, a_period
from tests.fakes.requests import (
    CONTRIBUTOR,
    NOW,
    OWNER,
    REQUEST,
    attachment,
    drafted,
    period_data,
    policy,
)
from tests.unit.use_cases.scene import Scene


def a_note(starts_on: str = "2025-01-01", ends_on: str | None = None, **facts: Any) -> WorkerContract:
    values = {
        "number": NUMBER,
        "version": 1,
        "establishment": MITHAL,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    return WorkerContract.model_validate(values | facts)


def facts_of(
    *notes: WorkerContract, periods: tuple[RecordedPeriod, ...] = (), owner: str = OWNER, **drafted_as: Any
) -> frozenset[KnownFact]:
    """Of the claim on 1 January to 31 March 2025 with MITHAL."""
    contracts = InMemoryContracts(of_workers={(owner, note.number): note for note in notes})
    accounts = InMemoryAccounts()
    accounts.recorded = {(period.person_id, period.id): period for period in periods}
    request = drafted(**drafted_as).after
    return known_facts(request, period_data(), contracts=contracts, accounts=accounts)


@pytest.mark.parametrize(
    ("note", "known"),
    [
        (a_note(), True),
        (a_note("2024-06-01", "2025-03-31"), True),
        (a_note("2025-01-02"), False),
        (a_note("2024-06-01", "2025-03-30"), False),
        (a_note("2025-01-01", "2024-12-31"), False),  # voided: it ended before its first day
        (a_note(establishment=NAMUDHAJ), False),
    ],
)
def test_a_contract_on_qiwa_is_known_for_every_day_it_covers_with_its_employer(
    note: WorkerContract, known: bool
) -> None:
    assert (KnownFact.QIWA_CONTRACT in facts_of(note)) is known


def test_the_contract_of_somebody_else_is_nobodys_fact() -> None:
    assert facts_of(a_note(), owner="somebody-else") == frozenset()


@pytest.mark.parametrize(
    ("period", "known"),
    [
        (a_period("2025-04-01", None, person_id=OWNER), True),
        (a_period("2025-04-02", None, person_id=OWNER), False),
        (a_period("2025-04-01", "2025-09-30", person_id=OWNER), False),
        (a_period("2025-04-01", None, person_id=OWNER, establishment=NAMUDHAJ), False),
        (a_period("2025-04-01", None, person_id=OWNER, system=System.CIVIL_PENSION), False),
        (a_period("2025-04-01", None, person_id=OWNER, state="REVERSED"), False),
    ],
)
def test_service_continues_when_the_next_day_is_recorded_and_has_no_end(
    period: RecordedPeriod, known: bool
) -> None:
    assert (KnownFact.SERVICE_CONTINUES in facts_of(periods=(period,))) is known


def test_the_period_that_is_amended_is_no_proof_of_itself() -> None:
    open_ended = a_period("2025-01-01", None, person_id=OWNER)
    amending = {"kind": RequestKind.AMEND, "amends": open_ended.id}

    assert facts_of(periods=(open_ended,), **amending) == frozenset()


def test_no_wage_is_known_because_none_is_received() -> None:
    everything = facts_of(a_note(), periods=(a_period("2025-04-01", None, person_id=OWNER),))

    assert everything == {KnownFact.QIWA_CONTRACT, KnownFact.SERVICE_CONTINUES}


class CleanDocuments:
    """Every document was inspected."""

    def states(self, ids: Iterable[str], *, on: date) -> Mapping[str, DocumentState]:
        return dict.fromkeys(ids, DocumentState.CLEAN)


class World(Scene):
    """A draft of the owner, and the contracts that are noted for people."""

    def __init__(self) -> None:
        super().__init__()
        self.contracts = InMemoryContracts()
        self.holds(drafted().after)

    def save(self) -> Request:
        known = {**self.assessing, "contracts": self.contracts, "transaction": self.transaction}
        return save_data(REQUEST, data=period_data(), expected_version=1, by=CONTRIBUTOR, **known).request

    def attach(self, kinds: Iterable[str]) -> Request:
        for place, kind in enumerate(kinds):
            change = rules.attach(
                self.requests.get(REQUEST),
                attachment(kind, id=f"22222222-2222-4222-8222-{place:012}"),
                by=CONTRIBUTOR,
                at=NOW,
                policy=policy(),
            )
            self.transaction.commit(self.requests.save(change))
        return self.requests.get(REQUEST)

    def issue(self) -> OpenedChallenge:
        return issue_code(
            REQUEST,
            by=CONTRIBUTOR,
            documents=CleanDocuments(),
            accounts=self.register.accounts,
            contracts=self.contracts,
            challenges=InMemoryChallenges(),
            mac=KnownMac(),
            budgets=BudgetsInMemory(),
            **self.writing,
        )


@pytest.fixture
def world() -> World:
    return World()


def test_a_worker_with_a_contract_on_qiwa_needs_no_contract_document(world: World) -> None:
    world.contracts.of_workers[OWNER, NUMBER] = a_note()

    saved = world.save()

    assert saved.required_documents == ("PAYSLIP", "ATTENDANCE_PROOF")
    assert [(waived.kind, waived.fact) for waived in saved.waived_documents] == [
        ("EMPLOYMENT_CONTRACT", "QIWA_CONTRACT")
    ]


@pytest.mark.parametrize(("language", "word"), [("ar", "قوى"), ("en", "Qiwa")])
def test_the_answer_says_which_document_is_waived_by_which_rule(
    world: World, language: str, word: str
) -> None:
    world.contracts.of_workers[OWNER, NUMBER] = a_note()

    [waived] = view_of(world.save(), language=language).waived_documents

    assert (waived.kind, waived.fact, waived.rule) == ("EMPLOYMENT_CONTRACT", "QIWA_CONTRACT", "DOC-01")
    assert "art. 4" in waived.source
    assert word in waived.text


def test_without_a_contract_nothing_is_waived(world: World) -> None:
    saved = world.save()

    assert saved.required_documents == ("EMPLOYMENT_CONTRACT", "PAYSLIP", "ATTENDANCE_PROOF")
    assert saved.waived_documents == ()


def test_a_waiver_holds_for_the_code_as_long_as_its_fact_does(world: World) -> None:
    """The worker attached what was asked for; then the contract is voided on Qiwa, before the code is asked for."""
    world.contracts.of_workers[OWNER, NUMBER] = a_note()
    attached = world.attach(world.save().required_documents)
    accept_declaration(
        REQUEST,
        version=policy().declaration_version,
        expected_version=attached.version,
        by=CONTRIBUTOR,
        **world.writing,
    )
    world.contracts.of_workers[OWNER, NUMBER] = a_note(ends_on="2024-12-31", version=2)

    with pytest.raises(DocumentsMissing) as refused:
        world.issue()
    world.contracts.of_workers[OWNER, NUMBER] = a_note(version=3)
    opened = world.issue()

    assert refused.value.facts["kinds"] == "EMPLOYMENT_CONTRACT"
    assert opened.challenge_id
