"""The gates judge the real templates, and each of them can say no."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra import acknowledgements
from infra.acknowledgements import ACKNOWLEDGED, NagFinding
from infra.gates import house
from tests.infra.conftest import NAG, STACKS, Assembly

Break = Callable[[dict[str, Any]], None]


def test_the_cdk_finds_nothing_wrong_with_the_templates(assembly: Assembly) -> None:
    assert assembly.plugins() <= {NAG}


def test_the_cdk_validates_templates_at_all(tmp_path: Path) -> None:
    import aws_cdk as cdk

    from infra import app as composition

    app = cdk.App(context=composition.context(), outdir=str(tmp_path), analytics_reporting=False)
    stack = cdk.Stack(app, "Wrong", env=cdk.Environment(region="eu-central-1"))
    cdk.CfnResource(stack, "Queue", type="AWS::SQS::Queue", properties={"VisibilityTimeout": 99_999_999})

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()


@pytest.mark.parametrize("stack", STACKS)
def test_the_templates_keep_cloudformations_rules_and_ours(assembly: Assembly, stack: str) -> None:
    assert house.violations(assembly.text(stack), name=stack) == []


def test_every_finding_of_the_nag_pack_has_a_written_reason(assembly: Assembly) -> None:
    assert acknowledgements.unacknowledged(assembly.findings_of(NAG)) == []


def test_no_reason_outlives_its_finding(assembly: Assembly) -> None:
    assert acknowledgements.unused(assembly.findings_of(NAG)) == []


def test_a_new_finding_and_an_unused_reason_are_both_reported() -> None:
    new = NagFinding("AwsSolutions-S1", "IshtirakData/Documents/Clean/Resource")

    assert acknowledgements.unacknowledged([new]) == [new]
    assert acknowledgements.unused([new]) == list(ACKNOWLEDGED)


def test_every_acknowledgement_says_why() -> None:
    assert [answer.rule for answer in ACKNOWLEDGED if len(answer.reason) < 40] == []


def _set(kind: str, path: str, value: Any) -> Break:
    """Give the first resource of a kind another property; `None` takes the property away."""

    def change(template: dict[str, Any]) -> None:
        place = next(each for each in template["Resources"].values() if each["Type"] == kind)
        *way, last = path.split(".")
        place = place["Properties"]
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step]
        key: Any = int(last) if isinstance(place, list) else last
        if value is None:
            del place[key]
        else:
            place[key] = value

    return change


def _every_queue_open(template: dict[str, Any]) -> None:
    queues = [each for each in template["Resources"].values() if each["Type"] == "AWS::SQS::Queue"]
    for queue in queues:
        queue["Properties"].pop("SqsManagedSseEnabled", None)
        queue["Properties"].pop("KmsMasterKeyId", None)


def _plain_http(template: dict[str, Any]) -> None:
    policy = next(each for each in template["Resources"].values() if each["Type"] == "AWS::S3::BucketPolicy")
    for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
        statement.pop("Condition", None)


def _managed_policy(template: dict[str, Any]) -> None:
    role = next(
        each
        for each in template["Resources"].values()
        if each["Type"] == "AWS::IAM::Role" and "lambda.amazonaws.com" in json.dumps(each)
    )
    role["Properties"]["ManagedPolicyArns"] = ["arn:aws:iam::aws:policy/AdministratorAccess"]


STATEMENT = "PolicyDocument.Statement.0"
BREAKS: list[tuple[str, str, Break]] = [
    ("function_platform", "IshtirakService", _set("AWS::Lambda::Function", "Architectures", ["x86_64"])),
    ("function_platform", "IshtirakService", _set("AWS::Lambda::Function", "Runtime", "python3.12")),
    (
        "function_is_observable",
        "IshtirakService",
        _set("AWS::Lambda::Function", "TracingConfig.Mode", "PassThrough"),
    ),
    (
        "function_is_observable",
        "IshtirakService",
        _set("AWS::Lambda::Function", "LoggingConfig.LogFormat", "Text"),
    ),
    (
        "function_is_observable",
        "IshtirakService",
        _set("AWS::Lambda::Function", "LoggingConfig.LogGroup", None),
    ),
    ("function_is_observable", "IshtirakService", _set("AWS::Lambda::Function", "Timeout", 900)),
    (
        "table_is_recoverable",
        "IshtirakData",
        _set("AWS::DynamoDB::Table", "PointInTimeRecoverySpecification", None),
    ),
    ("table_is_recoverable", "IshtirakData", _set("AWS::DynamoDB::Table", "BillingMode", "PROVISIONED")),
    (
        "table_is_encrypted",
        "IshtirakData",
        _set("AWS::DynamoDB::Table", "SSESpecification.KMSMasterKeyId", None),
    ),
    (
        "table_is_encrypted",
        "IshtirakData",
        _set("AWS::DynamoDB::Table", "SSESpecification.SSEEnabled", False),
    ),
    (
        "table_has_stream",
        "IshtirakData",
        _set("AWS::DynamoDB::Table", "StreamSpecification.StreamViewType", "KEYS_ONLY"),
    ),
    (
        "bucket_is_private",
        "IshtirakData",
        _set("AWS::S3::Bucket", "PublicAccessBlockConfiguration.BlockPublicPolicy", False),
    ),
    ("bucket_is_encrypted", "IshtirakData", _set("AWS::S3::Bucket", "BucketEncryption", None)),
    ("bucket_requires_tls", "IshtirakData", _plain_http),
    ("queue_is_encrypted", "IshtirakService", _every_queue_open),
    ("log_group_has_retention", "IshtirakService", _set("AWS::Logs::LogGroup", "RetentionInDays", None)),
    ("log_group_has_retention", "IshtirakService", _set("AWS::Logs::LogGroup", "RetentionInDays", 3653)),
    (
        "policy_names_its_actions",
        "IshtirakService",
        _set("AWS::IAM::Policy", f"{STATEMENT}.Action", "dynamodb:*"),
    ),
    ("policy_names_its_actions", "IshtirakService", _set("AWS::IAM::Policy", f"{STATEMENT}.Action", ["*"])),
    (
        "policy_names_its_actions",
        "IshtirakService",
        _set("AWS::IAM::Policy", f"{STATEMENT}.NotResource", "a"),
    ),
    (
        "policy_names_its_actions",
        "IshtirakService",
        _set("AWS::IAM::Policy", f"{STATEMENT}.NotAction", "a:B"),
    ),
    (
        "policy_names_its_resources",
        "IshtirakService",
        _set("AWS::IAM::Policy", "PolicyDocument.Statement.1.Resource", "*"),
    ),
    ("role_has_no_managed_policy", "IshtirakService", _managed_policy),
    ("key_is_rotated", "IshtirakData", _set("AWS::KMS::Key", "EnableKeyRotation", False)),
    ("secret_is_encrypted", "IshtirakData", _set("AWS::SecretsManager::Secret", "KmsKeyId", None)),
    (
        "secret_is_encrypted",
        "IshtirakData",
        _set("AWS::SecretsManager::Secret", "SecretString", '{"key": "k"}'),
    ),
    ("topic_is_encrypted", "IshtirakService", _set("AWS::SNS::Topic", "KmsMasterKeyId", None)),
    (
        "workflow_is_observable",
        "IshtirakService",
        _set("AWS::StepFunctions::StateMachine", "LoggingConfiguration.IncludeExecutionData", True),
    ),
    (
        "workflow_is_observable",
        "IshtirakService",
        _set("AWS::StepFunctions::StateMachine", "LoggingConfiguration.Level", "ERROR"),
    ),
    (
        "workflow_is_observable",
        "IshtirakService",
        _set("AWS::StepFunctions::StateMachine", "StateMachineType", "EXPRESS"),
    ),
    (
        "no_self_registration",
        "IshtirakData",
        _set("AWS::Cognito::UserPool", "AdminCreateUserConfig.AllowAdminCreateUserOnly", False),
    ),
    (
        "client_flows_are_limited",
        "IshtirakData",
        _set("AWS::Cognito::UserPoolClient", "ExplicitAuthFlows.0", "ALLOW_USER_PASSWORD_AUTH"),
    ),
    ("stage_is_observable", "IshtirakService", _set("AWS::ApiGateway::Stage", "TracingEnabled", False)),
    ("stage_is_observable", "IshtirakService", _set("AWS::ApiGateway::Stage", "AccessLogSetting", None)),
    (
        "stage_is_observable",
        "IshtirakService",
        _set("AWS::ApiGateway::Stage", "MethodSettings.0.DataTraceEnabled", True),
    ),
    (
        "event_source_reports_item_failures",
        "IshtirakService",
        _set("AWS::Lambda::EventSourceMapping", "FunctionResponseTypes", None),
    ),
    (
        "alarm_names_a_runbook",
        "IshtirakService",
        _set("AWS::CloudWatch::Alarm", "AlarmDescription", "Something is wrong"),
    ),
    ("alarm_names_a_runbook", "IshtirakService", _set("AWS::CloudWatch::Alarm", "AlarmActions", [])),
]


@pytest.mark.parametrize(
    ("rule", "stack", "spoil"), BREAKS, ids=[f"{rule}-{n}" for n, (rule, *_) in enumerate(BREAKS)]
)
def test_a_house_rule_refuses_what_breaks_it(assembly: Assembly, rule: str, stack: str, spoil: Break) -> None:
    template = copy.deepcopy(assembly.template(stack))
    template["Resources"] = {  # the API's document is most of the template and breaks no rule of ours
        name: each
        for name, each in template["Resources"].items()
        if each["Type"] != "AWS::ApiGateway::RestApi"
    }
    spoil(template)

    found = house.violations(json.dumps(template), name=stack, own_rules_only=True)

    assert rule in {each.rule for each in found}


def test_every_house_rule_has_a_template_that_breaks_it() -> None:
    written = {
        line.split()[1]
        for line in house.RULES.read_text(encoding="utf-8").splitlines()
        if line.startswith("rule ")
    }

    assert written == {rule for rule, *_ in BREAKS}
