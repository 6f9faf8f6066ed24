"""How far the commercial registry's feed was applied, kept in the table `Register` as an aggregate of its own."""

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws import event_log
from ishtirak.eventlog.event import Event
from ishtirak.kernel.transaction import Items
from ishtirak.register.registry import FEED, FeedState


class RegistryFeedTable:
    """The `RegistryFeed` port on the register's table."""

    def __init__(self, table: str) -> None:
        self._table = table

    def state(self) -> FeedState:
        item = event_log.read_state(self._table, FEED)
        return FeedState(item["position"], event_log.chain_of(item)) if item else FeedState()

    def save(self, state: FeedState, *, before: FeedState, event: Event | None = None) -> Items:
        item = event_log.state_item(FEED, chain=state.chain, position=state.position)
        moved = dynamo.put(
            self._table,
            item,
            condition="#position = :before" if before.position else dynamo.NEW,
            values={":before": before.position} if before.position else None,
            names={"#position": "position"} if before.position else None,
        )
        return (moved, *(event_log.append(self._table, event) if event else ()))
