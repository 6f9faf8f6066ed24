"""The bus other parts of the system listen on."""

import json
from collections.abc import Sequence
from typing import Final

from ishtirak.adapters.clients import client
from ishtirak.eventlog.event import Event

AT_ONCE: Final = 10
"""EventBridge takes so many entries in one call."""


class EventBridgeBus:
    """The `EventBus` port on EventBridge: in order, at least once."""

    def __init__(self, name: str) -> None:
        self._name = name

    def publish(self, events: Sequence[Event]) -> int:
        taken = 0
        for start in range(0, len(events), AT_ONCE):
            batch = events[start : start + AT_ONCE]
            answer = client("events").put_events(Entries=[self._entry(event) for event in batch])
            refused = [index for index, entry in enumerate(answer["Entries"]) if entry.get("ErrorCode")]
            if answer["FailedEntryCount"] or refused:
                return taken + (refused[0] if refused else 0)
            taken += len(batch)
        return taken

    def _entry(self, event: Event) -> dict[str, str]:
        detail = {
            "id": event.id,
            "type": event.type,
            "subject": event.subject,
            "seq": event.seq,
            "at": event.at,
            "actor": event.actor,
            "data": event.data,
        }
        return {
            "EventBusName": self._name,
            "Source": event.source,
            "DetailType": event.type,
            "Detail": json.dumps(detail, ensure_ascii=False),
        }
