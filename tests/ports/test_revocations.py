"""Revocations behave alike in memory and on the Access table."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ishtirak.sessions.revocation import NOTHING_REVOKED, Revocations
from tests.fakes.otp import HandClock
from tests.fakes.sessions import InMemoryRevocations
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
