"""Scheduled rules of EventBridge and schedules of EventBridge Scheduler. moto stores them and never fires them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moto.events.models import events_backends
from moto.scheduler.models import scheduler_backends

from localcloud.shims.event_rules import target_input


@dataclass(frozen=True)
class Schedule:
    """Something AWS would do by the clock; here it happens when fired.

    `targets` pairs each target with the payload it gets.
    """

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
