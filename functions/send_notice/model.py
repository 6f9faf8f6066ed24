"""What send_notice takes from its queue."""

from collections.abc import Mapping
from typing import Any

from ishtirak.edge.queue import Arguments
from ishtirak.messages.notices import Notice


def notice(body: str) -> Arguments:
    """The notice as the use case takes it."""
    return {"notice": Notice.model_validate_json(body)}


def notice_facts(arguments: Arguments) -> Mapping[str, Any]:
    """What the log says of a notice: the event and the text, and nothing of the person."""
    handed: Notice = arguments["notice"]
    return {"event_id": handed.event_id, "text": handed.code}
