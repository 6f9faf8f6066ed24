"""A contributor's request from the first step to its code, called without HTTP on the in-memory fakes."""

from typing import Any

import pytest

from ishtirak.edge.views.requests import saved_assessment
from ishtirak.kernel.errors import ChangedMeanwhile, NotFound
from ishtirak.kernel.insurance import System
from ishtirak.requests.model import Request, RequestChange, RequestKind, RequestState
from ishtirak.requests.refusals import DocumentsMissing, NotBilledYet
from ishtirak.use_cases.accept_declaration import accept_declaration
from ishtirak.use_cases.begin_request import begin_request
from ishtirak.use_cases.issue_code import issue_code
from ishtirak.use_cases.read_code_dispatch import read_code_dispatch
from ishtirak.use_cases.read_requests import list_requests, read_receipt, read_request, read_timeline
from ishtirak.use_cases.read_service import read_service
from ishtirak.use_cases.save_data import AssessedRequest, save_data
from ishtirak.use_cases.withdraw_request import withdraw_request
from tests.fakes.contracts import InMemoryContracts
from tests.fakes.documents import DocumentsInMemory
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.otp import InMemoryChallenges, KnownMac
from tests.fakes.register import MITHAL, a_contributor, an_establishment, in_memory_register
from tests.fakes.requests import (
    CONTRIBUTOR,
    OWNER,
    REQUEST,
    STRANGER,
    RequestsInMemory,
    StoppedClock,
    decided,
    declared,
    drafted,
    period_data,
    policy,
    with_data,
)
from tests.fakes.residency import authority_dates
from tests.fakes.transaction import commit


class World:
    """Requests beside a register that knows their owner and the employer."""

    def __init__(self) -> None:
        self.requests = RequestsInMemory()
        self.register = in_memory_register()
        self.challenges = InMemoryChallenges()
        self.contracts = InMemoryContracts()
        self.clock = StoppedClock()
        self.transaction = self.register.transaction
        self.transaction.commit(
            self.register.people.save(a_contributor(OWNER), fingerprint="ab" * 32),
            self.register.establishments.save(an_establishment(MITHAL)),
        )

    def holds(self, request: Request) -> Request:
        commit(self.requests.save(RequestChange(before=None, after=request, events=())))
        return request

    @property
    def writing(self) -> dict[str, Any]:
        return {"requests": self.requests, "clock": self.clock, "transaction": self.transaction}

    def save(self, *, expected_version: int = 1) -> AssessedRequest:
        return save_data(
            REQUEST,
            data=period_data(),
            expected_version=expected_version,
            by=CONTRIBUTOR,
            people=self.register.people,
            establishments=self.register.establishments,
            accounts=self.register.accounts,
            authority=authority_dates(),
            contracts=self.contracts,
            **self.writing,
        )

    def issue(self) -> Any:
        return issue_code(
            REQUEST,
            by=CONTRIBUTOR,
            documents=DocumentsInMemory(),
            accounts=self.register.accounts,
            contracts=self.contracts,
            challenges=self.challenges,
            mac=KnownMac(),
            budgets=BudgetsInMemory(),
            **self.writing,
        )


@pytest.fixture
def world() -> World:
    return World()


def test_a_request_is_begun_as_a_draft_of_the_callers_own(world: World) -> None:
    begun = begin_request(
        kind=RequestKind.ADD,
        system=System.SOCIAL_INSURANCE,
        amends=None,
        by=CONTRIBUTOR,
        **world.writing,
    )

    assert (begun.owner, begun.state) == (OWNER, RequestState.DRAFT)
    assert list(list_requests(by=CONTRIBUTOR, requests=world.requests)) == [begun]
    assert list(list_requests(by=STRANGER, requests=world.requests)) == []


def test_what_is_shown_of_a_saved_claim_is_what_is_kept_of_it(world: World) -> None:
    world.holds(drafted().after)

    saved = world.save()

    assert saved.request == world.requests.get(REQUEST)
    assert saved.request.required_documents
    assert saved.assessment.total > 0
    assert saved_assessment(saved.request) == saved.assessment


def test_data_are_saved_over_the_version_that_was_read_only(world: World) -> None:
    world.holds(drafted().after)
    world.save()

    with pytest.raises(ChangedMeanwhile):
        world.save()

    assert world.requests.get(REQUEST).version == 2


def test_a_declaration_is_accepted_over_the_version_that_was_read_only(world: World) -> None:
    before = world.holds(with_data().after)
    given = {"version": policy().declaration_version, "by": CONTRIBUTOR, **world.writing}

    with pytest.raises(ChangedMeanwhile):
        accept_declaration(REQUEST, expected_version=before.version - 1, **given)
    accepted = accept_declaration(REQUEST, expected_version=before.version, **given)

    assert accepted.declaration is not None
    assert accepted == world.requests.get(REQUEST)


def test_a_code_is_issued_for_the_request_as_it_stands(world: World) -> None:
    world.holds(declared(required=()).after.model_copy(update={"attachments": ()}))

    opened = world.issue()

    challenge = read_code_dispatch(REQUEST, opened.challenge_id, by=CONTRIBUTOR, challenges=world.challenges)
    assert (challenge.subject, challenge.about) == (OWNER, REQUEST)
    with pytest.raises(NotFound):
        read_code_dispatch(REQUEST, opened.challenge_id, by=STRANGER, challenges=world.challenges)


def test_no_code_is_issued_while_a_document_is_missing(world: World) -> None:
    world.holds(declared().after.model_copy(update={"attachments": ()}))

    with pytest.raises(DocumentsMissing) as refused:
        world.issue()

    assert refused.value.facts["kinds"] == "EMPLOYMENT_CONTRACT, PAYSLIP"
    assert world.challenges.requested == []


def test_what_happened_to_a_request_is_read_by_its_owner(world: World) -> None:
    world.holds(drafted().after)
    withdraw_request(REQUEST, by=CONTRIBUTOR, **world.writing)

    history = read_timeline(REQUEST, by=CONTRIBUTOR, requests=world.requests)

    assert [event.type for event in history.events] == ["RequestWithdrawn"]
    assert history.request.state is RequestState.WITHDRAWN
    with pytest.raises(NotFound):
        read_timeline(REQUEST, by=STRANGER, requests=world.requests)


@pytest.mark.parametrize("request_", [drafted().after, decided()], ids=["draft", "approved"])
def test_there_is_no_receipt_before_the_bill(world: World, request_: Request) -> None:
    world.holds(request_)

    with pytest.raises(NotBilledYet):
        read_receipt(REQUEST, by=CONTRIBUTOR, requests=world.requests, bills=world.register.bills)


def test_a_bill_that_is_nowhere_has_no_receipt(world: World) -> None:
    world.holds(decided().model_copy(update={"bill_id": "44444444-4444-4444-8444-444444444444"}))

    with pytest.raises(NotFound):
        read_receipt(REQUEST, by=CONTRIBUTOR, requests=world.requests, bills=world.register.bills)


def test_nobody_reads_anothers_request(world: World) -> None:
    world.holds(drafted().after)

    with pytest.raises(NotFound):
        read_request(REQUEST, by=STRANGER, requests=world.requests)


def test_every_case_of_the_service_names_its_documents(world: World) -> None:
    service = read_service(clock=world.clock)

    assert {case.system for case in service.cases} == set(System)
    assert all(case.documents for case in service.cases)
