"""Runs the CloudFormation rules and our own Guard rules over a synthesised template, offline."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cloudformation_validate import (
    CompositeEngine,
    CompositeEngineConfig,
    RuleFilterConfig,
    Severity,
    TemplateContent,
    ValidateConfig,
    file_to_external_rule_source,
)

#: The CDK writes each dependency on a role twice; harmless, and not ours to change.
CDK_ORDERS_ITS_OWN = "W3005"
RULES = Path(__file__).with_name("house.guard")


@dataclass(frozen=True)
class Violation:
    """One rule a resource breaks."""

    rule: str
    where: str
    message: str


@cache
def _engine() -> CompositeEngine:
    return CompositeEngine(CompositeEngineConfig(guard_rules=[file_to_external_rule_source(RULES)]))


def violations(template: str, *, name: str, own_rules_only: bool = False) -> list[Violation]:
    """What the engine finds, warnings included; information is left out."""
    config = ValidateConfig(
        severity_level=Severity.WARN,
        disable_builtin_rules=own_rules_only,
        exclude=RuleFilterConfig(ids=[CDK_ORDERS_ITS_OWN]),
    )
    report = _engine().validate_template(TemplateContent(template, name), config)
    return [
        Violation(found.rule_id, str(found.entity.logical_id if found.entity else ""), found.message)
        for found in report.diagnostics
    ]
