"""PRV-01 and DOC-02: logs are kept long enough; a document is destroyed by its store and by nobody else."""

from typing import Any

import pytest
from aws_cdk import App
from aws_cdk.assertions import Template

from infra import app as composition  # first of all: it points jsii at the bundled node
from infra.config import Environment
from infra.data_stack import DataStack
from ishtirak.eventlog.event import Event
from ishtirak.privacy.lifetimes import LIFETIME_TAG
from ishtirak.privacy.rules import access_log_days, document_lifetimes, shortest_document_days
from ishtirak.privacy.tables import privacy_tables
from tests.infra.conftest import Assembly


@pytest.fixture(scope="module")
def production() -> dict[str, Any]:
    """The resources of a production's stateful stack."""
    return stateful(Environment.from_context(composition.context(environment="production")))


def stateful(environment: Environment) -> dict[str, Any]:
    stack = DataStack(App(), "Data", environment=environment)
    resources: dict[str, Any] = Template.from_stack(stack).to_json()["Resources"]
    return resources


def bucket(resources: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [
        resource["Properties"]
        for logical_id, resource in resources.items()
        if resource["Type"] == "AWS::S3::Bucket" and logical_id.startswith(f"Documents{name}")
    ]
    return dict(found)


def rules_of(properties: dict[str, Any]) -> list[dict[str, Any]]:
    return list(properties["LifecycleConfiguration"]["Rules"])


def test_every_log_group_is_kept_as_long_as_the_environment_says(assembly: Assembly) -> None:
    environment = Environment.from_context(composition.context())
    groups = assembly.resources("AWS::Logs::LogGroup")

    assert groups
    assert {group["Properties"]["RetentionInDays"] for group in groups.values()} == {
        environment.log_retention_days
    }


def test_production_keeps_every_log_of_access_for_twelve_months(production: dict[str, Any]) -> None:
    environment = Environment.from_context(composition.context(environment="production"))
    latest = privacy_tables().access_log_months.entries[-1].in_force_from

    (rule,) = rules_of(bucket(production, "AccessLogs"))

    assert environment.log_retention_days >= access_log_days(latest)
    assert rule["ExpirationInDays"] >= access_log_days(latest)


def test_no_table_of_events_forgets_them(production: dict[str, Any]) -> None:
    """Only `Access` expires items, by an attribute no event has (tests/ports/test_access_challenges.py)."""
    expiring = {
        logical_id: resource["Properties"]["TimeToLiveSpecification"]["AttributeName"]
        for logical_id, resource in production.items()
        if resource["Type"] == "AWS::DynamoDB::Table" and "TimeToLiveSpecification" in resource["Properties"]
    }

    assert len(expiring) == 1
    assert next(iter(expiring)).startswith("Access")
    assert set(expiring.values()) == {"expires_at"}
    assert "expires_at" not in Event.__dataclass_fields__


def test_every_lifetime_has_its_rule_and_destroys_exactly_then(production: dict[str, Any]) -> None:
    rules = rules_of(bucket(production, "Clean"))
    by_tag = {
        rule["TagFilters"][0]["Value"]: rule["ExpirationInDays"] for rule in rules if "TagFilters" in rule
    }

    assert by_tag == {str(days): days for days in document_lifetimes()}
    assert {rule["TagFilters"][0]["Key"] for rule in rules if "TagFilters" in rule} == {LIFETIME_TAG}


def test_what_is_not_tagged_for_it_is_never_destroyed(production: dict[str, Any]) -> None:
    (untagged,) = [rule for rule in rules_of(bucket(production, "Clean")) if "TagFilters" not in rule]

    assert "ExpirationInDays" not in untagged
    assert untagged["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}
    assert untagged["ExpiredObjectDeleteMarker"] is True


def test_nobody_deletes_a_kept_document_and_no_lock_outlasts_the_shortest_lifetime(
    production: dict[str, Any],
) -> None:
    lock = bucket(production, "Clean")["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    denied = [
        statement
        for resource in production.values()
        if resource["Type"] == "AWS::S3::BucketPolicy"
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
        if statement.get("Sid") == "OnlyTheLifecycleDestroys"
    ]

    assert (lock["Mode"], lock["Days"]) == ("COMPLIANCE", shortest_document_days())
    assert lock["Days"] <= min(document_lifetimes())
    (statement,) = denied
    assert statement["Effect"] == "Deny"
    assert statement["Principal"] == {"AWS": "*"}
    assert set(statement["Action"]) == {"s3:DeleteObject", "s3:DeleteObjectVersion"}
