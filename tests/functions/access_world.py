"""The part of the cloud codes, sessions and events live in, on moto; and how its functions are called."""

import base64
import io
import json
import logging
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.identity import Mobile, PersonNumber
from ishtirak.kernel.insurance import Sex
from ishtirak.register.people import identity_encryption_context
from ishtirak.register.person import Person
from tests.fakes.clients import kept_client
from tests.fakes.kms import no_needless_key_pairs
from tests.fakes.register import a_contributor

REGION = "eu-west-1"
PERSON = "5f0c1a52-0000-4000-8000-000000000001"
OTHER_PERSON = "5f0c1a52-0000-4000-8000-000000000002"
IDENTITY = "1000000008"
MOBILE = "+966500000017"
PASSWORD = "A-right-passw0rd"


def lambda_context() -> Any:
    """What Lambda hands to a handler beside the event."""
    return SimpleNamespace(
        function_name="function",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws:lambda:eu-west-1:123456789012:function:function",
        aws_request_id=str(uuid.uuid4()),
        get_remaining_time_in_millis=lambda: 10_000,
    )


def asked(
    path: str,
    body: Any = None,
    *,
    method: str = "POST",
    person: str | None = None,
    roles: tuple[str, ...] = ("contributor",),
    key: str | None = None,
    language: str = "ar",
) -> dict[str, Any]:
    """An API Gateway proxy event; a `body` of bytes goes over the wire as it is."""
    headers = {"content-type": "application/json", "accept-language": language}
    if key is not None:
        headers["idempotency-key"] = key
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    claims = {"sub": person, "custom:person_id": person, "cognito:groups": ",".join(roles)}
    return {
        "httpMethod": method,
        "path": path,
        "resource": path,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "isBase64Encoded": True,
        "body": base64.b64encode(raw).decode(),
        "requestContext": {
            "requestId": "trace-1",
            "httpMethod": method,
            "path": path,
            "authorizer": {"claims": claims} if person else None,
        },
    }


def answered(api: Any, event: dict[str, Any]) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, body and headers of one call."""
    answer = api.resolve(event, lambda_context())
    headers = {name.lower(): values[0] for name, values in (answer.get("multiValueHeaders") or {}).items()}
    return answer["statusCode"], json.loads(answer["body"]), headers


def message(
    event_type: str, *, subject: str, data: Mapping[str, Any], event_id: str | None = None
) -> dict[str, Any]:
    """One SQS record of a bus event, as EventBridge delivers it."""
    detail = {
        "id": event_id or str(uuid.uuid4()),
        "type": event_type,
        "subject": subject,
        "seq": 1,
        "at": "2026-11-22T09:00:00.000Z",
        "actor": PERSON,
        "data": dict(data),
    }
    envelope = {"version": "0", "source": "ishtirak.test", "detail-type": event_type, "detail": detail}
    return {
        "messageId": str(uuid.uuid4()),
        "receiptHandle": "handle",
        "body": json.dumps(envelope),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:queue",
        "awsRegion": REGION,
    }


def delivered(consumer: Any, *records: dict[str, Any]) -> list[str]:
    """The ids of the messages that go back to the queue."""
    answer = consumer({"Records": list(records)}, lambda_context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@dataclass
class OnePersonDirectory:
    """A directory of persons with one person in it."""

    mobile: Mobile | None = field(default_factory=lambda: Mobile(MOBILE))
    available: bool = True

    def find(self, identity: PersonNumber) -> Person | None:
        if not self.available:
            raise Unavailable()
        if identity.reveal() != IDENTITY:
            return None
        return Person(
            identity=identity,
            name_ar="اسم للاختبار",
            name_en="Name for tests",
            birth_date=CivilDate.parse("1990-01-01"),
            nationality="SA",
            sex=Sex.MALE,
            mobile=self.mobile,
        )


@dataclass
class World:
    """Names of what there is, and the calls that were made."""

    access: str = "Access"
    requests: str = "Requests"
    register: str = "Register"
    mac_key: str = ""
    data_key: str = ""
    pool: str = ""
    client: str = ""
    calls: list[str] = field(default_factory=list)
    denied: set[str] = field(default_factory=set)
    """Operations that are answered with AccessDenied, as `service.Operation`."""

    def aws(self, service: str) -> Any:
        from ishtirak.adapters.clients import client

        return client(service)

    def items(self, table: str) -> list[dict[str, Any]]:
        from ishtirak.adapters import dynamo

        found = self.aws("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"]
        return [dynamo.from_dynamo(item) for item in found]

    def knows(self, person_id: str, *, language: str = "ar") -> None:
        """Put a contributor into the register, their number encrypted for their own item."""
        from ishtirak.adapters.aws.encryption import KmsEncryption
        from tests.fakes.register import register_on

        context = identity_encryption_context(person_id)
        encrypted = KmsEncryption(self.data_key).encrypt(IDENTITY, context)
        contributor = a_contributor(person_id=person_id, encrypted_identity=encrypted, language=language)
        register = register_on(self.register)
        register.transaction.commit(register.people.save(contributor, fingerprint=f"of {person_id}"))

    @contextmanager
    def traced(self) -> Iterator[list[str]]:
        """The AWS calls made inside, by service and operation."""
        start = len(self.calls)
        made: list[str] = []
        yield made
        made.extend(self.calls[start:])


@contextmanager
def serialised(world: World) -> Iterator[None]:
    """Notes every call, and lets moto serve one at a time: on an item, DynamoDB does, moto does not."""
    from moto.core import botocore_stubber

    stubber: Any = botocore_stubber.BotocoreStubber
    original = stubber.__call__
    lock = threading.RLock()

    def call(stub: Any, event_name: str, request: Any, **kwargs: Any) -> Any:
        with lock:
            if stub.enabled:
                operation = event_name.removeprefix("before-send.")
                world.calls.append(operation)
                if operation in world.denied:
                    return _denial(request)
            return original(stub, event_name, request, **kwargs)

    stubber.__call__ = call
    try:
        yield
    finally:
        stubber.__call__ = original


def _denial(request: Any) -> Any:
    from botocore.awsrequest import AWSResponse
    from moto.core.botocore_stubber import MockRawResponse

    body = json.dumps({"__type": "AccessDeniedException", "message": "denied by the test"})
    headers = {"x-amzn-errortype": "AccessDeniedException"}
    return AWSResponse(request.url, 400, headers, MockRawResponse(body))


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Every log line written inside, as the platform would read it."""
    from ishtirak.edge.logs import logger

    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logger.registered_formatter)
    loggers = (logging.getLogger(), logging.getLogger(logger.name))
    before = loggers[0].level
    loggers[0].setLevel(logging.INFO)
    for each in loggers:
        each.addHandler(handler)
    try:
        yield lines
    finally:
        for each in loggers:
            each.removeHandler(handler)
        loggers[0].setLevel(before)


def table(world: World, name: str, *, indexes: Mapping[str, tuple[str, str]]) -> None:
    """A table with the key schema of the architecture document."""
    attributes = {"pk", "sk", *(attribute for keys in indexes.values() for attribute in keys)}
    schema = [
        {
            "IndexName": index,
            "KeySchema": [
                {"AttributeName": partition, "KeyType": "HASH"},
                {"AttributeName": order, "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
        for index, (partition, order) in indexes.items()
    ]
    more: dict[str, Any] = {"GlobalSecondaryIndexes": schema} if schema else {}
    world.aws("dynamodb").create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": attribute, "AttributeType": "S"} for attribute in sorted(attributes)
        ],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )


@contextmanager
def access_world(monkeypatch: Any) -> Iterator[World]:
    """Tables, keys and a user pool with one contributor in it."""
    from moto import mock_aws

    from ishtirak.adapters import clients

    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setattr("boto3.client", kept_client)
    clients.client.cache_clear()
    world = World()
    with mock_aws(), serialised(world), no_needless_key_pairs():
        table(world, world.access, indexes={})
        table(
            world,
            world.requests,
            indexes={
                "by_owner": ("owner", "updated_at"),
                "by_desk": ("desk", "due_at"),
                "in_progress": ("progress", "updated_at"),
            },
        )
        table(world, world.register, indexes={"by_establishment": ("establishment", "registered_at")})
        kms = world.aws("kms")
        world.mac_key = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"][
            "Arn"
        ]
        world.data_key = kms.create_key()["KeyMetadata"]["Arn"]
        world.calls.clear()
        yield world
    clients.client.cache_clear()


_AS_DEPLOYED = {
    "MinimumLength": 15,
    **dict.fromkeys(("RequireUppercase", "RequireLowercase", "RequireNumbers", "RequireSymbols"), False),
}
_signing_keys: list[Any] = []


@contextmanager
def _signing_key_read_once() -> Iterator[None]:
    """All pools of moto sign with the one RSA key of its package; reading it takes a third of a second."""
    from joserfc.jwk import RSAKey

    original = RSAKey.import_key

    def read_once(key: Any) -> Any:
        if not _signing_keys:
            _signing_keys.append(original(key))
        return _signing_keys[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RSAKey, "import_key", read_once)
        yield


def with_pool(world: World, *, username: str = "fahad", person: str = PERSON) -> None:
    """A user pool in which one contributor may sign in."""
    cognito = world.aws("cognito-idp")
    with _signing_key_read_once():
        world.pool = cognito.create_user_pool(
            PoolName="people",
            Policies={"PasswordPolicy": _AS_DEPLOYED},
            Schema=[{"Name": "person_id", "AttributeDataType": "String", "Mutable": False}],
        )["UserPool"]["Id"]
    world.client = cognito.create_user_pool_client(
        UserPoolId=world.pool,
        ClientName="sign_in",
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    cognito.create_group(GroupName="contributor", UserPoolId=world.pool)
    cognito.admin_create_user(
        UserPoolId=world.pool,
        Username=username,
        UserAttributes=[{"Name": "custom:person_id", "Value": person}],
    )
    cognito.admin_set_user_password(
        UserPoolId=world.pool, Username=username, Password=PASSWORD, Permanent=True
    )
    cognito.admin_add_user_to_group(UserPoolId=world.pool, Username=username, GroupName="contributor")
    world.calls.clear()
