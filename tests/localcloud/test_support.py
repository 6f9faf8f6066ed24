"""The support matrix can be read from the command line, and a caller can add to it."""

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from localcloud import support
from localcloud.__main__ import app
from localcloud.cloud import Cloud
from localcloud.deployment import ResourceContext
from localcloud.template import Created, Properties
from tests.localcloud import sample_assembly


def test_the_matrix_says_what_is_supported_and_why_the_rest_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("localcloud.__main__.console", Console(width=200))

    printed = CliRunner().invoke(app, ["support", "SQS"]).stdout

    assert "VisibilityTimeout" in printed
    assert "labels have no effect here" in printed
    assert "AWS::S3::Bucket" not in printed


def test_a_type_of_the_callers_own_is_deployed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(support, "RESOURCE_TYPES", dict(support.RESOURCE_TYPES))
    created: list[Any] = []

    @support.resource_type("Custom::Thing", supported="Size")
    def thing(properties: Properties, context: ResourceContext) -> Created:
        created.append(properties)
        return Created(context.logical_id, {"Size": properties["Size"]})

    template = sample_assembly.template()
    template["Resources"]["Thing"] = {"Type": "Custom::Thing", "Properties": {"Size": 3}}
    template["Outputs"]["Size"] = {"Value": {"Fn::GetAtt": ["Thing", "Size"]}}
    folder = sample_assembly.write(tmp_path / "cdk", template=template)

    with Cloud.start(folder, lambdas="inline") as cloud:
        size = cloud.outputs["Size"]

    assert created == [{"Size": 3}]
    assert str(size) == "3"
