"""What AWS services report of themselves: events on the account's default bus."""

from typing import Any

from moto.events.models import events_backends


def publish(event: Any, *, account: str, region: str) -> None:
    """Give the event to every rule of the default bus."""
    for rule in list(events_backends[account][region].event_buses["default"].rules.values()):
        rule.send_to_targets(event, False)
