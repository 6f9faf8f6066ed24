"""What send_otp takes from its queue."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from ishtirak.edge.queue import published_event


class CodeRequested(BaseModel):
    """The facts of the event: which challenge a code is asked for."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    challenge_id: str


def code_requested(body: str) -> Mapping[str, str]:
    """The challenge as the use case takes it."""
    requested = CodeRequested.model_validate(published_event(body)["event"].data)
    return {"challenge_id": requested.challenge_id}


def challenge_facts(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the log says of it: the same for a decoy, whatever became of it."""
    return arguments
