"""Attempts, sign-ins under way and sessions behave alike in memory and on the Access table."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Transaction
from ishtirak.sessions import rules
from ishtirak.sessions.model import Session, SignIn, SignInAttempts
from ishtirak.sessions.policy import policy_on
from ishtirak.sessions.ports import SignIns
from ishtirak.use_cases.start_sign_in import record_attempt
from tests.fakes.otp import HandClock
from tests.fakes.sessions import InMemorySignIns
from tests.fakes.transaction import InMemoryTransaction
from tests.functions.access_world import access_world

CLOCK = HandClock()
SESSION_ID = "9d3c0b1e-0000-4000-8000-000000000001"
SIGN_IN = SignIn(
    challenge_id="0c0c0c0c-0000-4000-8000-000000000001",
    subject="5f0c1a52-0000-4000-8000-000000000001",
    digest="a" * 64,
    name_tag="tag",
    encrypted="encrypted",
)


class Stored:
    """A store of sessions, and how its items are committed."""

    def __init__(self, sign_ins: SignIns, transaction: Transaction) -> None:
        self.sign_ins = sign_ins
        self.commit = transaction.commit


@pytest.fixture(params=["memory", "dynamo"])
def stored(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stored]:
    if request.param == "memory":
        yield Stored(InMemorySignIns(), InMemoryTransaction())
        return
    with access_world(monkeypatch) as world:
        from ishtirak.adapters.aws.session_table import SessionTable
        from ishtirak.adapters.transaction import DynamoTransaction

        yield Stored(SessionTable(world.access, clock=CLOCK), DynamoTransaction())


def a_session() -> Session:
    return rules.start(
        session_id=SESSION_ID, person_id=SIGN_IN.subject, encrypted="encrypted", at=CLOCK.now()
    )


def test_a_name_nobody_tried_has_no_attempts(stored: Stored) -> None:
    assert stored.sign_ins.attempts("tag") == SignInAttempts("tag")


def test_attempts_add_up_and_read_back(stored: Stored) -> None:
    clock = HandClock()
    admitted = []
    for _ in range(7):
        admitted.append(record_attempt("tag", sign_ins=stored.sign_ins, clock=clock))
        clock.pass_seconds(0.001)

    attempts = stored.sign_ins.attempts("tag")

    assert admitted == [True] * 5 + [False] * 2
    assert (attempts.version, attempts.count) == (7, 5)
    assert stored.sign_ins.attempts("other") == SignInAttempts("other")


def test_of_two_attempts_on_the_same_state_one_is_noted(stored: Stored) -> None:
    before = stored.sign_ins.attempts("tag")
    after = replace(before, version=1, count=1, last_at=CLOCK.now(), next_at=CLOCK.now())

    assert stored.sign_ins.record_attempt(after, before=before)
    assert not stored.sign_ins.record_attempt(after, before=before)


def test_a_sign_in_under_way_is_found_by_its_challenge(stored: Stored) -> None:
    stored.commit(stored.sign_ins.begin(SIGN_IN))

    assert stored.sign_ins.find(SIGN_IN.challenge_id) == SIGN_IN
    assert stored.sign_ins.find(SESSION_ID) is None


def test_a_started_session_forgets_the_attempts_on_its_name(stored: Stored) -> None:
    record_attempt("tag", sign_ins=stored.sign_ins, clock=CLOCK)

    stored.commit(stored.sign_ins.start(a_session(), name_tag="tag"))

    assert stored.sign_ins.session(SESSION_ID) == a_session()
    assert stored.sign_ins.attempts("tag") == SignInAttempts("tag")


def test_a_session_starts_once_and_without_attempts_as_well(stored: Stored) -> None:
    stored.commit(stored.sign_ins.start(a_session(), name_tag="tag"))

    with pytest.raises(ChangedMeanwhile):
        stored.commit(stored.sign_ins.start(a_session(), name_tag="tag"))


def test_of_two_renewals_of_one_generation_one_stands(stored: Stored) -> None:
    session = a_session()
    stored.commit(stored.sign_ins.start(session, name_tag="tag"))
    renewed = rules.renew(session, at=CLOCK.now())

    assert stored.sign_ins.renew(renewed, before=session)
    assert not stored.sign_ins.renew(renewed, before=session)
    assert stored.sign_ins.session(SESSION_ID) == renewed


def test_an_ended_session_is_not_renewed(stored: Stored) -> None:
    session = a_session()
    stored.commit(stored.sign_ins.start(session, name_tag="tag"))

    stored.sign_ins.end(SESSION_ID)
    stored.sign_ins.end(SESSION_ID)

    assert not stored.sign_ins.renew(rules.renew(session, at=CLOCK.now()), before=session)
    assert stored.sign_ins.session(SESSION_ID) == replace(session, ended=True)


def test_ending_what_never_was_leaves_nothing_behind(stored: Stored) -> None:
    stored.sign_ins.end(SESSION_ID)

    assert stored.sign_ins.session(SESSION_ID) is None


def test_of_two_attempts_on_the_same_later_state_one_is_noted(stored: Stored) -> None:
    record_attempt("tag", sign_ins=stored.sign_ins, clock=CLOCK)
    before = stored.sign_ins.attempts("tag")
    after, _ = rules.attempt(before, at=CLOCK.now(), policy=policy_on(CLOCK.now().date()))

    noted = [stored.sign_ins.record_attempt(after, before=before) for _ in range(2)]

    assert noted == [True, False]


def test_a_sign_in_begins_once_for_each_challenge(stored: Stored) -> None:
    stored.commit(stored.sign_ins.begin(SIGN_IN))

    with pytest.raises(ChangedMeanwhile):
        stored.commit(stored.sign_ins.begin(replace(SIGN_IN, subject="somebody else")))

    assert stored.sign_ins.find(SIGN_IN.challenge_id) == SIGN_IN
