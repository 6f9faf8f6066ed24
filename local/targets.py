"""Delivering to a target by its ARN: rules, schedules, dead letters; with bounded retries."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from local.functions import Functions

_RETRIES = 2
_PAUSE = 0.3


@dataclass(frozen=True)
class DeadLetter:
    """Something no target took and no dead-letter queue was named for."""

    source: str
    target: str
    payload: str
    reason: str
    at: str

    def to_json(self) -> dict[str, str]:
        return asdict(self)


class Courier:
    """Takes payloads to functions, queues, state machines, topics and buses."""

    def __init__(self, *, client: Callable[[str], Any], functions: Functions) -> None:
        self._client = client
        self._functions = functions
        self._pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="courier")
        self._lock = threading.Lock()
        self._pending = 0
        self._dead: list[DeadLetter] = []

    @property
    def busy(self) -> bool:
        return self._pending > 0

    def dead_letters(self) -> list[dict[str, str]]:
        with self._lock:
            return [letter.to_json() for letter in self._dead]

    def send(self, target: dict[str, Any], payload: str, *, source: str = "events") -> None:
        """Deliver in the background; what can not be delivered ends as a dead letter."""
        with self._lock:
            self._pending += 1
        self._pool.submit(self._send, target, payload, source)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _send(self, target: dict[str, Any], payload: str, source: str) -> None:
        try:
            retries = min(_RETRIES, target.get("RetryPolicy", {}).get("MaximumRetryAttempts", _RETRIES))
            for attempt in range(retries + 1):
                reason = self._attempt(target, payload)
                if reason is None:
                    return
                if attempt < retries:
                    time.sleep(_PAUSE * (attempt + 1))
            dead_letters = target.get("DeadLetterConfig", {}).get("Arn")
            self.bury(dead_letters, payload, source, target["Arn"], reason or "")
        finally:
            with self._lock:
                self._pending -= 1

    def _attempt(self, target: dict[str, Any], payload: str) -> str | None:
        try:
            self.deliver(target, payload)
        except Exception as failure:
            return repr(failure)
        return None

    def bury(self, queue_arn: str | None, payload: str, source: str, target: str, reason: str) -> None:
        """To the named queue, or to the list the developer can look at."""
        if queue_arn:
            self.deliver({"Arn": queue_arn}, payload)
            return
        at = datetime.now(UTC).isoformat(timespec="seconds")
        with self._lock:
            self._dead.append(DeadLetter(source, target, payload, reason, at))

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


@dataclass(frozen=True)
class Schedule:
    """Something that would happen by the clock; here it happens when fired."""

    name: str
    expression: str
    timezone: str
    targets: tuple[tuple[dict[str, Any], str], ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "expression": self.expression,
            "timezone": self.timezone,
            "targets": [target["Arn"] for target, _ in self.targets],
        }


def schedules(account: str, region: str, *, now: datetime) -> list[Schedule]:
    """Scheduled rules and Scheduler schedules, with what each would send at `now`."""
    from moto.events.models import events_backends
    from moto.scheduler.models import scheduler_backends

    at = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    found = [
        _scheduled_rule(rule, account, region, at)
        for bus in events_backends[account][region].event_buses.values()
        for rule in bus.rules.values()
        if rule.scheduled_expression and rule.state == "ENABLED"
    ]
    for group in scheduler_backends[account][region].schedule_groups.values():
        for entry in group.schedules.values():
            if entry.state == "ENABLED":
                text = (entry.target.get("Input") or "{}").replace("<aws.scheduler.scheduled-time>", at)
                zone = entry.schedule_expression_timezone or "UTC"
                found.append(Schedule(entry.name, entry.schedule_expression, zone, ((entry.target, text),)))
    return found


def _scheduled_rule(rule: Any, account: str, region: str, at: str) -> Schedule:
    from local.shims.event_rules import target_input

    event = {
        "version": "0",
        "id": f"scheduled-{rule.name}-{at}",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": account,
        "time": at,
        "region": region,
        "resources": [rule.arn],
        "detail": {},
    }
    targets = tuple((target, target_input(target, event)) for target in rule.targets)
    return Schedule(rule.name, rule.scheduled_expression, "UTC", targets)
