"""The part of the cloud contracts and accounts live in, on moto; and how its functions are called."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.identity import PersonNumber
from ishtirak.register.person import Person
from ishtirak.webhooks.signatures import SigningKey
from tests.fakes.kms import no_needless_key_pairs
from tests.fakes.register import register_table

KEY = SigningKey(b"0123456789abcdef0123456789abcdef")
NEXT_KEY = SigningKey(b"fedcba9876543210fedcba9876543210")


@dataclass
class DirectoryOfTests:
    """The directory of persons: who is in it, whether it answers, and how often it was asked."""

    people: dict[str, Person] = field(default_factory=dict)
    answers: bool = True
    asked: int = 0

    def find(self, identity: PersonNumber) -> Person | None:
        self.asked += 1
        if not self.answers:
            raise Unavailable()
        return self.people.get(identity.reveal())


@dataclass(frozen=True)
class Cloud:
    """What was deployed, by the names the functions are told."""

    register_table: str
    mac_key_arn: str
    data_key_arn: str
    qiwa_secret_arn: str
    absher_secret_arn: str
    contracts_queue_url: str
    contracts_dead_letters_url: str

    @property
    def calls(self) -> "Calls":
        return Calls()

    def items(self) -> list[dict[str, Any]]:
        """Everything in the register."""
        import boto3

        found: list[dict[str, Any]] = boto3.client("dynamodb").scan(TableName=self.register_table)["Items"]
        return found

    def queued(self) -> list[str]:
        """The bodies waiting on the queue."""
        import boto3

        sqs = boto3.client("sqs")
        found = sqs.receive_message(
            QueueUrl=self.contracts_queue_url, MaxNumberOfMessages=10, VisibilityTimeout=0
        )
        return [message["Body"] for message in found.get("Messages", [])]


class Calls:
    """Counts the calls to AWS made while it is entered, by operation."""

    def __enter__(self) -> dict[str, int]:
        from ishtirak.adapters.clients import client

        self.counted: dict[str, int] = {}
        self._clients = [client(service) for service in ("dynamodb", "kms", "sqs", "secretsmanager")]
        for made in self._clients:
            made.meta.events.register("before-call", self._count, unique_id="calls")
        return self.counted

    def __exit__(self, *_: object) -> None:
        for made in self._clients:
            made.meta.events.unregister("before-call", unique_id="calls")

    def _count(self, model: Any, **_: Any) -> None:
        self.counted[model.name] = self.counted.get(model.name, 0) + 1


@contextmanager
def deployed() -> Iterator[Cloud]:
    """A register table, the two keys, the two secrets and the queue with its dead letters."""
    import boto3

    with register_table() as table, no_needless_key_pairs():
        kms, sqs, secrets = (boto3.client(name) for name in ("kms", "sqs", "secretsmanager"))
        mac = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["Arn"]
        data = kms.create_key()["KeyMetadata"]["Arn"]
        qiwa = {
            "url": "https://qiwa.test",
            "key": "0123456789abcdef",
            "signing_keys": [KEY.to_text(), NEXT_KEY.to_text()],
        }
        absher = {"url": "https://absher.test", "key": "0123456789abcdef"}
        dead = sqs.create_queue(QueueName="contracts-dead")["QueueUrl"]
        yield Cloud(
            register_table=table,
            mac_key_arn=mac,
            data_key_arn=data,
            qiwa_secret_arn=secrets.create_secret(Name="qiwa", SecretString=json.dumps(qiwa))["ARN"],
            absher_secret_arn=secrets.create_secret(Name="absher", SecretString=json.dumps(absher))["ARN"],
            contracts_queue_url=sqs.create_queue(QueueName="contracts")["QueueUrl"],
            contracts_dead_letters_url=dead,
        )


def lambda_context() -> Any:
    """What Lambda hands to a handler beside the event."""
    return SimpleNamespace(
        function_name="function",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws:lambda:eu-central-1:123456789012:function:function",
        aws_request_id="00000000-0000-4000-8000-00000000000a",
        get_remaining_time_in_millis=lambda: 10_000,
    )


def asked(
    method: str,
    path: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    person: str | None = None,
    roles: tuple[str, ...] = ("contributor",),
    query: Mapping[str, str] | None = None,
    language: str = "ar",
) -> dict[str, Any]:
    """An API Gateway proxy event."""
    sent = {"accept-language": language} | dict(headers or {})
    claims = {"sub": person, "custom:person_id": person, "cognito:groups": ",".join(roles)}
    return {
        "httpMethod": method,
        "path": path,
        "resource": path,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": dict(query) if query else None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "isBase64Encoded": True,
        "body": base64.b64encode(body).decode(),
        "requestContext": {
            "requestId": "trace-1",
            "httpMethod": method,
            "path": path,
            "authorizer": {"claims": claims} if person else None,
        },
    }


def answered(api: Any, event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Status and body of the answer."""
    answer = api.resolve(event, lambda_context())
    return answer["statusCode"], json.loads(answer["body"])


def batch(*bodies: str) -> dict[str, Any]:
    """An SQS event."""
    return {
        "Records": [
            {
                "messageId": f"message-{place}",
                "receiptHandle": "handle",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:contracts",
                "awsRegion": "eu-central-1",
            }
            for place, body in enumerate(bodies)
        ]
    }
