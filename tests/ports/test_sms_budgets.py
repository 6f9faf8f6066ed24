"""Texts are counted alike in memory and on the Access table."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from ishtirak.kernel.errors import ChangedMeanwhile, Unavailable
from ishtirak.kernel.transaction import Transaction
from ishtirak.messages.budget import Charge, HourUse, ShardUse, SmsBudgets, TextKind
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.transaction import InMemoryTransaction
from tests.functions.access_world import access_world

HOUR = datetime(2026, 11, 25, 9, tzinfo=UTC)


class Stored:
    """Counters, and how their items are committed."""

    def __init__(self, budgets: SmsBudgets, transaction: Transaction) -> None:
        self.budgets, self.commit = budgets, transaction.commit

    def charge(
        self, kind: TextKind = TextKind.CODE, *, shard: int = 3, texts: int = 3, notices: int = 2
    ) -> None:
        charge = Charge(hour=HOUR, shard=shard, kind=kind, most_texts=texts, most_notices=notices)
        self.commit(self.budgets.charge(charge))


@pytest.fixture(params=["memory", "dynamo"])
def stored(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stored]:
    if request.param == "memory":
        yield Stored(BudgetsInMemory(), InMemoryTransaction())
        return
    with access_world(monkeypatch) as world:
        from ishtirak.adapters.aws.sms_budget_table import SmsBudgetTable
        from ishtirak.adapters.transaction import DynamoTransaction

        yield Stored(SmsBudgetTable(world.access), DynamoTransaction())


def test_an_hour_in_which_nothing_was_sent_is_empty(stored: Stored) -> None:
    assert stored.budgets.use(HOUR) == HourUse(HOUR)


def test_texts_are_counted_by_kind_at_their_counter(stored: Stored) -> None:
    stored.charge()
    stored.charge(TextKind.NOTICE)
    stored.charge(shard=5)

    use = stored.budgets.use(HOUR)

    assert (use.shards[3], use.shards[5]) == (ShardUse(2, 1), ShardUse(1, 0))
    assert (use.texts, use.notices) == (3, 1)


def test_a_full_counter_counts_nothing_more(stored: Stored) -> None:
    for _ in range(3):
        stored.charge()

    with pytest.raises(ChangedMeanwhile):
        stored.charge()

    assert stored.budgets.use(HOUR).texts == 3


def test_a_counter_full_of_notices_still_takes_a_code(stored: Stored) -> None:
    for _ in range(2):
        stored.charge(TextKind.NOTICE)

    with pytest.raises(ChangedMeanwhile):
        stored.charge(TextKind.NOTICE)
    stored.charge()

    assert stored.budgets.use(HOUR).shards[3] == ShardUse(3, 2)


def test_a_text_is_remembered_once(stored: Stored) -> None:
    assert not stored.budgets.charged("text-1")
    stored.commit(stored.budgets.remember("text-1", at=HOUR))

    with pytest.raises(ChangedMeanwhile):
        stored.commit(stored.budgets.remember("text-1", at=HOUR))

    assert stored.budgets.charged("text-1")
    assert not stored.budgets.charged("text-2")


def test_sixteen_at_once_on_one_counter_count_no_more_than_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    with access_world(monkeypatch) as world:
        from ishtirak.adapters.aws.sms_budget_table import SmsBudgetTable
        from ishtirak.adapters.transaction import DynamoTransaction

        stored = Stored(SmsBudgetTable(world.access), DynamoTransaction())

        def charged(_: int) -> bool:
            try:
                stored.charge(texts=5)
            except (ChangedMeanwhile, Unavailable):
                return False
            return True

        with ThreadPoolExecutor(16) as pool:
            through = list(pool.map(charged, range(16)))

        assert sum(through) == stored.budgets.use(HOUR).texts == 5
