"""A workflow step at the edge.

Typed in, typed out; a refusal by the domain becomes the error name a state can catch.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from pydantic import BaseModel, ConfigDict

from ishtirak.edge.logs import logger
from ishtirak.kernel.errors import DomainError

type Step = Callable[[dict[str, Any], Any], dict[str, Any]]
"""What Lambda calls: the step's input and the context; the answer is the step's output."""


class TaskInput(BaseModel):
    """What every step is given: the name of the run, for the log, and the request it carries."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    execution: str
    request_id: str


def task[Result](
    use_case: partial[Result], *, takes: type[TaskInput], gives: Callable[[Result], BaseModel]
) -> Step:
    """The Lambda entry of a step: the input's fields reach the use case by name, its result is given by a model.

    Errors carry their class name, as Step Functions matches them.
    """

    def step(event: dict[str, Any], context: Any) -> dict[str, Any]:
        given = takes.model_validate(event)
        logger.append_keys(execution=given.execution)
        try:
            result = use_case(**{name: value for name, value in given if name != "execution"})
        except DomainError as refused:
            logger.info("task.refused", extra={"code": refused.code})
            raise
        logger.info("task.done", extra={"step": use_case.func.__name__})
        return gives(result).model_dump(mode="json")

    return step
