"""Submitting a request with its code, called without HTTP on the in-memory fakes."""

from datetime import timedelta
from typing import Any

import pytest

from ishtirak.kernel.canonical import digest
from ishtirak.kernel.errors import ChangedMeanwhile, NotFound, Unavailable
from ishtirak.otp.model import ChallengeState, DispatchState, OpenedChallenge
from ishtirak.otp.rules import CodeNotAccepted, TooManyTries, code_from, message
from ishtirak.requests import model
from ishtirak.requests.model import Request, RequestChange, RequestState, SubmittedRequest, signing_digest
from ishtirak.requests.refusals import AlreadySubmitted
from ishtirak.use_cases.issue_code import issue_code
from ishtirak.use_cases.submit_request import submit_request
from tests.fakes.contracts import InMemoryContracts
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.otp import InMemoryChallenges, KnownMac
from tests.fakes.phones import no_phones
from tests.fakes.register import InMemoryAccounts
from tests.fakes.requests import (
    CLEAN,
    CONTRIBUTOR,
    REQUEST,
    STRANGER,
    RequestsInMemory,
    StoppedClock,
    declared,
)
from tests.fakes.transaction import InMemoryTransaction, commit


class CleanDocuments:
    """Every document of the request was inspected."""

    def states(self, ids: Any, *, on: Any) -> Any:
        return {each: CLEAN[each] for each in ids}


class World:
    """A request that is complete, and the code for it on its owner's phone."""

    def __init__(self) -> None:
        self.requests = RequestsInMemory()
        self.challenges = InMemoryChallenges()
        self.mac = KnownMac()
        self.clock = StoppedClock()
        self.transaction = InMemoryTransaction()
        commit(self.requests.save(RequestChange(before=None, after=declared().after, events=())))
        self.opened = self.issue()

    def issue(self) -> OpenedChallenge:
        return issue_code(
            REQUEST,
            by=CONTRIBUTOR,
            requests=self.requests,
            documents=CleanDocuments(),
            accounts=InMemoryAccounts(),
            contracts=InMemoryContracts(),
            challenges=self.challenges,
            mac=self.mac,
            budgets=BudgetsInMemory(),
            clock=self.clock,
            transaction=self.transaction,
        )

    def issue_again(self) -> None:
        """Once a new code may be asked for."""
        self.clock.passes(timedelta(minutes=2))
        self.opened = self.issue()

    @property
    def code(self) -> str:
        return code_from(self.mac.of(message(self.challenges.challenges[self.opened.challenge_id])), digits=6)

    @property
    def request(self) -> Request:
        return self.requests.get(REQUEST)

    @property
    def code_state(self) -> ChallengeState:
        return self.challenges.challenges[self.opened.challenge_id].state

    def submit(self, **changed: Any) -> SubmittedRequest:
        given: dict[str, Any] = {
            "challenge_id": self.opened.challenge_id,
            "code": self.code,
            "by": CONTRIBUTOR,
        }
        return submit_request(
            REQUEST,
            **(given | changed),
            requests=self.requests,
            challenges=self.challenges,
            mac=self.mac,
            phones=no_phones(),
            clock=self.clock,
            transaction=self.transaction,
        )

    def edit(self) -> None:
        """Another window saves the same data: the next version of the request."""
        before = self.request
        after = before.model_copy(update={"version": before.version + 1})
        commit(self.requests.save(RequestChange(before=before, after=after, events=())))


@pytest.fixture
def world() -> World:
    return World()


def untouched(world: World) -> bool:
    return world.request.state is RequestState.DRAFT and world.code_state is ChallengeState.OPEN


def test_the_right_code_submits_the_request_and_is_used_with_it(world: World) -> None:
    signed = signing_digest(world.request).digest

    submitted = world.submit()

    assert world.request == submitted
    assert (submitted.state, submitted.signed_digest) == (RequestState.SUBMITTED, signed)
    assert submitted.reference.startswith("ISH-")
    assert world.code_state is ChallengeState.USED
    assert world.transaction.results[-1] == submitted
    assert [event.type for event in world.requests.timeline(REQUEST)] == ["RequestSubmitted"]


def test_the_code_may_be_typed_in_arabic_digits(world: World) -> None:
    assert world.submit(code=world.code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))).reference


def test_a_wrong_code_changes_nothing_and_three_are_all_there_are(world: World) -> None:
    wrong = f"{(int(world.code) + 1) % 1_000_000:06}"

    for _ in range(3):
        with pytest.raises(CodeNotAccepted):
            world.submit(code=wrong)
    with pytest.raises(TooManyTries):
        world.submit()

    assert untouched(world)


def test_an_old_code_is_not_accepted(world: World) -> None:
    code = world.code
    world.clock.passes(timedelta(minutes=10))

    with pytest.raises(CodeNotAccepted):
        world.submit(code=code)

    assert untouched(world)


def test_somebody_elses_request_is_not_there(world: World) -> None:
    with pytest.raises(NotFound):
        world.submit(by=STRANGER)

    assert untouched(world)


def test_an_edit_between_reading_and_committing_leaves_code_and_request(world: World) -> None:
    saved = world.requests.save

    def overtaken(change: RequestChange) -> Any:
        items = saved(change)
        if change.after.state is RequestState.SUBMITTED:
            world.edit()
        return items

    world.requests.save = overtaken  # type: ignore[method-assign]
    with pytest.raises(ChangedMeanwhile):
        world.submit()

    assert untouched(world)


def test_without_the_key_nothing_is_submitted(world: World) -> None:
    code, world.mac.broken = world.code, True

    with pytest.raises(Unavailable):
        world.submit(code=code)

    assert untouched(world)


def test_it_is_submitted_once(world: World) -> None:
    world.submit()

    with pytest.raises(AlreadySubmitted):
        world.submit()

    assert len(world.requests.timeline(REQUEST)) == 1


def test_what_is_signed_is_computed_once_for_a_code_and_once_for_a_submission(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[Any] = []

    def counted(content: Any) -> str:
        computed.append(content)
        return digest(content)

    monkeypatch.setattr(model, "digest", counted)

    world.issue_again()
    world.submit()

    assert len(computed) == 2
    assert world.challenges.challenges[world.opened.challenge_id].dispatch is DispatchState.PENDING
