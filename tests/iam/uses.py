"""What functions ask of AWS, as IAM sees it: an action, the resource, and the service that asks in their name.

Recorded in the client itself, before a request is made, because that is the one place every call passes with its
parameters in words: calls, presigned links (which never leave the machine) and signed upload forms alike.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from botocore.signers import S3PostPresigner

from localcloud.inline import current_invocation

#: A transaction needs the permission of each item's own action; there is none for the transaction.
OF_ITEMS = {
    "ConditionCheck": "ConditionCheckItem",
    "Delete": "DeleteItem",
    "Get": "GetItem",
    "Put": "PutItem",
    "Update": "UpdateItem",
}
#: Operations whose permission has another name.
RENAMED = {"s3:HeadObject": "s3:GetObject", "s3:ListObjectsV2": "s3:ListBucket"}
#: With a version named, S3 asks for another permission.
OF_VERSIONS = {
    "s3:DeleteObject": "s3:DeleteObjectVersion",
    "s3:GetObject": "s3:GetObjectVersion",
    "s3:GetObjectTagging": "s3:GetObjectVersionTagging",
}
#: S3 says "not there" only to who may list the bucket; to others it says "forbidden".
NOT_THERE = frozenset({"404", "NoSuchKey", "NoSuchVersion"})


@dataclass(frozen=True, order=True)
class Use:
    """One permission exercised. `via` is the service that uses a key on the caller's behalf."""

    function: str
    action: str
    resource: str
    via: str = ""


class UnknownOperation(AssertionError):
    """A call nobody has said the permission of: teach this module."""


@dataclass(frozen=True)
class Place:
    """Where ARNs are built."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


def needed(
    service: str, operation: str, parameters: Mapping[str, Any], at: Place
) -> Iterator[tuple[str, str]]:
    """The (action, resource) pairs one call needs."""
    match service:
        case "dynamodb":
            yield from _of_tables(operation, parameters, at)
        case "s3":
            yield from _of_objects(operation, parameters)
        case "kms" | "secretsmanager":
            yield f"{service}:{operation}", str(parameters.get("KeyId") or parameters["SecretId"])
        case "sqs":
            yield f"sqs:{operation}", at.arn("sqs", str(parameters["QueueUrl"]).rsplit("/", 1)[-1])
        case "events" if operation == "PutEvents":
            for entry in parameters["Entries"]:
                yield (
                    "events:PutEvents",
                    at.arn("events", f"event-bus/{entry['EventBusName'].rsplit('/', 1)[-1]}"),
                )
        case "stepfunctions":
            yield f"states:{operation}", _run(operation, parameters)
        case "cognito-idp":
            yield f"cognito-idp:{operation}", at.arn("cognito-idp", f"userpool/{parameters['UserPoolId']}")
        case _:
            raise UnknownOperation(f"{service}.{operation}")


def _of_tables(operation: str, parameters: Mapping[str, Any], at: Place) -> Iterator[tuple[str, str]]:
    if "TransactItems" in parameters:
        for item in parameters["TransactItems"]:
            for kind, one in item.items():
                yield f"dynamodb:{OF_ITEMS[kind]}", _table(one, at)
        return
    if operation not in {*OF_ITEMS.values(), "Query"}:
        raise UnknownOperation(f"dynamodb.{operation}")
    yield f"dynamodb:{operation}", _table(parameters, at)


def _table(parameters: Mapping[str, Any], at: Place) -> str:
    index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
    return at.arn("dynamodb", f"table/{parameters['TableName']}{index}")


def _of_objects(operation: str, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    action = RENAMED.get(f"s3:{operation}", f"s3:{operation}")
    there = f"arn:aws:s3:::{parameters['Bucket']}/{parameters['Key']}"
    if action not in {"s3:DeleteObject", "s3:GetObject", "s3:GetObjectTagging", "s3:PutObject"}:
        raise UnknownOperation(f"s3.{operation}")
    yield OF_VERSIONS.get(action, action) if parameters.get("VersionId") else action, there
    if action == "s3:DeleteObject" and "IfMatch" in parameters:
        yield "s3:GetObject", there  # a condition on what lies there is an answer about it


def _run(operation: str, parameters: Mapping[str, Any]) -> str:
    """A token names no machine, and IAM asks for the machine all the same: any of ours will do here."""
    return str(parameters.get("stateMachineArn") or parameters.get("executionArn") or f"token:{operation}")


class Recorder:
    """The uses of every function while it records, and the operations it saw, to hold against the ledger."""

    def __init__(self, at: Place, *, machine: str, name: Callable[[str], str]) -> None:
        self._at, self._machine, self._name = at, machine, name
        self.uses: set[Use] = set()
        self.operations: dict[str, set[str]] = {}

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """From now on, until the patch is undone."""
        self._hear_parameters(patch)
        self._hear_what_is_not_there(patch)
        self._hear_forms(patch)

    def _hear_parameters(self, patch: pytest.MonkeyPatch) -> None:
        upstream = BaseClient._emit_api_params

        def emit(client: Any, api_params: Any, operation_model: Any, context: Any) -> Any:
            service = operation_model.service_model.service_name
            signing = context.get("is_presign_request")
            if not signing:
                known_as = operation_model.service_model.service_id.hyphenize()
                self._saw(f"{known_as}.{operation_model.name}")
            if not (signing and operation_model.name == "CreateBucket"):  # how a form learns the address
                for action, resource in self._asked(service, operation_model.name, api_params):
                    self.use(action, resource)
            return upstream(client, api_params=api_params, operation_model=operation_model, context=context)

        patch.setattr(BaseClient, "_emit_api_params", emit)

    def _hear_what_is_not_there(self, patch: pytest.MonkeyPatch) -> None:
        upstream = BaseClient._make_api_call

        def call(client: Any, operation: str, parameters: Any) -> Any:
            try:
                return upstream(client, operation, parameters)
            except ClientError as error:
                if client.meta.service_model.service_name == "s3" and (
                    error.response["Error"]["Code"] in NOT_THERE
                ):
                    self.use("s3:ListBucket", f"arn:aws:s3:::{parameters['Bucket']}")
                raise

        patch.setattr(BaseClient, "_make_api_call", call)

    def _hear_forms(self, patch: pytest.MonkeyPatch) -> None:
        upstream = S3PostPresigner.generate_presigned_post

        def sign(
            signer: Any, request_dict: Any, fields: Any = None, conditions: Any = None, **more: Any
        ) -> Any:
            bucket = next(each["bucket"] for each in conditions if "bucket" in each)
            self.use("s3:PutObject", f"arn:aws:s3:::{bucket}/{fields['key']}")
            return upstream(signer, request_dict, fields=fields, conditions=conditions, **more)

        patch.setattr(S3PostPresigner, "generate_presigned_post", sign)

    def use(self, action: str, resource: str) -> None:
        """Note a use by whichever function runs here; calls of the test or of the cloud itself are nobody's."""
        invocation = current_invocation.get()
        if invocation is not None:
            at = self._machine if resource.startswith("token:") else resource
            self.uses.add(Use(self._name(invocation.function), action, at))

    def _asked(self, service: str, operation: str, parameters: Any) -> list[tuple[str, str]]:
        if current_invocation.get() is None:
            return []
        return list(needed(service, operation, parameters, self._at))

    def _saw(self, operation: str) -> None:
        invocation = current_invocation.get()
        if invocation is not None:
            self.operations.setdefault(self._name(invocation.function), set()).add(operation)
