"""A matching rule delivers to its targets as EventBridge does.

Upstream: moto 5.2.5 raises `NotImplementedError` from PutEvents for Lambda, Step Functions and SNS targets,
fails on the unquoted placeholders CDK writes into input templates, ignores `Input` and `InputPath`, and
sends for disabled rules. No issue known. Here: the payload each target asked for, delivered apart from the
caller, with retries and the target's dead-letter queue.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moto.events.models import Rule

from localcloud.patches import Patches

type Deliver = Callable[[dict[str, Any], str], None]


def install(patches: Patches, deliver: Deliver) -> None:
    def send_to_targets(rule: Any, original_event: dict[str, Any], *_: Any, **__: Any) -> None:
        if rule.state != "ENABLED" or not rule.event_pattern.matches_event(original_event):
            return
        event = {**original_event, "time": _timestamp(original_event["time"])}
        for target in list(rule.targets):
            deliver(target, target_input(target, event))

    patches.replace(Rule, "send_to_targets", send_to_targets)


def target_input(target: dict[str, Any], event: dict[str, Any]) -> str:
    """The input the target asked for: the event, a part of it, or a transformed text."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        return json.dumps(_at(event, target["InputPath"]), ensure_ascii=False)
    transformer = target.get("InputTransformer")
    if not transformer:
        return json.dumps(event, ensure_ascii=False)
    values = {name: _at(event, path) for name, path in transformer.get("InputPathsMap", {}).items()}
    values["aws.events.event.json"] = event
    values["aws.events.event.ingestion-time"] = event["time"]
    return _fill(transformer["InputTemplate"], values)


def _fill(template: str, values: dict[str, Any]) -> str:
    def value_of(match: re.Match[str]) -> str:
        before = template[: match.start()]
        quoted = (before.count('"') - before.count('\\"')) % 2 == 1
        value = values.get(match[1])
        text = json.dumps(value, ensure_ascii=False)
        if not quoted:
            return text
        return text[1:-1] if isinstance(value, str) else text.replace('"', '\\"')

    return re.sub(r"<([\w.\-]+)>", value_of, template)


def _at(event: Any, path: str) -> Any:
    for name in path.removeprefix("$").split("."):
        if name:
            event = event.get(name) if isinstance(event, dict) else None
    return event


def _timestamp(time: Any) -> str:
    if isinstance(time, str):
        return time
    return datetime.fromtimestamp(float(time), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
