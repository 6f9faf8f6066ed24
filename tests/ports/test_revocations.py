"""Revocations behave alike in memory and on the Access table."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Items
from ishtirak.sessions.revocation import NOTHING_REVOKED, Revocation, Revocations
from tests.fakes.otp import HandClock
from tests.fakes.sessions import InMemoryRevocations
from tests.fakes.transaction import InMemoryTransaction
from tests.functions.access_world import access_world

NOW = HandClock().now()


@pytest.fixture(params=["memory", "dynamo"])
def revocations(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Revocations]:
    if request.param == "memory":
        yield InMemoryRevocations()
        return
    with access_world(monkeypatch) as world:
        from ishtirak.adapters.aws.revocation_table import RevocationTable

        yield RevocationTable(world.access)


type Commit = Callable[[Items], None]


@pytest.fixture
def commit(revocations: Revocations) -> Commit:
    if isinstance(revocations, InMemoryRevocations):
        return InMemoryTransaction().commit
    from ishtirak.adapters.transaction import DynamoTransaction

    return DynamoTransaction().commit


def test_a_person_nobody_signed_out_has_none(revocations: Revocations) -> None:
    assert revocations.latest("p") == NOTHING_REVOKED


def test_a_revocation_is_of_one_person_and_reads_back(revocations: Revocations) -> None:
    revocations.revoke("p", at=NOW)

    assert revocations.latest("p").at == NOW
    assert revocations.latest("q") == NOTHING_REVOKED


def test_the_latest_one_stands_whichever_comes_first(revocations: Revocations) -> None:
    for seconds in (2, 3, 1):
        revocations.revoke("p", at=NOW + timedelta(seconds=seconds))

    assert revocations.latest("p").at == NOW + timedelta(seconds=3)


def test_one_sign_in_is_spared_until_everything_is_revoked_again(
    revocations: Revocations, commit: Commit
) -> None:
    commit(revocations.revoking("p", at=NOW, spare="mine"))
    assert revocations.latest("p") == Revocation(NOW, "mine")

    revocations.revoke("p", at=NOW + timedelta(seconds=1))

    assert revocations.latest("p") == Revocation(NOW + timedelta(seconds=1))


def test_a_revocation_with_an_effect_gives_way_to_a_later_one(
    revocations: Revocations, commit: Commit
) -> None:
    revocations.revoke("p", at=NOW + timedelta(seconds=1))

    with pytest.raises(ChangedMeanwhile):
        commit(revocations.revoking("p", at=NOW, spare="mine"))
    commit(revocations.revoking("p", at=NOW + timedelta(seconds=1), spare=None))


def test_sign_ins_are_ended_one_by_one(revocations: Revocations, commit: Commit) -> None:
    for name in ("one", "two", "one"):
        commit(revocations.ending("p", sign_in_id=name, at=NOW))

    assert revocations.latest("p") == Revocation(ended=frozenset({"one", "two"}))
    commit(revocations.revoking("p", at=NOW, spare=None))
    assert revocations.latest("p") == Revocation(NOW)


def test_ending_one_leaves_what_was_revoked(revocations: Revocations, commit: Commit) -> None:
    commit(revocations.revoking("p", at=NOW, spare="mine"))
    commit(revocations.ending("p", sign_in_id="mine", at=NOW))

    assert revocations.latest("p") == Revocation(NOW, "mine", frozenset({"mine"}))
