"""Proofs of decisions behave alike in memory and on the Access table."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from ishtirak.factors.proofs import Proof, Proofs, StepUpRequired
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Transaction
from tests.fakes.otp import HandClock
from tests.fakes.proofs import InMemoryProofs
from tests.fakes.transaction import InMemoryTransaction
from tests.functions.access_world import access_world

NOW = HandClock().now()
PROOF = Proof(
    id="0f0f0f0f-0000-4000-8000-000000000001",
    subject="officer",
    digest="a" * 64,
    kind="TOTP",
    expires_at=NOW + timedelta(seconds=120),
)


class Stored:
    """A store with one proof in it, and how it is used up."""

    def __init__(self, proofs: Proofs, transaction: Transaction) -> None:
        self.proofs, self.transaction = proofs, transaction
        transaction.commit(proofs.save(PROOF))

    def use(self, proof: Proof = PROOF, *, seconds: float = 0) -> None:
        now = NOW + timedelta(seconds=seconds)
        items = self.proofs.consume(proof.id, subject=proof.subject, digest=proof.digest, now=now)
        self.transaction.commit(items)


@pytest.fixture(params=["memory", "dynamo"])
def stored(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stored]:
    if request.param == "memory":
        yield Stored(InMemoryProofs(), InMemoryTransaction())
        return
    with access_world(monkeypatch) as world:
        from ishtirak.adapters.aws.proof_table import ProofTable
        from ishtirak.adapters.transaction import DynamoTransaction

        yield Stored(ProofTable(world.access), DynamoTransaction())


def test_a_proof_is_used_once(stored: Stored) -> None:
    stored.use(seconds=119.999)

    with pytest.raises(StepUpRequired):
        stored.use()


def test_a_proof_is_made_once_so_that_a_used_one_stays_used(stored: Stored) -> None:
    stored.use()

    with pytest.raises(ChangedMeanwhile):
        stored.transaction.commit(stored.proofs.save(PROOF))
    with pytest.raises(StepUpRequired):
        stored.use()


@pytest.mark.parametrize(
    "other",
    [
        replace(PROOF, id="0f0f0f0f-0000-4000-8000-000000000002"),
        replace(PROOF, subject="another officer"),
        replace(PROOF, digest="b" * 64),
    ],
    ids=["absent", "somebody else's", "of another decision"],
)
def test_another_proof_is_refused_and_this_one_stays(stored: Stored, other: Proof) -> None:
    with pytest.raises(StepUpRequired):
        stored.use(other)

    stored.use()


def test_an_old_proof_is_refused(stored: Stored) -> None:
    with pytest.raises(StepUpRequired):
        stored.use(seconds=120)


def test_of_eight_at_once_one_uses_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with access_world(monkeypatch) as world:
        from ishtirak.adapters.aws.proof_table import ProofTable
        from ishtirak.adapters.transaction import DynamoTransaction

        stored = Stored(ProofTable(world.access), DynamoTransaction())
        barrier = threading.Barrier(8)

        def use(_: int) -> bool:
            barrier.wait()
            try:
                stored.use()
            except StepUpRequired:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            used = list(pool.map(use, range(8)))

    assert sum(used) == 1
