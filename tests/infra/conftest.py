"""One synthesis for the whole run, with cdk-nag beside the CDK's own validation."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra import app as composition  # first of all: it points jsii at the bundled node
from infra.acknowledgements import NagFinding
from tests.workers import locked

Resource = Mapping[str, Any]


@dataclass(frozen=True)
class Assembly:
    """What synthesis wrote."""

    folder: Path
    report: Mapping[str, Any]

    def text(self, stack: str) -> str:
        """A stack's template as it would be deployed."""
        return (self.folder / f"{stack}.template.json").read_text(encoding="utf-8")

    def template(self, stack: str) -> dict[str, Any]:
        """A stack's template, read."""
        read: dict[str, Any] = json.loads(self.text(stack))
        return read

    def resources(self, kind: str) -> dict[str, Resource]:
        """Every resource of a CloudFormation type, in both stacks, by logical id."""
        return {
            name: resource
            for stack in STACKS
            for name, resource in self.template(stack)["Resources"].items()
            if resource["Type"] == kind
        }

    def findings_of(self, plugin: str) -> list[NagFinding]:
        """Findings of one validation plugin."""
        return list(self._findings(plugin))

    def plugins(self) -> set[str]:
        """Which plugins reported anything."""
        return {report["pluginName"] for report in self.report["pluginReports"]}

    def _findings(self, plugin: str) -> Iterator[NagFinding]:
        for report in self.report["pluginReports"]:
            for violation in report["violations"] if report["pluginName"] == plugin else []:
                for construct in violation["violatingConstructs"]:
                    yield NagFinding(violation["ruleName"], construct["constructPath"])


STACKS = ("IshtirakData", "IshtirakService")
NAG = "AwsSolutions"


def synthesised(folder: Path, **overrides: Any) -> Assembly:
    """An environment, synthesised by the first who asks; findings do not stop it here, the tests judge them."""
    report = folder / "validation-report.json"
    with locked(folder.with_suffix(".lock")):
        if not report.exists():
            _synthesise(folder, **overrides)
    return Assembly(folder, json.loads(report.read_text(encoding="utf-8")))


def _synthesise(folder: Path, **overrides: Any) -> None:
    import aws_cdk as cdk
    from cdk_nag import AwsSolutionsChecks

    composed = composition.compose(composition.context(**overrides), output=folder)
    cdk.Validations.of(composed.app).add_plugins(AwsSolutionsChecks(composed.app))
    with pytest.raises(RuntimeError, match="ValidationFailed"):  # the pack's findings; see acknowledgements
        composed.app.synth()


@pytest.fixture(scope="session")
def assembly(shared_folder: Path) -> Assembly:
    """The development environment."""
    return synthesised(shared_folder / "development")


@pytest.fixture(scope="session")
def production(shared_folder: Path) -> Assembly:
    """What is deployed where people's data is."""
    return synthesised(shared_folder / "production", environment="production")
