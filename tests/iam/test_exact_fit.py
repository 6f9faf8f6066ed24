"""Each role holds what its function is seen to do: nothing missing, nothing left over, nothing wider than named."""

import dataclasses
from collections.abc import Callable

import pytest

from infra import packaging
from tests.iam.grants import Grant, UnknownCondition, fit, grants, wildcards
from tests.iam.story import Story
from tests.iam.uses import AccountRegion, UnknownOperation, Use, needed

#: Grants the story does not exercise, each with its reason; an entry that is used, or not granted, fails.
NEVER_SEEN: dict[tuple[str, str], str] = {}
#: What is more than one thing: the action, the service of the resource, and how the resource ends.
NAMED_WILDCARDS = {
    ("s3:DeleteObject", "s3", "/*"),
    ("s3:GetObject", "s3", "/*"),
    ("s3:GetObjectTagging", "s3", "/*"),
    ("s3:GetObjectVersion", "s3", "/*"),
    ("s3:PutObject", "s3", "/*"),
    ("s3:PutObjectTagging", "s3", "/*"),
    ("s3:PutObjectVersionTagging", "s3", "/*"),
    ("states:DescribeExecution", "states", ":*"),
    ("states:StopExecution", "states", ":*"),
    ("xray:PutTelemetryRecords", "*", "*"),
    ("xray:PutTraceSegments", "*", "*"),
}
ACCOUNT_REGION = AccountRegion("123456789012", "eu-central-1")
KEY = ACCOUNT_REGION.arn("kms", "key/k")
READS_ITEMS = Grant("f", "dynamodb:GetItem", ACCOUNT_REGION.arn("dynamodb", "table/t"))
READ_AN_ITEM = Use("f", "dynamodb:GetItem", ACCOUNT_REGION.arn("dynamodb", "table/t"))


def test_no_function_does_what_it_may_not(story: Story) -> None:
    assert sorted(fit(story.granted, story.used).missing) == []


def test_no_function_may_do_what_it_never_does(story: Story) -> None:
    unused = {(grant.function, grant.action) for grant in fit(story.granted, story.used).unused}

    assert sorted(unused) == sorted(NEVER_SEEN)


def test_what_is_wider_than_one_thing_is_named(story: Story) -> None:
    found = {
        (action, resource.split(":")[2] if ":" in resource else resource, _ending(resource))
        for action, resource in wildcards(story.granted)
    }

    assert found == NAMED_WILDCARDS


def test_every_function_took_part(story: Story) -> None:
    called = {function for function, operations in story.ledger.items() if operations}

    assert called == set(packaging.function_names())


def test_the_record_and_the_clouds_own_ledger_saw_the_same_calls(story: Story) -> None:
    assert story.operations == {function: calls for function, calls in story.ledger.items() if calls}


def test_any_grant_taken_away_is_missed(story: Story, report: Callable[[str], None]) -> None:
    """Every single one, so that none is superfluous and the check can fail."""
    for dropped in story.granted:
        others = story.granted - {dropped}
        still = any(grant.allows(use) for grant in others for use in story.used if dropped.allows(use))
        assert fit(others, story.used).missing or still, dropped
    report(f"IAM: {len(story.granted)} grants for {len(story.used)} uses by {len(story.ledger)} functions")


def test_one_grant_more_is_noticed(story: Story) -> None:
    some = min(story.granted)
    more = {
        dataclasses.replace(some, action="dynamodb:DeleteTable"),
        dataclasses.replace(some, resource=f"{some.resource}-of-another"),
    }

    assert fit(story.granted | more, story.used).unused == more


def test_a_grant_that_is_dropped_is_reported_missing() -> None:
    assert fit(set(), {READ_AN_ITEM}).missing == {READ_AN_ITEM}


def test_another_functions_grant_does_not_help() -> None:
    elsewhere = dataclasses.replace(READS_ITEMS, function="g")

    assert fit({elsewhere}, {READ_AN_ITEM}).missing == {READ_AN_ITEM}


def test_a_table_is_not_its_index() -> None:
    query = Use("f", "dynamodb:Query", ACCOUNT_REGION.arn("dynamodb", "table/t/index/i"))
    of_the_table = Grant("f", "dynamodb:Query", ACCOUNT_REGION.arn("dynamodb", "table/t"))

    assert fit({of_the_table}, {query}).missing == {query}


def test_a_key_that_may_be_used_through_a_table_may_not_be_used_directly() -> None:
    through = Grant("f", "kms:Decrypt", KEY, "dynamodb")
    directly = Use("f", "kms:Decrypt", KEY)

    assert fit({through}, {directly}).missing == {directly}


def test_a_partition_that_may_be_read_is_not_the_table() -> None:
    table = ACCOUNT_REGION.arn("dynamodb", "table/t")
    of_some = Grant("f", "dynamodb:GetItem", table, partitions="REVOKED#*")
    revocation, session = (
        Use("f", "dynamodb:GetItem", table, partition=kind) for kind in ("REVOKED#", "SESSION#")
    )

    assert fit({of_some}, {revocation, session}).missing == {session}


def test_an_open_grant_beside_a_narrow_one_is_left_over() -> None:
    through, openly = Grant("f", "kms:Decrypt", KEY, "dynamodb"), Grant("f", "kms:Decrypt", KEY)

    assert fit({through, openly}, {Use("f", "kms:Decrypt", KEY, "dynamodb")}).unused == {openly}


def test_a_transaction_needs_each_items_own_permission() -> None:
    items = [
        {"Put": {"TableName": "t"}},
        {"ConditionCheck": {"TableName": "t"}},
        {"Update": {"TableName": "u"}},
    ]

    asked = list(needed("dynamodb", "TransactWriteItems", {"TransactItems": items}, ACCOUNT_REGION))

    assert asked == [
        ("dynamodb:PutItem", ACCOUNT_REGION.arn("dynamodb", "table/t")),
        ("dynamodb:ConditionCheckItem", ACCOUNT_REGION.arn("dynamodb", "table/t")),
        ("dynamodb:UpdateItem", ACCOUNT_REGION.arn("dynamodb", "table/u")),
    ]


def test_a_version_of_an_object_needs_another_permission() -> None:
    there = {"Bucket": "b", "Key": "k"}

    assert list(needed("s3", "GetObject", there, ACCOUNT_REGION)) == [("s3:GetObject", "arn:aws:s3:::b/k")]
    assert list(needed("s3", "GetObject", {**there, "VersionId": "v"}, ACCOUNT_REGION)) == [
        ("s3:GetObjectVersion", "arn:aws:s3:::b/k")
    ]


@pytest.mark.parametrize(
    ("service", "operation"), [("dynamodb", "Scan"), ("s3", "PutObjectAcl"), ("sns", "Publish")]
)
def test_a_call_whose_permission_is_unknown_is_an_error(service: str, operation: str) -> None:
    with pytest.raises(UnknownOperation):
        list(needed(service, operation, {"TableName": "t", "Bucket": "b", "Key": "k"}, ACCOUNT_REGION))


@pytest.mark.parametrize(
    "more",
    [
        {"Condition": {"StringLike": {"kms:ViaService": "dynamodb.*.amazonaws.com"}}},
        {"Condition": {"StringEquals": {"kms:ViaService": "dynamodb.eu-west-1.amazonaws.com"}}},
        {"NotResource": "*"},
        {"Effect": "Deny"},
    ],
)
def test_a_statement_that_cannot_be_interpreted_is_an_error(more: dict[str, object]) -> None:
    statement = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": KEY, **more}

    with pytest.raises(UnknownCondition):
        grants("f", {"Statement": [statement]}, region="eu-central-1")


def _ending(resource: str) -> str:
    return resource if resource == "*" else resource[-2:]
