"""Attempts, sign-ins under way and sessions behave alike in memory and on the Access table."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Transaction
from ishtirak.sessions import rules
from ishtirak.sessions.model import (
    AttemptAdmission,
    AttemptSource,
    Budget,
    Place,
    PlaceKind,
    Session,
    SignIn,
    SignInAttempts,
)
from ishtirak.sessions.places import signed_in_from
from ishtirak.sessions.policy import policy_on
from ishtirak.sessions.ports import SignIns
from ishtirak.use_cases.admit_attempt import admit_attempt
from tests.fakes.otp import HandClock
from tests.fakes.sessions import InMemorySignIns
from tests.fakes.transaction import InMemoryTransaction
from tests.functions.access_world import access_world

CLOCK = HandClock()
OTHER_SESSION = "9d3c0b1e-0000-4000-8000-000000000002"
SESSION_ID = "9d3c0b1e-0000-4000-8000-000000000001"
ADDRESS = Place("name", PlaceKind.ADDRESS, "address")
DEVICE = Place("name", PlaceKind.DEVICE, "0d0d0d0d-0000-4000-8000-000000000001")
SIGN_IN = SignIn(
    challenge_id="0c0c0c0c-0000-4000-8000-000000000001",
    subject="5f0c1a52-0000-4000-8000-000000000001",
    digest="a" * 64,
    source=AttemptSource(ADDRESS, None),
    admission=AttemptAdmission(admitted=True, charged=True, next_at=CLOCK.now().replace(microsecond=0)),
    encrypted="encrypted",
)
KNOWN = signed_in_from(DEVICE, at=CLOCK.now().replace(microsecond=0), policy=policy_on(CLOCK.now().date()))


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


def test_a_place_nobody_tried_from_has_no_attempts(stored: Stored) -> None:
    assert stored.sign_ins.attempts(ADDRESS) == SignInAttempts(ADDRESS)


def test_attempts_add_up_and_read_back(stored: Stored) -> None:
    clock = HandClock()
    admitted = []
    for _ in range(7):
        admission = admit_attempt(SIGN_IN.source, sign_ins=stored.sign_ins, clock=clock)
        admitted.append(admission.admitted)
        clock.pass_seconds(0.001)

    attempts = stored.sign_ins.attempts(ADDRESS)

    assert admitted == [True] * 5 + [False] * 2
    assert (attempts.version, attempts.count) == (7, 5)
    assert stored.sign_ins.attempts(DEVICE) == SignInAttempts(DEVICE)


def test_of_two_attempts_on_the_same_state_one_is_noted(stored: Stored) -> None:
    before = stored.sign_ins.attempts(ADDRESS)
    after = replace(before, version=1, count=1, last_at=CLOCK.now(), next_at=CLOCK.now())

    assert stored.sign_ins.record_attempt(after, before=before)
    assert not stored.sign_ins.record_attempt(after, before=before)


def test_a_budget_is_spent_to_its_limit_and_what_is_given_back_can_be_spent_again(stored: Stored) -> None:
    budget = Budget(owner="NAME#name", entry="STRANGERS#1", limit=2, until=CLOCK.now())

    spent = [stored.sign_ins.spend(budget, amount) for amount in (1, 1, 1, 0, -1, 1, 1)]

    assert spent == [True, True, False, False, True, True, False]
    assert stored.sign_ins.spend(replace(budget, entry="STRANGERS#2"), 1)


def test_a_place_that_is_remembered_is_known_and_has_no_attempts(stored: Stored) -> None:
    admit_attempt(SIGN_IN.source, sign_ins=stored.sign_ins, clock=CLOCK)
    known = replace(KNOWN, place=ADDRESS)

    stored.sign_ins.remember(known)

    assert stored.sign_ins.attempts(ADDRESS) == known


@pytest.mark.parametrize("device", [None, DEVICE])
def test_a_sign_in_under_way_is_found_by_its_challenge(stored: Stored, device: Place | None) -> None:
    begun = replace(SIGN_IN, source=AttemptSource(ADDRESS, device))
    stored.commit(stored.sign_ins.begin(begun))

    assert stored.sign_ins.find(SIGN_IN.challenge_id) == begun
    assert stored.sign_ins.find(SESSION_ID) is None


def test_a_started_session_forgets_the_attempts_of_its_device_only(stored: Stored) -> None:
    on_device = AttemptSource(ADDRESS, DEVICE)
    for source in (SIGN_IN.source, on_device):
        admit_attempt(source, sign_ins=stored.sign_ins, clock=CLOCK)

    stored.commit(stored.sign_ins.start(a_session(), device=KNOWN))

    assert stored.sign_ins.session(SESSION_ID) == a_session()
    assert stored.sign_ins.attempts(DEVICE) == KNOWN
    assert stored.sign_ins.attempts(ADDRESS).count == 1


def test_a_session_starts_once_and_without_attempts_as_well(stored: Stored) -> None:
    stored.commit(stored.sign_ins.start(a_session(), device=KNOWN))

    with pytest.raises(ChangedMeanwhile):
        stored.commit(stored.sign_ins.start(a_session(), device=KNOWN))


def test_of_two_renewals_of_one_generation_one_stands(stored: Stored) -> None:
    session = a_session()
    stored.commit(stored.sign_ins.start(session, device=KNOWN))
    renewed = rules.renew(session, at=CLOCK.now())

    assert stored.sign_ins.renew(renewed, before=session)
    assert not stored.sign_ins.renew(renewed, before=session)
    assert stored.sign_ins.session(SESSION_ID) == renewed


def test_an_ended_session_is_not_renewed(stored: Stored) -> None:
    session = a_session()
    stored.commit(stored.sign_ins.start(session, device=KNOWN))

    stored.sign_ins.end(SESSION_ID)
    stored.sign_ins.end(SESSION_ID)

    assert not stored.sign_ins.renew(rules.renew(session, at=CLOCK.now()), before=session)
    assert stored.sign_ins.session(SESSION_ID) == replace(session, ended=True)


def test_ending_what_never_was_leaves_nothing_behind(stored: Stored) -> None:
    stored.sign_ins.end(SESSION_ID)

    assert stored.sign_ins.session(SESSION_ID) is None


def test_of_two_attempts_on_the_same_later_state_one_is_noted(stored: Stored) -> None:
    admit_attempt(SIGN_IN.source, sign_ins=stored.sign_ins, clock=CLOCK)
    before = stored.sign_ins.attempts(ADDRESS)
    after = replace(before, version=before.version + 1, count=before.count + 1)

    noted = [stored.sign_ins.record_attempt(after, before=before) for _ in range(2)]

    assert before.version == 1
    assert noted == [True, False]


def test_a_sign_in_begins_once_for_each_challenge(stored: Stored) -> None:
    stored.commit(stored.sign_ins.begin(SIGN_IN))

    with pytest.raises(ChangedMeanwhile):
        stored.commit(stored.sign_ins.begin(replace(SIGN_IN, subject="somebody else")))

    assert stored.sign_ins.find(SIGN_IN.challenge_id) == SIGN_IN


def test_a_persons_sessions_are_listed_newest_first(stored: Stored) -> None:
    older = replace(a_session(), sign_in_id="sign-in")
    newer = replace(older, id=OTHER_SESSION, started_at=older.started_at + timedelta(seconds=1))
    for session in (older, newer):
        stored.commit(stored.sign_ins.start(session, device=KNOWN))

    listed = stored.sign_ins.sessions_of(SIGN_IN.subject)

    assert [session.id for session in listed] == [OTHER_SESSION, SESSION_ID]
    assert listed[1].sign_in_id == "sign-in"
    assert stored.sign_ins.sessions_of("nobody") == ()


def test_a_session_is_ended_with_an_effect_and_one_there_is_not_is_none_to_end(stored: Stored) -> None:
    session = a_session()
    with pytest.raises(ChangedMeanwhile):
        stored.commit(stored.sign_ins.ending(session))
    stored.commit(stored.sign_ins.start(session, device=KNOWN))

    stored.commit(stored.sign_ins.ending(session))

    found = stored.sign_ins.session(SESSION_ID)
    assert found is not None
    assert found.ended
