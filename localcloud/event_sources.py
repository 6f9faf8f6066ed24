"""Event source mappings: queues and table streams feeding functions, as Lambda's own pollers do.

Batches, partial failures, retries, bisection, filters and on-failure destinations. A source sleeps until
something is written, so an event reaches its function within milliseconds; a retry waits for its queue's
visibility time-out.
"""

import base64
import json
import logging
import threading
from collections.abc import Callable
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.events.models import EventPattern
from moto.sqs.models import sqs_backends

from localcloud.functions import Answer, Functions
from localcloud.journal import Entries, Journal
from localcloud.shims.dynamodb_lock import LOCK
from localcloud.targets import TargetDispatcher
from localcloud.template import Properties, TemplateRefused

_log = logging.getLogger(__name__)

_POLL_SECONDS = 0.1
"""How long a sleeping queue source takes to notice that a visibility time-out has passed."""


class EventSource:
    """One mapping, processed by one thread."""

    kind = ""

    def __init__(
        self, mapping: Properties, *, functions: Functions, dispatcher: TargetDispatcher, journal: Journal
    ) -> None:
        self.arn: str = mapping["EventSourceArn"]
        self._function: str = mapping["FunctionName"]
        self._functions = functions
        self._dispatcher = dispatcher
        self._journal = journal
        self._batch = int(mapping.get("BatchSize", 10 if self.kind == "sqs" else 100))
        self._partial = "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", [])
        filters = mapping.get("FilterCriteria", {}).get("Filters", [])
        self._patterns = [EventPattern(None, json.loads(one["Pattern"])) for one in filters]
        self._stopping = threading.Event()
        self._processing = False
        self._thread = threading.Thread(target=self._run, name=f"source {self._function}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def restore(self, kept: Entries) -> None:
        """Go on where a kept cloud was; a queue's messages say that themselves."""

    def stop(self) -> None:
        self._stopping.set()
        self.wake()

    def join(self) -> None:
        self._thread.join(timeout=2)

    def wake(self) -> None:
        """Look for records now: something was written."""

    @property
    def busy(self) -> bool:
        raise NotImplementedError

    def _run(self) -> None:
        while not self._stopping.is_set():
            if not self._wait():
                continue
            self._processing = True
            try:
                self._take_batch()
            except Exception:
                _log.exception("source of %s", self._function)
                self._stopping.wait(1.0)
            finally:
                self._processing = False

    def _wait(self) -> bool:
        """Sleep until there may be something; whether there is."""
        raise NotImplementedError

    def _take_batch(self) -> None:
        raise NotImplementedError

    def _wanted(self, record: Any) -> bool:
        return not self._patterns or any(pattern.matches_event(record) for pattern in self._patterns)

    def _invoke(self, records: list[dict[str, Any]]) -> Answer:
        payload = json.dumps({"Records": records}, default=str).encode()
        return self._functions.invoke(self._function, payload, trigger=self.kind)

    def _failures(self, answer: Answer, identifiers: list[str]) -> set[str]:
        """The records the function did not take; all of them when its report can not be understood."""
        if answer.error is not None:
            return set(identifiers)
        if not self._partial:
            return set()
        try:
            failed = {item["itemIdentifier"] for item in (answer.json() or {}).get("batchItemFailures") or []}
        except (AttributeError, KeyError, TypeError, ValueError):
            return set(identifiers)
        return failed if failed <= set(identifiers) else set(identifiers)


class QueueSource(EventSource):
    """Polls a queue; a message that fails becomes visible again and, after `maxReceiveCount`, a dead letter."""

    kind = "sqs"

    def __init__(self, mapping: Properties, *, account: str, region: str, **parts: Any) -> None:
        super().__init__(mapping, **parts)
        self._region = region
        self._name = self.arn.split(":")[-1]
        self._backend: Any = sqs_backends[account][region]
        self._queue: Any = self._backend.get_queue(self._name)

    @property
    def busy(self) -> bool:
        return self._processing or bool(self._queue.messages)

    def _wait(self) -> bool:
        with self._queue._messages_lock:
            self._queue._messages_lock.wait_for(lambda: self._queue.messages, timeout=_POLL_SECONDS)
        return bool(self._queue.messages) and not self._stopping.is_set()

    def _take_batch(self) -> None:
        visibility = int(self._queue.visibility_timeout)
        messages = self._backend.receive_message(self._name, self._batch, 0, visibility, ["All"])
        records = {message.receipt_handle: self._record(message) for message in messages}
        wanted = {
            handle: record for handle, record in records.items() if self._wanted(_with_json_body(record))
        }
        failed: set[str] = set()
        if wanted:
            answer = self._invoke(list(wanted.values()))
            failed = self._failures(answer, [record["messageId"] for record in wanted.values()])
        for handle, record in records.items():
            if record["messageId"] not in failed:
                self._backend.delete_message(self._name, handle)

    def _record(self, message: Any) -> dict[str, Any]:
        attributes = {
            "ApproximateReceiveCount": str(message.approximate_receive_count),
            "SentTimestamp": str(message.sent_timestamp),
            "SenderId": message.sender_id,
            "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
        }
        if message.group_id is not None:
            attributes["MessageGroupId"] = message.group_id
        return {
            "messageId": message.id,
            "receiptHandle": message.receipt_handle,
            "body": message.body,
            "attributes": attributes,
            "messageAttributes": {
                name: {"stringValue": value.get("StringValue"), "dataType": value["DataType"]}
                for name, value in message.message_attributes.items()
            },
            "md5OfBody": message.body_md5,
            "eventSource": "aws:sqs",
            "eventSourceARN": self.arn,
            "awsRegion": self._region,
        }


def _with_json_body(record: dict[str, Any]) -> dict[str, Any]:
    try:
        return {**record, "body": json.loads(record["body"])}
    except ValueError:
        return record


class StreamSource(EventSource):
    """Reads a table's stream in order; a batch that fails is retried before anything after it is read."""

    kind = "dynamodb"

    def __init__(self, mapping: Properties, *, account: str, region: str, **parts: Any) -> None:
        super().__init__(mapping, **parts)
        self._region = region
        table = self.arn.split(":")[5].split("/")[1]
        backend: Any = dynamodb_backends[account][region]
        self._shard = backend.get_table(table).stream_shard
        self._next: int = 0 if mapping.get("StartingPosition") == "TRIM_HORIZON" else len(self._shard.items)
        self._name = ("position", table, self._function)
        self._retries = int(mapping.get("MaximumRetryAttempts", -1))
        self._bisects = bool(mapping.get("BisectBatchOnFunctionError", False))
        self._on_failure = mapping.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        self._written = threading.Event()

    def start(self) -> None:
        self._record_position()
        super().start()

    def restore(self, kept: Entries) -> None:
        """Go on behind what the function had taken when the kept cloud ended."""
        position = kept.get(self._name)
        if position is not None:
            self._next = max(0, position - self._shard.starting_sequence_number)

    def wake(self) -> None:
        self._written.set()

    @property
    def busy(self) -> bool:
        return self._processing or self._next < len(self._shard.items)

    def _wait(self) -> bool:
        if self._next == len(self._shard.items):
            self._written.wait(1.0)
            self._written.clear()
        return self._next < len(self._shard.items) and not self._stopping.is_set()

    def _take_batch(self) -> None:
        """Take what comes next, and count it as taken once it is: a cloud that is killed begins with it again."""
        records = self._read()
        self._deliver([record for record in records if self._wanted(record)])
        if not self._stopping.is_set():
            self._next += len(records)
            self._record_position()

    def _record_position(self) -> None:
        self._journal.put(self._name, self._shard.starting_sequence_number + self._next)

    def _read(self) -> list[dict[str, Any]]:
        with LOCK:
            items = self._shard.items[self._next : self._next + self._batch]
            return [self._record(item.to_json()) for item in items]

    def _record(self, record: dict[str, Any]) -> dict[str, Any]:
        created = record["dynamodb"]["ApproximateCreationDateTime"].timestamp()
        return {
            **record,
            "awsRegion": self._region,
            "eventSourceARN": self.arn,
            "dynamodb": {**_as_json(record["dynamodb"]), "ApproximateCreationDateTime": created},
        }

    def _deliver(self, records: list[dict[str, Any]]) -> None:
        attempts = 0
        while records and not self._stopping.is_set():
            answer = self._invoke(records)
            numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
            failed = self._failures(answer, numbers)
            if not failed:
                return
            first = next(index for index, number in enumerate(numbers) if number in failed)
            records = records[first:]
            if first == 0 and self._bisects and len(records) > 1:
                half = len(records) // 2
                self._deliver(records[:half])
                self._deliver(records[half:])
                return
            attempts += 1
            if 0 <= self._retries < attempts:
                self._move_to_on_failure(records, attempts)
                return
            self._stopping.wait(min(2.0, 0.1 * 2**attempts))

    def _move_to_on_failure(self, records: list[dict[str, Any]], attempts: int) -> None:
        report = {
            "requestContext": {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": attempts},
            "DDBStreamBatchInfo": {
                "shardId": self._shard.id,
                "startSequenceNumber": records[0]["dynamodb"]["SequenceNumber"],
                "endSequenceNumber": records[-1]["dynamodb"]["SequenceNumber"],
                "batchSize": len(records),
                "streamArn": self.arn,
            },
        }
        self._dispatcher.move_to_dead_letters(
            self._on_failure,
            payload=json.dumps(report),
            source="stream",
            target=self._function,
            reason="retries exhausted",
        )


def _as_json(value: Any) -> Any:
    """The value as an event carries it: bytes are base64."""
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case dict():
            return {name: _as_json(item) for name, item in value.items()}
        case list():
            return [_as_json(item) for item in value]
    return value


class EventSources:
    """All mappings of one cloud."""

    def __init__(self, sources: list[EventSource]) -> None:
        self._sources = sources

    @classmethod
    def of(
        cls,
        mappings: list[Properties],
        *,
        account: str,
        region: str,
        functions: Functions,
        dispatcher: TargetDispatcher,
        journal: Journal,
    ) -> "EventSources":
        kinds: dict[str, Callable[..., EventSource]] = {"sqs": QueueSource, "dynamodb": StreamSource}
        made = []
        for mapping in mappings:
            service = mapping["EventSourceArn"].split(":")[2]
            if service not in kinds:
                raise TemplateRefused(
                    f"AWS::Lambda::EventSourceMapping.EventSourceArn: {service} is not polled here"
                )
            if str(mapping.get("Enabled", True)).lower() == "true":
                made.append(
                    kinds[service](
                        mapping,
                        account=account,
                        region=region,
                        functions=functions,
                        dispatcher=dispatcher,
                        journal=journal,
                    )
                )
        return cls(made)

    def restore(self, kept: Entries) -> None:
        """Let each go on where it was in the cloud these data were kept of."""
        for source in self._sources:
            source.restore(kept)

    def start(self) -> None:
        for source in self._sources:
            source.start()

    def wake(self) -> None:
        for source in self._sources:
            source.wake()

    def stop(self) -> None:
        for source in self._sources:
            source.stop()
        for source in self._sources:
            source.join()

    @property
    def busy(self) -> bool:
        return any(source.busy for source in self._sources)
