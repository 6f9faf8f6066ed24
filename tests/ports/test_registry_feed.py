"""How far the commercial registry was applied, in memory and on the register's table alike."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ishtirak.eventlog.verify import verify
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Transaction
from ishtirak.register.ports import RegistryFeed
from ishtirak.register.registry import FEED, EntryProblem, FeedState, put_aside
from tests.fakes.register import register_on, register_table
from tests.fakes.registry import InMemoryFeed
from tests.fakes.transaction import InMemoryTransaction

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

type Kept = tuple[RegistryFeed, Transaction]


@pytest.fixture(params=["memory", "dynamo"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "memory":
        yield InMemoryFeed(), InMemoryTransaction()
        return
    from ishtirak.adapters.aws.registry_feed_table import RegistryFeedTable

    with register_table() as table:
        yield RegistryFeedTable(table), register_on(table).transaction


def test_it_begins_at_the_beginning_and_moves_on(kept: Kept) -> None:
    feed, transaction = kept
    assert feed.state() == FeedState()

    transaction.commit(feed.save(FeedState(1), before=FeedState()))
    transaction.commit(feed.save(FeedState(4), before=FeedState(1)))

    assert feed.state() == FeedState(4)


def test_who_comes_second_to_a_position_writes_nothing(kept: Kept) -> None:
    feed, transaction = kept
    transaction.commit(feed.save(FeedState(1), before=FeedState()))
    for before in (FeedState(), FeedState(2)):
        with pytest.raises(ChangedMeanwhile):
            transaction.commit(feed.save(FeedState(9), before=before))

    assert feed.state() == FeedState(1)


def test_what_is_put_aside_is_an_event_of_the_feeds_own_chain(kept: Kept) -> None:
    feed, transaction = kept
    first, one = put_aside(FeedState(), 1, EntryProblem.UNREADABLE, at=NOW)
    second, two = put_aside(first, 2, EntryProblem.OWNER_NOT_FOUND, at=NOW)

    transaction.commit(feed.save(first, before=FeedState(), event=one))
    transaction.commit(feed.save(second, before=first, event=two))

    assert feed.state() == second
    assert verify(str(FEED), [one, two], standing=second.chain) is None
