"""Runs CloudFormation's rules and our own Guard rules (`house.guard`) on a synthesised template, offline."""

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
REDUNDANT_DEPENDENCY = "W3005"
RULES = Path(__file__).with_name("house.guard")


@dataclass(frozen=True)
class Violation:
    """One rule a resource breaks."""

    rule: str
    logical_id: str
    message: str


@cache
def _engine() -> CompositeEngine:
    return CompositeEngine(CompositeEngineConfig(guard_rules=[file_to_external_rule_source(RULES)]))


def violations(template: str, *, name: str, own_rules_only: bool = False) -> list[Violation]:
    """Errors and warnings; informational messages are left out."""
    config = ValidateConfig(
        severity_level=Severity.WARN,
        disable_builtin_rules=own_rules_only,
        exclude=RuleFilterConfig(ids=[REDUNDANT_DEPENDENCY]),
    )
    report = _engine().validate_template(TemplateContent(template, name), config)
    return [
        Violation(
            diagnostic.rule_id,
            str(diagnostic.entity.logical_id if diagnostic.entity else ""),
            diagnostic.message,
        )
        for diagnostic in report.diagnostics
    ]
