"""Where people's data is, every upload is scanned, and only the scanner says so."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from infra import acknowledgements
from infra.acknowledgements import ACKNOWLEDGED, ACKNOWLEDGED_IN_PRODUCTION
from infra.gates import house
from infra.scanner import WRITE_TAGS
from ishtirak.documents.limits import limits_on
from ishtirak.use_cases.inspect_document import ScanOverdue
from tests.infra.conftest import NAG, STACKS, Assembly
from tests.infra.test_every_resource import reference

PLAN = "AWS::GuardDuty::MalwareProtectionPlan"
RESULT = "GuardDuty Malware Protection Object Scan Result"


def quarantine(assembly: Assembly) -> str:
    """The logical id of the bucket that strangers upload to."""
    return next(name for name in assembly.resources("AWS::S3::Bucket") if "Quarantine" in name)


def the_plan(assembly: Assembly) -> Mapping[str, Any]:
    (plan,) = assembly.resources(PLAN).values()
    properties: Mapping[str, Any] = plan["Properties"]
    return properties


def documents_queue(assembly: Assembly) -> Mapping[str, Any]:
    """The queue of what happens in quarantine."""
    properties: Mapping[str, Any] = next(
        each["Properties"]
        for name, each in assembly.resources("AWS::SQS::Queue").items()
        if name.startswith("DocumentsQueue") and "RedrivePolicy" in each["Properties"]
    )
    return properties


def result_rules(assembly: Assembly) -> list[Mapping[str, Any]]:
    return [
        rule["Properties"]
        for rule in assembly.resources("AWS::Events::Rule").values()
        if rule["Properties"].get("EventPattern", {}).get("detail-type") == [RESULT]
    ]


def test_the_quarantine_is_scanned_and_tagged(production: Assembly) -> None:
    plan = the_plan(production)

    assert plan["ProtectedResource"] == {"S3Bucket": {"BucketName": {"Ref": quarantine(production)}}}
    assert plan["Actions"] == {"Tagging": {"Status": "ENABLED"}}


def test_the_plan_waits_for_its_permissions(production: Assembly) -> None:
    (plan,) = production.resources(PLAN).values()

    policies = {name for name in production.resources("AWS::IAM::Policy") if "Scanner" in name}

    assert policies
    assert policies <= set(plan["DependsOn"])


def test_nobody_but_the_scanner_writes_a_tag(production: Assembly) -> None:
    role = the_plan(production)["Role"]
    policy = next(
        policy["Properties"]["PolicyDocument"]
        for policy in production.resources("AWS::S3::BucketPolicy").values()
        if policy["Properties"]["Bucket"] == {"Ref": quarantine(production)}
    )

    (denial,) = [each for each in policy["Statement"] if each.get("Sid") == "OnlyTheScannerTags"]

    assert denial["Effect"] == "Deny"
    assert denial["Principal"] == {"AWS": "*"}
    assert denial["Action"] == list(WRITE_TAGS)
    assert denial["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": role}}


def test_no_function_may_write_a_tag_where_the_scanner_does(production: Assembly) -> None:
    """Tags of the clean bucket are lifetimes; those of quarantine are the scanner's word."""
    scanner = reference(the_plan(production)["Role"])

    others = [
        statement
        for policy in production.resources("AWS::IAM::Policy").values()
        if {"Ref": scanner} not in policy["Properties"]["Roles"]
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]

    writing = [each for each in others if set(WRITE_TAGS) & set(as_list(each["Action"]))]

    assert others
    assert writing
    assert not [each for each in writing if "Quarantine" in json.dumps(each["Resource"])]


def test_the_scanner_can_neither_replace_nor_remove_what_was_uploaded(production: Assembly) -> None:
    scanner = reference(the_plan(production)["Role"])
    statements = [
        statement
        for policy in production.resources("AWS::IAM::Policy").values()
        if {"Ref": scanner} in policy["Properties"]["Roles"]
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]

    actions = {action for statement in statements for action in as_list(statement["Action"])}
    written = [each["Resource"] for each in statements if "s3:PutObject" in as_list(each["Action"])]

    assert "s3:DeleteObject" not in actions
    assert [str(each["Fn::Join"][1][-1]) for each in written] == [
        "/malware-protection-resource-validation-object"
    ]


def test_the_scanners_result_wakes_the_inspection(production: Assembly) -> None:
    (rule,) = result_rules(production)
    arrived = next(
        each["Properties"]
        for each in production.resources("AWS::Events::Rule").values()
        if each["Properties"].get("EventPattern", {}).get("detail-type") == ["Object Created"]
    )

    assert rule["EventPattern"]["source"] == ["aws.guardduty"]
    assert rule["EventPattern"]["detail"] == {
        "s3ObjectDetails": {"bucketName": arrived["EventPattern"]["detail"]["bucket"]["name"]}
    }
    assert rule["Targets"][0]["Arn"] == arrived["Targets"][0]["Arn"]
    assert "EventBusName" not in rule


def test_the_tries_of_the_queue_outlast_a_slow_scanner(production: Assembly) -> None:
    queue = documents_queue(production)

    assert queue["VisibilityTimeout"] * queue["RedrivePolicy"]["maxReceiveCount"] >= 15 * 60


@pytest.mark.parametrize("stack", STACKS)
def test_production_keeps_the_rules_too(production: Assembly, stack: str) -> None:
    assert house.violations(production.text(stack), name=stack) == []


def test_every_finding_in_production_has_a_written_reason(production: Assembly) -> None:
    findings = production.findings_of(NAG)

    assert (
        acknowledgements.unacknowledged(findings, acknowledged=ACKNOWLEDGED + ACKNOWLEDGED_IN_PRODUCTION)
        == []
    )
    assert acknowledgements.unused(findings, acknowledged=ACKNOWLEDGED_IN_PRODUCTION) == []


def test_no_environment_is_without_the_scanner(assembly: Assembly, production: Assembly) -> None:
    for each in (assembly, production):
        assert len(each.resources(PLAN)) == len(result_rules(each)) == 1


def test_a_scan_that_is_overdue_is_an_alarm_the_minute_it_is(assembly: Assembly) -> None:
    overdue = 60 * limits_on(date(2026, 11, 25)).scan_overdue_minutes
    (alarm,) = [
        each["Properties"]
        for each in assembly.resources("AWS::CloudWatch::Alarm").values()
        if each["Properties"].get("MetricName") == ScanOverdue.code
    ]

    assert overdue % documents_queue(assembly)["VisibilityTimeout"] == 0
    assert (alarm["Namespace"], alarm["Period"], alarm["Threshold"]) == ("Ishtirak", 60, 1)
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "inspect_document"}]


def as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
