"""A queue at the edge.

Each message handled by itself, failures reported one by one, so one bad message delays no other.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from pydantic import BaseModel, ConfigDict

from ishtirak.edge.logs import logger, where
from ishtirak.kernel.errors import DomainError, Unavailable


class PublishedEvent(BaseModel):
    """An event item as the bus carries it (the `detail`)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    type: str
    subject: str
    seq: int
    at: str
    actor: str
    data: dict[str, Any]


class _QuietProcessor(BatchProcessor):
    """Reports failures without the tracebacks of every record: those would carry payloads into the log."""

    def failure_handler(self, record: Any, exception: Any) -> Any:
        self.exceptions.append(exception)
        self.fail_messages.append(record)
        return ("fail", type(exception[1]).__name__, record)


def queue(handle: Callable[[str], None]) -> Callable[[dict[str, Any], Any], Mapping[str, Any]]:
    """The Lambda entry of an SQS consumer.

    `handle` gets a message body. What it refuses for good (a DomainError that is not `Unavailable`) is
    logged and acknowledged: to deliver it again would change nothing. Anything else goes back to the
    queue and, after the tries the queue allows, to its dead letters.
    """

    def one(record: SQSRecord) -> None:
        logger.append_keys(message_id=record.message_id)
        try:
            handle(record.body)
        except Unavailable:
            raise
        except DomainError as refused:
            logger.warning("refused for good", extra={"code": refused.code})
        except Exception as defect:
            logger.error("failed", extra={"kind": type(defect).__name__, "where": where(defect)})
            raise

    def handler(event: dict[str, Any], context: Any) -> Mapping[str, Any]:
        processor = _QuietProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        return process_partial_response(event=event, record_handler=one, processor=processor, context=context)

    return handler


def published(body: str) -> PublishedEvent:
    """The event inside a bus message (EventBridge → SQS keeps the envelope)."""
    return PublishedEvent.model_validate(json.loads(body)["detail"])
