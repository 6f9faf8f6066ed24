"""API Gateway proxy events (REST, version 1) with the claims of an authorizer, and what functions answer to them."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ishtirak.kernel.caller import Caller
from ishtirak.webhooks.queued import to_queue
from ishtirak.webhooks.signatures import SignedMessage

TRACE = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
NO_BODY: Any = object()


FUNCTIONS = Path(__file__).parents[2] / "functions"


def sample(function: str, name: str) -> dict[str, Any]:
    """A sample event kept beside a function's handler."""
    event: dict[str, Any] = json.loads(
        (FUNCTIONS / function / "events" / f"{name}.json").read_text(encoding="utf-8")
    )
    return event


def queued(webhook_id: str, text: str, *, key_arn: str) -> str:
    """A message of another agency as its queue holds it."""
    from ishtirak.adapters.aws.encryption import KmsEncryption

    return to_queue(SignedMessage(id=webhook_id, text=text), encryption=KmsEncryption(key_arn))


def as_queued(event: dict[str, Any], *, key_arn: str) -> dict[str, Any]:
    """A sample batch, whose messages can be read, as it comes from the queue: encrypted."""
    for record in event["Records"]:
        body = json.loads(record["body"])
        record["body"] = queued(body["webhook_id"], body["message"], key_arn=key_arn)
    return event


@dataclass(frozen=True)
class Answer:
    """What came back, its headers by lower-case name."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def context() -> Any:
    """What Lambda hands to a handler beside the event."""
    return SimpleNamespace(
        function_name="function",
        memory_limit_in_mb=512,
        invoked_function_arn="arn:aws:lambda:me-central-1:123456789012:function:function",
        aws_request_id="00000000-0000-4000-8000-00000000000f",
        get_remaining_time_in_millis=lambda: 10_000,
    )


def claims_of(caller: Caller) -> dict[str, str]:
    """What the authorizer says of a signed-in person, groups as API Gateway writes them."""
    return {
        "sub": caller.subject,
        "custom:person_id": caller.person_id,
        "cognito:groups": ",".join(sorted(caller.roles)),
        **({"origin_jti": caller.sign_in_id} if caller.sign_in_id else {}),
    }


def api_event(
    method: str,
    path: str,
    body: Any = NO_BODY,
    *,
    by: Caller | None = None,
    claims: dict[str, Any] | None = None,
    key: str | None = None,
    version: int | None = None,
    language: str | None = None,
    headers: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
) -> dict[str, Any]:
    """One call as API Gateway hands it on. A body of bytes goes over as it is (base64), anything else as JSON."""
    sent = {"Content-Type": "application/json"}
    if key is not None:
        sent["Idempotency-Key"] = key
    if version is not None:
        sent["If-Match"] = f'"{version}"'
    if language is not None:
        sent["Accept-Language"] = language
    sent |= headers or {}
    text: str | None = None
    if isinstance(body, bytes):
        text = base64.b64encode(body).decode()
    elif body is not NO_BODY:
        text = json.dumps(body, ensure_ascii=False)
    known = claims if claims is not None else claims_of(by) if by is not None else None
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in (query or {}).items()} or None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": TRACE,
            "resourcePath": path,
            "httpMethod": method,
            "path": path,
            "stage": "v1",
            "authorizer": {"claims": known} if known is not None else None,
        },
        "body": text,
        "isBase64Encoded": isinstance(body, bytes),
    }


def answer_of(api: Any, event: dict[str, Any]) -> Answer:
    """What a function answers to an event."""
    answer = api.resolve(event, context())
    headers = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
    headers |= {name.lower(): values[0] for name, values in (answer.get("multiValueHeaders") or {}).items()}
    return Answer(answer["statusCode"], answer["body"], headers)


def call(api: Any, method: str, path: str, body: Any = NO_BODY, **given: Any) -> Answer:
    """The answer to one call."""
    return answer_of(api, api_event(method, path, body, **given))
