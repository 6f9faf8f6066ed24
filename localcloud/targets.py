"""Delivering to a target by its ARN: from rules, from schedules and to dead-letter queues, with bounded retries."""

import json
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from localcloud.accepted_work import AcceptedWork
from localcloud.functions import Functions
from localcloud.journal import Journal

_RETRIES = 2
_PAUSE_SECONDS = 0.3


@dataclass(frozen=True)
class DeadLetter:
    """A payload no target took and no dead-letter queue was named for."""

    source: str
    target: str
    payload: str
    reason: str
    at: str

    def to_json(self) -> dict[str, str]:
        return asdict(self)


class TargetDispatcher:
    """Delivers payloads to functions, queues, state machines, topics and buses."""

    def __init__(
        self,
        *,
        client: Callable[[str], Any],
        functions: Functions,
        journal: Journal,
        services: Mapping[str, Callable[[str, str], None]] | None = None,
    ) -> None:
        """`services` are further ones that take an ARN and a payload, by their name in an ARN."""
        self._client = client
        self._functions = functions
        self._journal = journal
        self._services = services or {}
        self._lock = threading.Lock()
        self._deliveries = AcceptedWork("delivery", self._try, journal=journal)
        self._dead: dict[str, DeadLetter] = {}

    @property
    def busy(self) -> bool:
        return self._deliveries.busy

    def dead_letters(self) -> list[dict[str, str]]:
        with self._lock:
            return [letter.to_json() for letter in self._dead.values()]

    def send(self, target: dict[str, Any], payload: str, *, source: str = "events") -> None:
        """Deliver in the background; what can not be delivered ends as a dead letter."""
        self._deliveries.accept(target, payload, source)

    def resume(self, delivery: str, what: tuple[dict[str, Any], str, str]) -> None:
        """Deliver what was accepted under that name by the cloud these data were kept of."""
        self._deliveries.resume(delivery, what)

    def restore_dead_letter(self, name: str, letter: DeadLetter) -> None:
        """Put back one of a kept cloud."""
        with self._lock:
            self._dead[name] = letter

    def stop(self) -> None:
        """Give up what would be tried again."""
        self._deliveries.stop()

    def close(self) -> None:
        """Stop, and wait for the deliveries under way."""
        self._deliveries.close(wait=True)

    def _try(self, target: dict[str, Any], payload: str, source: str) -> None:
        retries = min(_RETRIES, target.get("RetryPolicy", {}).get("MaximumRetryAttempts", _RETRIES))
        for attempt in range(retries + 1):
            failure = self._attempt(target, payload)
            if failure is None:
                return
            if attempt < retries and self._deliveries.stopping.wait(_PAUSE_SECONDS * (attempt + 1)):
                return
        dead_letters = target.get("DeadLetterConfig", {}).get("Arn")
        self.move_to_dead_letters(
            dead_letters, payload=payload, source=source, target=target["Arn"], reason=failure or ""
        )

    def _attempt(self, target: dict[str, Any], payload: str) -> str | None:
        try:
            self.deliver(target, payload)
        except Exception as failure:
            return repr(failure)
        return None

    def move_to_dead_letters(
        self, queue_arn: str | None, *, payload: str, source: str, target: str, reason: str
    ) -> None:
        """Send to the dead-letter queue, or, where none is named, keep for `dead_letters`."""
        if queue_arn:
            self.deliver({"Arn": queue_arn}, payload)
            return
        at = datetime.now(UTC).isoformat(timespec="seconds")
        name, letter = str(uuid.uuid4()), DeadLetter(source, target, payload, reason, at)
        self.restore_dead_letter(name, letter)
        self._journal.put(("dead letter", name), letter)

    def deliver(self, target: dict[str, Any], payload: str) -> None:
        """Deliver now, on this thread; raise what went wrong."""
        arn = target["Arn"]
        service = arn.split(":")[2]
        if service == "lambda":
            answer = self._functions.invoke(arn, payload.encode(), trigger="events")
            if answer.error:
                raise RuntimeError(answer.payload.decode(errors="replace")[:500])
        elif service == "states":
            self._client("stepfunctions").start_execution(stateMachineArn=arn, input=payload)
        elif service == "sqs":
            fifo = (
                {"MessageGroupId": group}
                if (group := target.get("SqsParameters", {}).get("MessageGroupId"))
                else {}
            )
            sqs = self._client("sqs")
            url = sqs.get_queue_url(QueueName=arn.split(":")[-1])["QueueUrl"]
            sqs.send_message(QueueUrl=url, MessageBody=payload, **fifo)
        elif service == "sns":
            self._client("sns").publish(TopicArn=arn, Message=payload)
        elif service == "events":
            self._forward(arn.split("/")[-1], json.loads(payload))
        elif service in self._services:
            self._services[service](arn, payload)
        else:
            raise NotImplementedError(f"a target of service {service}: {arn}")

    def _forward(self, bus: str, event: dict[str, Any]) -> None:
        entry = {
            "Source": event["source"],
            "DetailType": event["detail-type"],
            "Detail": json.dumps(event["detail"]),
            "EventBusName": bus,
        }
        self._client("events").put_events(Entries=[entry])
