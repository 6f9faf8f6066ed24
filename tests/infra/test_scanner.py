"""Where people's data is, every upload is scanned, and only the scanner says so."""

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from infra import acknowledgements
from infra.acknowledgements import ACKNOWLEDGED, ACKNOWLEDGED_IN_PRODUCTION
from infra.gates import house
from infra.scanner import WRITE_TAGS
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


def inspecting(assembly: Assembly) -> Mapping[str, Any]:
    """The environment of the function that believes the tag."""
    variables: Mapping[str, Any] = next(
        function["Properties"]["Environment"]["Variables"]
        for function in assembly.resources("AWS::Lambda::Function").values()
        if "inspect_document" in function["Properties"]["Handler"]
    )
    return variables


def result_rules(assembly: Assembly) -> list[Mapping[str, Any]]:
    return [
        rule["Properties"]
        for rule in assembly.resources("AWS::Events::Rule").values()
        if rule["Properties"]["EventPattern"]["detail-type"] == [RESULT]
    ]


def test_the_quarantine_is_scanned_and_tagged(production: Assembly) -> None:
    plan = the_plan(production)

    assert plan["ProtectedResource"] == {"S3Bucket": {"BucketName": {"Ref": quarantine(production)}}}
    assert plan["Actions"] == {"Tagging": {"Status": "ENABLED"}}
    assert inspecting(production)["MALWARE_SCAN"] == "tag"


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


def test_tags_are_read_only_where_somebody_writes_them(production: Assembly, assembly: Assembly) -> None:
    assert may_read_tags(production)
    assert not may_read_tags(assembly)


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
        if each["Properties"]["EventPattern"]["detail-type"] == ["Object Created"]
    )

    assert rule["EventPattern"]["source"] == ["aws.guardduty"]
    assert rule["EventPattern"]["detail"] == {
        "s3ObjectDetails": {"bucketName": arrived["EventPattern"]["detail"]["bucket"]["name"]}
    }
    assert rule["Targets"][0]["Arn"] == arrived["Targets"][0]["Arn"]
    assert "EventBusName" not in rule


def test_the_tries_of_the_queue_outlast_a_slow_scanner(production: Assembly) -> None:
    queue = next(
        each["Properties"]
        for name, each in production.resources("AWS::SQS::Queue").items()
        if name.startswith("DocumentsQueue") and "RedrivePolicy" in each["Properties"]
    )

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


def test_a_machine_without_a_scanner_has_neither_plan_nor_rule(assembly: Assembly) -> None:
    assert inspecting(assembly)["MALWARE_SCAN"] == "off"
    assert assembly.resources(PLAN) == {}
    assert result_rules(assembly) == []


def test_the_local_cloud_refuses_a_scanner_it_cannot_be(production: Assembly) -> None:
    import local.resource_types  # noqa: F401 - registers them
    from localcloud.support import check_properties, resource_type_named
    from localcloud.template import TemplateRefused

    (name,) = production.resources(PLAN)
    scanner = resource_type_named(PLAN, name)
    check_properties(scanner, name, dict(the_plan(production)))
    place: Any = SimpleNamespace(logical_id=name)

    with pytest.raises(TemplateRefused, match="malware_scan=off"):
        scanner.create(dict(the_plan(production)), place)


def may_read_tags(assembly: Assembly) -> bool:
    """Whether the inspection's role holds the permission."""
    return any(
        "s3:GetObjectTagging" in as_list(statement["Action"])
        for name, policy in assembly.resources("AWS::IAM::Policy").items()
        if name.startswith("InspectDocument")
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    )


def as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
