"""What functions ask of AWS, as IAM sees it: an action, the resource, and the service that calls on their behalf.

Recorded in the client itself, before a request is made, because that is the one place every call passes with its
parameters: calls, presigned links (which never leave the machine) and signed upload forms alike.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from botocore.signers import S3PostPresigner

from localcloud.inline import current_invocation

#: A transaction needs the permission of each item's own action; there is none for the transaction.
ITEM_ACTIONS = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}
#: Operations whose permission has another name.
OTHER_ACTION = {"s3:HeadObject": "s3:GetObject", "s3:ListObjectsV2": "s3:ListBucket"}
#: With a version named, S3 asks for another permission.
VERSION_ACTIONS = {
    "s3:DeleteObject": "s3:DeleteObjectVersion",
    "s3:GetObject": "s3:GetObjectVersion",
    "s3:GetObjectTagging": "s3:GetObjectVersionTagging",
    "s3:PutObjectTagging": "s3:PutObjectVersionTagging",
}
#: S3 answers "not found" only to who may list the bucket; to others it answers "forbidden".
MISSING_OBJECT = frozenset({"404", "NoSuchKey", "NoSuchVersion"})


@dataclass(frozen=True, order=True)
class Use:
    """One permission exercised: `via` the service that uses a key on the caller's behalf, on a table's partition."""

    function: str
    action: str
    resource: str
    via: str = ""
    partition: str = ""


class UnknownOperation(AssertionError):
    """A call whose permission is not known here: add it to this module."""


@dataclass(frozen=True)
class AccountRegion:
    """The account and region that ARNs name."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


def needed(
    service: str, operation: str, parameters: Mapping[str, Any], account_region: AccountRegion
) -> Iterator[tuple[str, str]]:
    """The (action, resource) pairs one call needs."""
    match service:
        case "dynamodb":
            yield from _table_actions(operation, parameters, account_region)
        case "s3":
            yield from _object_actions(operation, parameters)
        case "kms" | "secretsmanager":
            yield f"{service}:{operation}", str(parameters.get("KeyId") or parameters["SecretId"])
        case "sqs":
            yield (
                f"sqs:{operation}",
                account_region.arn("sqs", str(parameters["QueueUrl"]).rsplit("/", 1)[-1]),
            )
        case "events" if operation == "PutEvents":
            for entry in parameters["Entries"]:
                yield (
                    "events:PutEvents",
                    account_region.arn("events", f"event-bus/{entry['EventBusName'].rsplit('/', 1)[-1]}"),
                )
        case "stepfunctions":
            yield f"states:{operation}", _execution(operation, parameters)
        case "cognito-idp":
            yield (
                f"cognito-idp:{operation}",
                account_region.arn("cognito-idp", f"userpool/{parameters['UserPoolId']}"),
            )
        case _:
            raise UnknownOperation(f"{service}.{operation}")


def _table_actions(
    operation: str, parameters: Mapping[str, Any], account_region: AccountRegion
) -> Iterator[tuple[str, str]]:
    if "TransactItems" in parameters:
        for item in parameters["TransactItems"]:
            for kind, one in item.items():
                yield f"dynamodb:{ITEM_ACTIONS[kind]}", _table(one, account_region)
        return
    if operation not in {*ITEM_ACTIONS.values(), "Query"}:
        raise UnknownOperation(f"dynamodb.{operation}")
    yield f"dynamodb:{operation}", _table(parameters, account_region)


def _table(parameters: Mapping[str, Any], account_region: AccountRegion) -> str:
    index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
    return account_region.arn("dynamodb", f"table/{parameters['TableName']}{index}")


def _partitions(operation: str, parameters: Mapping[str, Any], *, count: int) -> list[str]:
    """The kind of item each of the actions is of, where it is one item: how its partition key begins."""
    if "TransactItems" in parameters:
        return [_kind(one) for item in parameters["TransactItems"] for one in item.values()]
    return [_kind(parameters) if operation == "GetItem" else ""] * count


def _kind(item: Mapping[str, Any]) -> str:
    return re.split(r"(?<=[#/])", (item.get("Key") or item["Item"])["pk"]["S"], maxsplit=1)[0]


def _object_actions(operation: str, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    action = OTHER_ACTION.get(f"s3:{operation}", f"s3:{operation}")
    arn = f"arn:aws:s3:::{parameters['Bucket']}/{parameters['Key']}"
    if action not in {
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:GetObjectTagging",
        "s3:PutObject",
        "s3:PutObjectTagging",
    }:
        raise UnknownOperation(f"s3.{operation}")
    yield VERSION_ACTIONS.get(action, action) if parameters.get("VersionId") else action, arn
    if action == "s3:PutObject" and "Tagging" in parameters:
        yield "s3:PutObjectTagging", arn
    if action == "s3:DeleteObject" and "IfMatch" in parameters:
        yield "s3:GetObject", arn  # a condition on the stored object reveals something about it


def _execution(operation: str, parameters: Mapping[str, Any]) -> str:
    """A token names no machine, and IAM asks for the machine all the same: any of ours will do here."""
    return str(parameters.get("stateMachineArn") or parameters.get("executionArn") or f"token:{operation}")


class Recorder:
    """The uses of every function while it records, and the operations it saw, to compare with the call log."""

    def __init__(self, account_region: AccountRegion, *, machine: str, name: Callable[[str], str]) -> None:
        self._account_region, self._machine, self._name = account_region, machine, name
        self.uses: set[Use] = set()
        self.operations: dict[str, set[str]] = {}

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """From now on, until the patch is undone."""
        self._record_calls(patch)
        self._record_missing_objects(patch)
        self._record_upload_forms(patch)

    def _record_calls(self, patch: pytest.MonkeyPatch) -> None:
        upstream = BaseClient._emit_api_params

        def emit(client: Any, api_params: Any, operation_model: Any, context: Any) -> Any:
            service = operation_model.service_model.service_name
            signing = context.get("is_presign_request")
            if not signing:
                known_as = operation_model.service_model.service_id.hyphenize()
                self._count(f"{known_as}.{operation_model.name}")
            if not (signing and operation_model.name == "CreateBucket"):  # how a form gets its URL
                asked = self._needed(service, operation_model.name, api_params)
                kinds = _partitions(operation_model.name, api_params, count=len(asked)) if asked else []
                for (action, resource), kind in zip(asked, kinds, strict=True):
                    self.use(action, resource, partition=kind)
            return upstream(client, api_params=api_params, operation_model=operation_model, context=context)

        patch.setattr(BaseClient, "_emit_api_params", emit)

    def _record_missing_objects(self, patch: pytest.MonkeyPatch) -> None:
        upstream = BaseClient._make_api_call

        def call(client: Any, operation: str, parameters: Any) -> Any:
            try:
                return upstream(client, operation, parameters)
            except ClientError as error:
                if client.meta.service_model.service_name == "s3" and (
                    error.response["Error"]["Code"] in MISSING_OBJECT
                ):
                    self.use("s3:ListBucket", f"arn:aws:s3:::{parameters['Bucket']}")
                raise

        patch.setattr(BaseClient, "_make_api_call", call)

    def _record_upload_forms(self, patch: pytest.MonkeyPatch) -> None:
        upstream = S3PostPresigner.generate_presigned_post

        def sign(
            signer: Any, request_dict: Any, fields: Any = None, conditions: Any = None, **more: Any
        ) -> Any:
            bucket = next(each["bucket"] for each in conditions if "bucket" in each)
            self.use("s3:PutObject", f"arn:aws:s3:::{bucket}/{fields['key']}")
            return upstream(signer, request_dict, fields=fields, conditions=conditions, **more)

        patch.setattr(S3PostPresigner, "generate_presigned_post", sign)

    def use(self, action: str, resource: str, *, partition: str = "") -> None:
        """Note a use by whichever function runs here; calls of the test or of the cloud itself are nobody's."""
        invocation = current_invocation.get()
        if invocation is not None:
            actual = self._machine if resource.startswith("token:") else resource
            self.uses.add(Use(self._name(invocation.function), action, actual, partition=partition))

    def _needed(self, service: str, operation: str, parameters: Any) -> list[tuple[str, str]]:
        if current_invocation.get() is None:
            return []
        return list(needed(service, operation, parameters, self._account_region))

    def _count(self, operation: str) -> None:
        invocation = current_invocation.get()
        if invocation is not None:
            self.operations.setdefault(self._name(invocation.function), set()).add(operation)
