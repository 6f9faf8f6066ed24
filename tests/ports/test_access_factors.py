"""Factors and enrolments behave alike in memory and on the Access table."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from ishtirak.factors import rules
from ishtirak.factors.model import Authenticator, Enrolment, Factors, FactorTries
from ishtirak.factors.policy import policy_on
from ishtirak.factors.ports import FactorRecords
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Transaction
from tests.fakes.factors import InMemoryFactors
from tests.fakes.otp import HandClock
from tests.fakes.transaction import InMemoryTransaction
from tests.functions.access_world import access_world

CLOCK = HandClock()
POLICY = policy_on(date(2026, 11, 22))
PERSON = "5f0c1a52-0000-4000-8000-000000000001"
ENROLMENT = Enrolment(
    challenge_id="0c0c0c0c-0000-4000-8000-000000000001",
    person_id=PERSON,
    authenticator_id="app-1",
    encrypted="encrypted",
)


class Stored:
    """A store of factors, and how its items are committed."""

    def __init__(self, factors: FactorRecords, transaction: Transaction) -> None:
        self.factors = factors
        self.commit = transaction.commit

    def enrolled(self) -> Factors:
        app = Authenticator(id="app-1", encrypted="encrypted", enrolled_at=CLOCK.now(), last_step=5)
        change = rules.enrol(self.factors.find(PERSON), app, tags=("a", "b"), at=CLOCK.now())
        self.commit(self.factors.save(change))
        return change.after


@pytest.fixture(params=["memory", "dynamo"])
def stored(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stored]:
    if request.param == "memory":
        yield Stored(InMemoryFactors(), InMemoryTransaction())
        return
    with access_world(monkeypatch) as world:
        from ishtirak.adapters.aws.factor_table import FactorTable
        from ishtirak.adapters.transaction import DynamoTransaction

        yield Stored(FactorTable(world.access, clock=CLOCK), DynamoTransaction())


def test_who_enrolled_nothing_has_empty_factors(stored: Stored) -> None:
    assert stored.factors.find(PERSON) == Factors(person_id=PERSON)


def test_factors_read_back_as_they_were_saved(stored: Stored) -> None:
    enrolled = stored.enrolled()
    used = rules.use_recovery_code(enrolled, "a", at=CLOCK.now())
    stored.commit(stored.factors.save(used))

    assert stored.factors.find(PERSON) == used.after


def test_a_removal_reads_back_without_the_authenticator(stored: Stored) -> None:
    removal = rules.remove(stored.enrolled(), kind="SMS", at=CLOCK.now())
    stored.commit(stored.factors.save(removal))

    assert stored.factors.find(PERSON) == removal.after
    assert removal.after.authenticator is None


def test_factors_are_enrolled_once(stored: Stored) -> None:
    first = stored.factors.find(PERSON)
    stored.enrolled()
    app = Authenticator(id="app-2", encrypted="encrypted", enrolled_at=CLOCK.now(), last_step=5)

    with pytest.raises(ChangedMeanwhile):
        stored.commit(stored.factors.save(rules.enrol(first, app, tags=(), at=CLOCK.now())))


def test_a_change_of_factors_that_changed_meanwhile_is_refused(stored: Stored) -> None:
    enrolled = stored.enrolled()
    stored.commit(stored.factors.save(rules.use_recovery_code(enrolled, "a", at=CLOCK.now())))

    with pytest.raises(ChangedMeanwhile):
        stored.commit(stored.factors.save(rules.use_recovery_code(enrolled, "a", at=CLOCK.now())))


def test_a_change_does_not_undo_a_try_that_was_counted_meanwhile(stored: Stored) -> None:
    enrolled = stored.enrolled()
    tries, _ = rules.attempt(enrolled, at=CLOCK.now(), policy=POLICY)
    assert stored.factors.record_try(tries, of=enrolled)

    with pytest.raises(ChangedMeanwhile):
        stored.commit(stored.factors.save(rules.use_recovery_code(enrolled, "a", at=CLOCK.now())))


def test_a_try_is_counted_once_for_each_state_it_was_made_of(stored: Stored) -> None:
    enrolled = stored.enrolled()
    tries, _ = rules.attempt(enrolled, at=CLOCK.now(), policy=POLICY)

    assert stored.factors.record_try(tries, of=enrolled)
    assert not stored.factors.record_try(tries, of=enrolled)
    assert stored.factors.find(PERSON).tries == tries


def test_no_try_is_kept_of_who_has_no_factors(stored: Stored) -> None:
    assert not stored.factors.record_try(FactorTries(1, 1), of=Factors(person_id=PERSON))
    assert stored.factors.find(PERSON) == Factors(person_id=PERSON)


def test_a_step_is_used_up_once_and_ends_the_tries(stored: Stored) -> None:
    enrolled = stored.enrolled()
    tries, _ = rules.attempt(enrolled, at=CLOCK.now(), policy=POLICY)
    stored.factors.record_try(tries, of=enrolled)

    stored.commit(stored.factors.accept_step(enrolled, 6))

    kept = stored.factors.find(PERSON)
    assert kept.authenticator is not None
    assert (kept.authenticator.last_step, kept.tries) == (6, FactorTries(tries.version + 1))
    for step in (5, 6):
        with pytest.raises(rules.FactorCodeNotAccepted):
            stored.commit(stored.factors.accept_step(enrolled, step))


def test_no_step_of_an_authenticator_that_is_gone_is_accepted(stored: Stored) -> None:
    enrolled = stored.enrolled()
    assert enrolled.authenticator is not None
    removed = rules.remove(enrolled, kind="SMS", at=CLOCK.now())
    stored.commit(stored.factors.save(removed))
    other = replace(enrolled.authenticator, id="app-2", last_step=0)
    stored.commit(stored.factors.save(rules.enrol(removed.after, other, tags=(), at=CLOCK.now())))

    with pytest.raises(rules.FactorCodeNotAccepted):
        stored.commit(stored.factors.accept_step(enrolled, 9))


def test_an_enrolment_reads_back_and_is_begun_once(stored: Stored) -> None:
    assert stored.factors.enrolment(ENROLMENT.challenge_id) is None
    stored.commit(stored.factors.begin(ENROLMENT))

    assert stored.factors.enrolment(ENROLMENT.challenge_id) == ENROLMENT
    with pytest.raises(ChangedMeanwhile):
        stored.commit(stored.factors.begin(ENROLMENT))


def test_of_eight_tries_at_once_of_one_state_one_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the table, whose items DynamoDB writes one at a time."""
    with access_world(monkeypatch) as world:
        from ishtirak.adapters.aws.factor_table import FactorTable
        from ishtirak.adapters.transaction import DynamoTransaction

        stored = Stored(FactorTable(world.access, clock=CLOCK), DynamoTransaction())
        enrolled = stored.enrolled()
        tries, _ = rules.attempt(enrolled, at=CLOCK.now(), policy=POLICY)
        barrier = threading.Barrier(8)

        def guess(_: int) -> bool:
            barrier.wait()
            return stored.factors.record_try(tries, of=enrolled)

        with ThreadPoolExecutor(8) as pool:
            counted = list(pool.map(guess, range(8)))

    assert sum(counted) == 1


def test_factors_never_expire_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    with access_world(monkeypatch) as world:
        from ishtirak.adapters.aws.factor_table import FactorTable
        from ishtirak.adapters.transaction import DynamoTransaction

        stored = Stored(FactorTable(world.access, clock=CLOCK), DynamoTransaction())
        stored.enrolled()
        stored.commit(stored.factors.begin(ENROLMENT))
        expiring = {item["sk"] for item in world.items(world.access) if "expires_at" in item}

    assert expiring == {"ENROLMENT"}
