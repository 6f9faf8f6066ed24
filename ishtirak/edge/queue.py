"""A queue at the edge.

Each message handled by itself, failures reported one by one, so one bad message delays no other.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from ishtirak.edge.logs import logger, where
from ishtirak.eventlog.event import PublishedEvent
from ishtirak.kernel.errors import DomainError, Unavailable


class _QuietProcessor(BatchProcessor):
    """Reports failures without the tracebacks of every record: those would carry payloads into the log."""

    def failure_handler(self, record: Any, exception: Any) -> Any:
        self.exceptions.append(exception)
        self.fail_messages.append(record)
        return ("fail", type(exception[1]).__name__, record)


type Consumer = Callable[[dict[str, Any], Any], Mapping[str, Any]]
"""What Lambda calls with a batch; the answer names the messages that have to come again."""
type Arguments = Mapping[str, Any]


def consumer(
    use_case: partial[Any],
    *,
    reads: Callable[[str], Arguments],
    log_fields: Callable[[Arguments], Mapping[str, Any]],
    counts: bool = False,
    alarms: tuple[type[Unavailable], ...] = (),
) -> Consumer:
    """The Lambda entry of a queue: `reads` makes the use case's arguments of a message body.

    What became of a message is logged under the use case's name, with the fields `log_fields` takes from the
    arguments and the outcome the use case returned; with `counts`, the outcome is also the name of a metric, as is the
    code of those refusals that somebody has to look at (`alarms`). See `queue` for failures.
    """

    def handle(body: str) -> None:
        arguments = reads(body)
        outcome = use_case(**arguments)
        facts = {**log_fields(arguments), **({} if outcome is None else {"outcome": str(outcome)})}
        logger.info(use_case.func.__name__, extra=facts)
        if counts:
            _count(str(outcome))

    return queue(handle, alarms=alarms)


def queue(handle: Callable[[str], None], *, alarms: tuple[type[Unavailable], ...] = ()) -> Consumer:
    """The Lambda entry of an SQS consumer.

    `handle` gets a message body. What it refuses for good (a DomainError that is not `Unavailable`) is
    logged and acknowledged: to deliver it again would change nothing. Anything else goes back to the
    queue and, after the tries the queue allows, to its dead letters.
    """

    def one(record: SQSRecord) -> None:
        logger.append_keys(message_id=record.message_id)
        try:
            handle(record.body)
        except Unavailable as waiting:
            logger.warning("queue.message_waits", extra={"code": waiting.code})
            if isinstance(waiting, alarms):
                _count(waiting.code)
            raise
        except DomainError as refused:
            logger.warning("queue.message_refused", extra={"code": refused.code})
        except Exception as defect:
            logger.error(
                "queue.message_failed", extra={"kind": type(defect).__name__, "where": where(defect)}
            )
            raise

    def handler(event: dict[str, Any], context: Any) -> Mapping[str, Any]:
        processor = _QuietProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        return process_partial_response(event=event, record_handler=one, processor=processor, context=context)

    return handler


def _count(name: str) -> None:
    with single_metric(name=name, unit=MetricUnit.Count, value=1, namespace="Ishtirak"):
        pass


def published_event(body: str) -> Arguments:
    """The argument `event`: the one inside a bus message (EventBridge → SQS keeps the envelope)."""
    return {"event": PublishedEvent.model_validate(json.loads(body)["detail"])}


def event_facts(arguments: Arguments) -> Mapping[str, Any]:
    """What the log says of the argument `event`."""
    event: PublishedEvent = arguments["event"]
    return {"event_id": event.id, "type": event.type}
