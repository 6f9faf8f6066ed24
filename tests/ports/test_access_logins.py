"""Logins behave alike in memory and on the Access table."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Transaction
from ishtirak.logins import rules
from ishtirak.logins.model import Login, LoginChange
from ishtirak.logins.policy import policy_on
from ishtirak.logins.ports import Logins
from ishtirak.logins.rules import UsernameTaken
from tests.fakes.logins import InMemoryLogins
from tests.fakes.otp import HandClock
from tests.fakes.transaction import InMemoryTransaction
from tests.functions.access_world import access_world

NOW = HandClock().now().replace(microsecond=0)
POLICY = policy_on(NOW.date())
PERSON, OTHER = "5f0c1a52-0000-4000-8000-000000000001", "5f0c1a52-0000-4000-8000-000000000002"


class Stored:
    """A store of logins, and how its items are committed."""

    def __init__(self, logins: Logins, transaction: Transaction) -> None:
        self.logins = logins
        self.commit = transaction.commit

    def reserved(self, person_id: str = PERSON, tag: str = "tag") -> Login:
        change = reservation(person_id, tag)
        self.commit(self.logins.save(change))
        return change.after


@pytest.fixture(params=["memory", "dynamo"])
def stored(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stored]:
    if request.param == "memory":
        yield Stored(InMemoryLogins(), InMemoryTransaction())
        return
    with access_world(monkeypatch) as world:
        from ishtirak.adapters.aws.login_table import LoginTable
        from ishtirak.adapters.transaction import DynamoTransaction

        yield Stored(LoginTable(world.access), DynamoTransaction())


def reservation(person_id: str = PERSON, tag: str = "tag") -> LoginChange:
    return rules.reserve(
        person_id, username_tag=tag, encrypted_username="encrypted", under_way="code", at=NOW, policy=POLICY
    )


def test_who_never_signed_up_has_no_login(stored: Stored) -> None:
    assert stored.logins.find(PERSON) is None


def test_a_login_reads_back_as_it_was_reserved_opened_and_changed(stored: Stored) -> None:
    login = stored.reserved()
    assert stored.logins.find(PERSON) == login

    opened = rules.opened(login, at=NOW)
    stored.commit(stored.logins.save(opened))
    assert stored.logins.find(PERSON) == opened.after

    change = rules.set_password(opened.after, recovered=False, under_way="next", at=NOW, policy=POLICY)
    stored.commit(stored.logins.save(change))
    assert stored.logins.find(PERSON) == change.after


def test_a_person_has_one_login(stored: Stored) -> None:
    stored.reserved()

    with pytest.raises(ChangedMeanwhile):
        stored.commit(stored.logins.save(reservation(tag="another")))


def test_a_username_is_one_persons(stored: Stored) -> None:
    stored.reserved()

    with pytest.raises(UsernameTaken):
        stored.commit(stored.logins.save(reservation(OTHER)))

    assert stored.logins.find(OTHER) is None


def test_of_two_changes_of_one_state_one_is_kept(stored: Stored) -> None:
    login = stored.reserved()
    stored.commit(stored.logins.save(rules.opened(login, at=NOW)))

    with pytest.raises(ChangedMeanwhile):
        stored.commit(stored.logins.save(rules.opened(login, at=NOW)))


def test_what_is_under_way_is_taken_up_by_one(stored: Stored) -> None:
    login = stored.reserved()
    later = NOW + POLICY.busy + timedelta(seconds=1)
    taken = rules.taken_up(login, at=later, policy=POLICY)

    assert stored.logins.take_up(taken, before=login)
    assert not stored.logins.take_up(taken, before=login)
    assert stored.logins.find(PERSON) == taken
    with pytest.raises(ChangedMeanwhile):
        stored.commit(stored.logins.save(rules.opened(login, at=later)))


def test_what_is_finished_is_free_and_something_newer_is_left_alone(stored: Stored) -> None:
    login = stored.reserved()

    stored.logins.finish(replace(login, version=login.version - 1))
    assert stored.logins.find(PERSON) == login
    stored.logins.finish(login)

    found = stored.logins.find(PERSON)
    assert found is not None
    assert (found.under_way, found.free_at) == (None, None)
