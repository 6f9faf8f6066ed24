"""The template is the only source: what it says happens, and what would not happen is refused."""

import copy
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from localcloud.assembly import Assembly, SynthesisFailed, is_stale, synthesise
from localcloud.cloud import Cloud
from localcloud.support import RESOURCE_TYPES
from localcloud.template import Scope, TemplateRefused, creation_order
from tests.localcloud import sample_assembly
from tests.localcloud.conftest import eventually, seen_json


@pytest.fixture
def template() -> dict[str, Any]:
    return copy.deepcopy(sample_assembly.template())


def _started(directory: Path, template: dict[str, Any]) -> Cloud:
    return Cloud.start(sample_assembly.write(directory / "cdk", template=template), lambdas="inline")


def test_a_resource_type_nobody_knows_is_refused_by_name(tmp_path: Path, template: dict[str, Any]) -> None:
    template["Resources"]["Odd"] = {"Type": "AWS::Glue::Job", "Properties": {}}

    with pytest.raises(TemplateRefused, match=r"Odd: .*AWS::Glue::Job"):
        _started(tmp_path, template)


@pytest.mark.parametrize(
    ("resource", "change", "named"),
    [
        ("Table", {"ImportSourceSpecification": {}}, "AWS::DynamoDB::Table.ImportSourceSpecification"),
        ("Queue", {"Surprise": 1}, "AWS::SQS::Queue.Surprise"),
        (
            "Hourly",
            {"Target": {"Arn": "a", "SqsParameters": {}}},
            "AWS::Scheduler::Schedule.Target.SqsParameters",
        ),
        (
            "Api",
            {"VpcConfig": {}, "FileSystemConfigs": []},
            "AWS::Lambda::Function.FileSystemConfigs, .*VpcConfig",
        ),
        (
            "Bucket",
            {"NotificationConfiguration": {"LambdaConfigurations": []}},
            "AWS::S3::Bucket.NotificationConfiguration.LambdaConfigurations",
        ),
    ],
)
def test_an_unsupported_property_is_refused_by_name(
    tmp_path: Path, template: dict[str, Any], resource: str, change: dict[str, Any], named: str
) -> None:
    template["Resources"][resource]["Properties"] |= change

    with pytest.raises(TemplateRefused, match=named):
        _started(tmp_path, template)


def test_a_refused_template_leaves_no_cloud_behind(tmp_path: Path, template: dict[str, Any]) -> None:
    broken = copy.deepcopy(template)
    broken["Resources"]["Odd"] = {"Type": "AWS::Glue::Job"}
    with pytest.raises(TemplateRefused):
        _started(tmp_path, broken)

    with _started(tmp_path, template) as cloud:
        assert cloud.outputs["Table"]


def test_every_property_that_is_not_modelled_says_why() -> None:
    silent = [
        f"{resource.name}.{path}"
        for resource in RESOURCE_TYPES.values()
        for path, why in resource.not_modelled.items()
        if len(why) < 10
    ]

    assert silent == []


def test_a_circle_is_refused_with_its_members() -> None:
    circle = {"Resources": {"A": {"Ref": "B"}, "B": {"Fn::GetAtt": "A.Arn"}}}

    with pytest.raises(TemplateRefused, match=r"circular references: .*A.*B"):
        creation_order(circle)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ({"Ref": "Named"}, "default"),
        ({"Fn::Sub": "a-${Named}-${!kept}"}, "a-default-${kept}"),
        ({"Fn::Sub": ["${x}/${AWS::Region}", {"x": {"Ref": "Named"}}]}, "default/here"),
        ({"Fn::Join": [",", ["a", {"Ref": "Named"}]]}, "a,default"),
        ({"Fn::Select": [1, {"Fn::Split": ["-", "a-b"]}]}, "b"),
        ({"Fn::If": ["Yes", "then", "else"]}, "then"),
        ([1, {"Ref": "AWS::NoValue"}], [1]),
        ({"kept": 1, "gone": {"Fn::If": ["No", 1, {"Ref": "AWS::NoValue"}]}}, {"kept": 1}),
        ({"Fn::FindInMap": ["Map", "top", "second"]}, "found"),
        ({"Fn::ImportValue": "exported"}, "there"),
        ({"Fn::Base64": "x"}, "eA=="),
    ],
)
def test_intrinsic_functions(expression: Any, value: Any) -> None:
    template = {
        "Parameters": {"Named": {"Type": "String", "Default": "default"}},
        "Conditions": {"Yes": {"Fn::Equals": ["a", "a"]}, "No": {"Fn::Not": [{"Condition": "Yes"}]}},
        "Mappings": {"Map": {"top": {"second": "found"}}},
    }
    scope = Scope(pseudo={"AWS::Region": "here"}, template=template, exports={"exported": "there"})

    assert scope.resolve(expression) == value


@pytest.mark.parametrize(
    "expression", [{"Fn::Cidr": []}, {"Ref": "Nothing"}, {"Fn::GetAtt": ["A", "B"]}, {"Fn::ImportValue": "x"}]
)
def test_an_expression_that_means_nothing_is_refused(expression: Any) -> None:
    with pytest.raises(TemplateRefused):
        Scope(pseudo={}, template={}, exports={}).resolve(expression)


def test_stacks_are_deployed_after_those_they_depend_on(tmp_path: Path) -> None:
    def stack(name: str, after: list[str]) -> dict[str, Any]:
        (tmp_path / f"{name}.json").write_text("{}")
        properties = {"templateFile": f"{name}.json"}
        return {"type": "aws:cloudformation:stack", "properties": properties, "dependencies": after}

    artifacts = {"C": stack("C", ["B"]), "A": stack("A", []), "B": stack("B", ["A"])}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))

    assert [one.name for one in Assembly.read(tmp_path).stacks] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("environment", "place"),
    [
        ("aws://111111111111/ap-south-1", ("111111111111", "ap-south-1")),
        ("aws://unknown-account/unknown-region", ("123456789012", "us-east-1")),
        ("aws://unknown-account/ap-south-1", ("123456789012", "ap-south-1")),
    ],
)
def test_an_assembly_is_deployed_where_it_says_and_else_where_it_is_told(
    tmp_path: Path, environment: str, place: tuple[str, str]
) -> None:
    stack = {"templateFile": "t.json"}
    artifacts = {"A": {"type": "aws:cloudformation:stack", "environment": environment, "properties": stack}}
    (tmp_path / "t.json").write_text("{}")
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))

    read = Assembly.read(tmp_path, region="us-east-1")

    assert (read.account, read.region) == place


def test_the_region_without_a_location_constraint_has_buckets_too(
    tmp_path: Path, template: dict[str, Any]
) -> None:
    folder = sample_assembly.write(tmp_path / "cdk", template=template)

    with Cloud.start(folder, lambdas="inline", region="us-east-1") as cloud:
        listed = cloud.client("s3").list_buckets()["Buckets"]

    assert [one["Name"] for one in listed] == [cloud.outputs["Bucket"]]


def test_an_app_that_writes_no_assembly_is_quoted(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('no stacks')"]

    with pytest.raises(SynthesisFailed, match="no stacks"):
        synthesise(tmp_path / "cdk.out", command=command, run_in=tmp_path)


def test_an_assembly_older_than_its_sources_is_stale(tmp_path: Path) -> None:
    import os

    (tmp_path / "infra").mkdir()
    source = tmp_path / "infra/app.py"
    source.touch()
    manifest = tmp_path / "cdk.out/manifest.json"
    assert is_stale(tmp_path / "cdk.out", sources=[tmp_path / "infra"])
    manifest.parent.mkdir()
    manifest.touch()
    os.utime(source, (100, 100))
    assert not is_stale(tmp_path / "cdk.out", sources=[tmp_path / "infra"])

    os.utime(source, (manifest.stat().st_mtime + 5,) * 2)

    assert is_stale(tmp_path / "cdk.out", sources=[tmp_path / "infra"])


class TestChangingTheTemplateChangesTheRun:
    """Nothing else is edited."""

    def test_a_route(self, tmp_path: Path, template: dict[str, Any]) -> None:
        paths = template["Resources"]["Rest"]["Properties"]["Body"]["paths"]
        paths["/renamed/{id}"] = paths.pop("/things/{id}")

        with _started(tmp_path, template) as cloud:
            assert cloud.request("GET", "/things/7").status_code == 403
            answer = cloud.request("GET", "/renamed/7").get_json()

        assert answer["event"]["resource"] == "/renamed/{id}"

    def test_a_table_key(self, tmp_path: Path, template: dict[str, Any]) -> None:
        properties = template["Resources"]["Table"]["Properties"]
        for listed in (*properties["KeySchema"], *properties["AttributeDefinitions"]):
            listed["AttributeName"] = {"pk": "first", "sk": "second"}[listed["AttributeName"]]

        with _started(tmp_path, template) as cloud:
            old = cloud.request("POST", "/things", json={"do": "put", "pk": "x"})
            item = {"first": {"S": "a"}, "second": {"S": "b"}}
            cloud.client("dynamodb").put_item(TableName=cloud.outputs["Table"], Item=item)

        assert old.status_code == 502

    def test_an_environment_name(self, tmp_path: Path, template: dict[str, Any]) -> None:
        variables = template["Resources"]["Api"]["Properties"]["Environment"]["Variables"]
        variables["OTHER"] = variables.pop("TABLE")

        with _started(tmp_path, template) as cloud:
            answer = cloud.request("GET", "/things/7")

        assert answer.status_code == 502

    def test_a_state(self, tmp_path: Path, template: dict[str, Any]) -> None:
        definition = sample_assembly.workflow()
        definition["States"]["Silent"]["Output"] = {"answer": "changed"}
        template["Resources"]["Machine"]["Properties"]["DefinitionString"] = json.dumps(definition)

        with _started(tmp_path, template) as cloud:
            states = cloud.client("stepfunctions")
            given = json.dumps({"say": "x", "seconds": 60})
            started = states.start_execution(stateMachineArn=cloud.outputs["Machine"], name="s", input=given)
            assert eventually(lambda: cloud.executions.describe("s")["waiting"])
            cloud.executions.expire("s")
            assert cloud.settle()
            output = states.describe_execution(executionArn=started["executionArn"])["output"]

        assert json.loads(output) == {"answer": "changed"}

    def test_a_rule(self, tmp_path: Path, template: dict[str, Any]) -> None:
        template["Resources"]["ToMail"]["Properties"]["EventPattern"]["source"] = ["renamed"]
        entry = {"Source": "renamed", "DetailType": "Written", "Detail": "{}", "EventBusName": "sample"}

        with _started(tmp_path, template) as cloud:
            cloud.client("events").put_events(Entries=[entry])
            assert cloud.settle()
            heard = seen_json(cloud, "event")

        assert [one["source"] for one in heard] == ["renamed"]
