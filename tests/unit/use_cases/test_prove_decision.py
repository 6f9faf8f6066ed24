"""Step-up, on ports in memory: a proof is made of one decision and lets it be made once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.factors.model import Authenticator, FactorKind
from ishtirak.factors.proofs import Proof, StepUpRequired, decision_digest
from ishtirak.factors.rules import ChallengeMissing, FactorCodeNotAccepted, enrol, secret_of
from ishtirak.factors.secrets import encrypt_secret
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.errors import NotFound
from ishtirak.otp.model import OpenedChallenge
from ishtirak.otp.rules import CodeNotAccepted
from ishtirak.requests.model import SubmittedRequest, WaitOutcome
from ishtirak.reviews.model import Verdict
from ishtirak.use_cases.claim_case import claim_case, release_case
from ishtirak.use_cases.decide_case import decide_case
from ishtirak.use_cases.prove_decision import issue_decision_code, prove_decision
from ishtirak.use_cases.send_code import code_of
from ishtirak.use_cases.step_up import StepUp
from tests.fakes.bills import BilledAccount
from tests.fakes.factors import InMemoryFactors, shown
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.otp import InMemoryChallenges, KnownMac
from tests.fakes.phones import no_phones
from tests.fakes.proofs import A_PROOF, InMemoryProofs
from tests.fakes.requests import NOW, OFFICER, REQUEST, SUPERVISOR, claimed, period_data
from tests.fakes.sessions import PlainEncryption
from tests.fakes.transaction import OvertakenTransaction
from tests.unit.use_cases.scene import Scene

SECRET = secret_of(bytes(range(20)))
REVIEW = {"verdict": Verdict.APPROVE}


@dataclass(frozen=True)
class Stated:
    """A decision as an officer states it."""

    act: str = "decide_case"
    about_id: str = REQUEST
    content: Mapping[str, Any] = field(default_factory=lambda: REVIEW)


class Desk(Scene):
    """An officer with a phone and an app, and a case above the limit they claimed."""

    def __init__(self) -> None:
        super().__init__()
        self.challenges, self.factors, self.proofs = InMemoryChallenges(), InMemoryFactors(), InMemoryProofs()
        self.mac, self.encryption = KnownMac(), PlainEncryption()
        self.account = BilledAccount()
        line = {"first_month": "2024-08", "last_month": "2026-07", "basic": 4_500_000}
        data = period_data(starts_on="2024-08-01", ends_on="2026-07-31", wage_lines=[line])
        self.holds(claimed().model_copy(update={"data": data}))
        secret = encrypt_secret(
            SECRET, person_id=OFFICER.person_id, authenticator_id="app", encryption=self.encryption
        )
        app = Authenticator(id="app", encrypted=secret, enrolled_at=NOW, last_step=-1)
        self.transaction.commit(
            self.factors.save(enrol(self.factors.find(OFFICER.person_id), app, tags=(), at=NOW))
        )

    @property
    def things(self) -> dict[str, Any]:
        return {
            "requests": self.requests,
            "bills": self.account.register.bills,
            "challenges": self.challenges,
        }

    def code(self, stated: Stated | None = None, *, by: Caller = OFFICER) -> OpenedChallenge:
        return issue_decision_code(
            decision=stated or Stated(),
            by=by,
            source_address=None,
            mac=self.mac,
            budgets=BudgetsInMemory(),
            clock=self.clock,
            transaction=self.transaction,
            **self.things,
        )

    def prove(
        self,
        kind: FactorKind,
        code: str,
        *,
        stated: Stated | None = None,
        challenge_id: str | None = None,
        by: Caller = OFFICER,
    ) -> Proof:
        return prove_decision(
            decision=stated or Stated(),
            kind=kind,
            code=code,
            challenge_id=challenge_id,
            by=by,
            factors=self.factors,
            proofs=self.proofs,
            encryption=self.encryption,
            mac=self.mac,
            phones=no_phones(),
            clock=self.clock,
            transaction=self.transaction,
            **self.things,
        )

    def by_app(self, **given: Any) -> Proof:
        return self.prove(FactorKind.TOTP, shown(SECRET, self.clock.now()), **given)

    def by_sms(self, opened: OpenedChallenge, **given: Any) -> Proof:
        code = code_of(self.challenges.challenges[opened.challenge_id], mac=self.mac)
        return self.prove(FactorKind.SMS, code, challenge_id=opened.challenge_id, **given)

    def decide(self, proof_id: str | None, *, by: Caller = OFFICER, **facts: Any) -> SubmittedRequest:
        return decide_case(
            REQUEST,
            verdict=Verdict.APPROVE,
            proof_id=proof_id,
            by=by,
            step_up=StepUp(self.proofs, self.clock),
            **self.deciding,
            **self.registered,
            **facts,
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("proof_id", [None, A_PROOF])
def test_without_a_proof_nothing_above_the_sum_is_approved(desk: Desk, proof_id: str | None) -> None:
    before = desk.requests.submitted(REQUEST)

    with pytest.raises(StepUpRequired):
        desk.decide(proof_id)

    assert desk.requests.submitted(REQUEST) == before


def test_a_code_bound_to_the_decision_lets_it_be_made_once(desk: Desk) -> None:
    opened = desk.code()
    proof = desk.by_sms(opened)

    decided = desk.decide(proof.id)

    assert decided.decision is not None
    assert decided.decision.outcome is WaitOutcome.NEEDS_SECOND
    assert desk.proofs.used == {proof.id}
    with pytest.raises(CodeNotAccepted):
        desk.by_sms(opened)


def test_another_code_from_the_same_address_delays_no_decision(desk: Desk) -> None:
    desk.transaction = OvertakenTransaction()

    assert desk.by_sms(desk.code()).subject == OFFICER.person_id


def test_a_code_of_the_app_proves_one_decision(desk: Desk) -> None:
    proof = desk.by_app()

    with pytest.raises(FactorCodeNotAccepted):
        desk.by_app()
    assert desk.decide(proof.id).decision is not None


def test_a_code_is_of_one_decision_and_one_person(desk: Desk) -> None:
    opened = desk.code()

    others: tuple[dict[str, Any], ...] = (
        {"stated": Stated(content={"verdict": Verdict.APPROVE, "note": "another"})},
        {"by": SUPERVISOR},
    )
    for other in others:
        with pytest.raises(CodeNotAccepted):
            desk.by_sms(opened, **other)
    with pytest.raises(ChallengeMissing):
        desk.prove(FactorKind.SMS, "000000")


@pytest.mark.parametrize("facts", [{"note": "another decision"}, {"governor_decision": "1448/1"}])
def test_a_proof_is_of_what_was_stated_to_the_letter(desk: Desk, facts: dict[str, Any]) -> None:
    proof = desk.by_app()

    with pytest.raises(StepUpRequired):
        desk.decide(proof.id, **facts)


def test_a_proof_is_of_the_case_as_it_stood(desk: Desk) -> None:
    proof = desk.by_app()
    release_case(REQUEST, by=OFFICER, **desk.deciding)
    claim_case(REQUEST, by=OFFICER, **desk.deciding)

    with pytest.raises(StepUpRequired):
        desk.decide(proof.id)


@pytest.mark.parametrize(("seconds", "good"), [(119, True), (120, False)])
def test_a_proof_gets_old(desk: Desk, seconds: int, good: bool) -> None:
    proof = desk.by_app()
    desk.clock.passes(timedelta(seconds=seconds))

    if good:
        assert desk.decide(proof.id).decision is not None
    else:
        with pytest.raises(StepUpRequired):
            desk.decide(proof.id)


def test_nothing_is_proven_about_what_is_not_there(desk: Desk) -> None:
    for stated in (Stated(about_id="absent"), Stated(act="waive_fines", about_id="absent")):
        with pytest.raises(NotFound):
            desk.code(stated)
        with pytest.raises(NotFound):
            desk.by_app(stated=stated)
    assert desk.by_app(stated=Stated(act="extend_counting", about_id=desk.account.bill_id, content={}))


@given(
    st.dictionaries(
        st.sampled_from(["note", "percent", "approved"]),
        st.none() | st.integers() | st.text() | st.booleans(),
    ),
    st.dictionaries(
        st.sampled_from(["note", "percent", "approved"]),
        st.none() | st.integers() | st.text() | st.booleans(),
    ),
)
def test_two_contents_have_one_digest_only_when_they_say_the_same(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    def said(content: dict[str, Any]) -> str:
        return repr(sorted((name, value) for name, value in content.items() if value is not None))

    digests = [decision_digest("act", "id", version=1, content=content) for content in (one, other)]

    assert (digests[0] == digests[1]) == (said(one) == said(other))


def test_act_thing_and_version_are_each_part_of_the_digest() -> None:
    digests = {
        decision_digest(act, about, version=version, content={})
        for act in ("waive_fines", "extend_counting")
        for about in ("one", "other")
        for version in (1, 2)
    }

    assert len(digests) == 8
