"""A workflow step at the edge.

Typed in, typed out; a refusal by the domain becomes the error name a state can catch.
"""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict

from ishtirak.edge.logs import logger
from ishtirak.kernel.errors import DomainError


class TaskInput(BaseModel):
    """What every step is given: the name of the run, for the log, and the request it carries."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    execution: str
    request_id: str


def task[In: TaskInput, Out: BaseModel](
    run: Callable[[In], Out], *, takes: type[In]
) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """The Lambda entry of a step. Errors carry their class name, as Step Functions matches them."""

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        given = takes.model_validate(event)
        logger.append_keys(execution=given.execution)
        try:
            result = run(given)
        except DomainError as refused:
            logger.info("refused", extra={"code": refused.code})
            raise
        logger.info("done", extra={"step": run.__name__})
        return result.model_dump(mode="json")

    return handler
