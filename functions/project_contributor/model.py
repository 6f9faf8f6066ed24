"""What project_contributor reads: that something changed about a person's periods, in the envelope of the bus."""

from collections.abc import Mapping
from typing import Any

from ishtirak.edge.queue import published_event


def person_of(body: str) -> Mapping[str, str]:
    """Whose periods changed; what the event says of them is not needed."""
    return {"person_id": str(published_event(body)["event"].data["person_id"])}


def log_fields(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the log says: whom it was about is no matter of the log."""
    return {}
