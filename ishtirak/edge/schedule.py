"""A schedule at the edge: the time it fires at is nobody's argument, the use case has a clock."""

from collections.abc import Callable
from functools import partial
from typing import Any

from ishtirak.edge.logs import logger

type Scheduled = Callable[[dict[str, Any], Any], None]
"""What Lambda calls when the schedule fires."""


def scheduled(use_case: partial[Any]) -> Scheduled:
    """The Lambda entry of a schedule; what the use case came to is logged under its name."""

    def handler(_event: dict[str, Any], _context: Any) -> None:
        outcome = use_case()
        logger.info(use_case.func.__name__, extra={"outcome": str(outcome)})

    return handler
