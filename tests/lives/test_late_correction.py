"""A recorded wage is corrected after its month on the Governor's decision only, by two people (regulation art. 21)."""

from typing import Any

import pytest

from ishtirak.kernel.caller import Caller
from ishtirak.requests.model import Party, RequestState, SubmittedRequest, WaitOutcome
from ishtirak.requests.refusals import NotApproved
from ishtirak.reviews import rules as reviews
from ishtirak.reviews.model import Verdict
from ishtirak.reviews.refusals import GovernorDecisionNeeded
from ishtirak.statute.refusals import WageCorrectionTooLate
from ishtirak.use_cases.decide_case import decide_case
from ishtirak.use_cases.step_up import StepUp
from tests.fakes.proofs import A_PROOF, AnyProof
from tests.fakes.requests import NOW, OFFICER, SUPERVISOR, asked, claimed
from tests.lives.account import Account

GIVEN = "1448/1207"


class Correction:
    """A period recorded at ten thousand riyals, and the request to correct it to twelve, with an officer."""

    def __init__(self, **data: Any) -> None:
        self.account = Account()
        period = self.account.post("2026-01-01", "2026-02-28", on="2026-03-01")
        wanted = self.account.claim(
            "2026-01-01", "2026-02-28", on="2026-11-22", wage=1_200_000, amends=period, **data
        )
        kept = {name: getattr(wanted, name) for name in ("id", "kind", "amends", "data", "submitted_at")}
        self.request = self.account.scene.holds(claimed().model_copy(update=kept))

    def approve(self, *, by: Caller = OFFICER, **facts: Any) -> SubmittedRequest:
        scene = self.account.scene
        self.request = decide_case(
            self.request.id,
            verdict=Verdict.APPROVE,
            proof_id=A_PROOF,
            step_up=StepUp(AnyProof(), scene.clock),
            by=by,
            **scene.deciding,
            **scene.registered,
            **facts,
        )
        return self.request

    def given_to_a_supervisor(self) -> None:
        waiting = asked(self.request, Party.SUPERVISOR)
        self.account.scene.transaction.commit(self.account.scene.requests.save(waiting))
        change = reviews.claim(waiting.after, by=SUPERVISOR, at=NOW)
        self.account.scene.transaction.commit(self.account.scene.requests.save(change))
        self.request = change.after


def test_a_late_correction_nobody_asked_an_exception_for_is_refused() -> None:
    with pytest.raises(WageCorrectionTooLate):
        Correction().approve()


def test_no_officer_approves_it_without_the_governors_decision() -> None:
    correction = Correction(late_wage_correction=True)

    with pytest.raises(GovernorDecisionNeeded):
        correction.approve()


def test_one_officer_alone_does_not_approve_it() -> None:
    correction = Correction(late_wage_correction=True)

    decided = correction.approve(governor_decision=GIVEN)

    assert decided.state is RequestState.UNDER_REVIEW
    assert decided.decision is not None
    assert (decided.decision.outcome, decided.decision.governor_decision) == (WaitOutcome.NEEDS_SECOND, GIVEN)
    with pytest.raises(NotApproved):
        correction.account.post_request(decided)


def test_a_second_person_approves_the_same_decision_and_the_wage_is_corrected() -> None:
    correction = Correction(late_wage_correction=True)
    before = correction.account.total
    correction.approve(governor_decision=GIVEN)
    correction.given_to_a_supervisor()

    decided = correction.approve(by=SUPERVISOR, governor_decision=GIVEN)
    correction.account.post_request(decided)

    assert decided.state is RequestState.APPROVED
    assert correction.account.total == before * 12 // 10
    assert correction.account.billed == correction.account.total


def test_a_second_person_who_names_another_decision_gives_a_first_approval() -> None:
    correction = Correction(late_wage_correction=True)
    correction.approve(governor_decision=GIVEN)
    correction.given_to_a_supervisor()

    decided = correction.approve(by=SUPERVISOR, governor_decision="1448/9999")

    assert decided.decision is not None
    assert decided.decision.outcome is WaitOutcome.NEEDS_SECOND
