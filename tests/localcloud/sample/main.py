"""The sample system's functions: each does one thing a test can see."""

import base64
import json
import os
import time
from typing import Any

import boto3

TABLE = os.environ["TABLE"]
SEEN = os.environ["SEEN"]
dynamodb: Any = boto3.client("dynamodb")


def api(event: Any, context: Any) -> Any:
    """Do what the body asks, and say what was received."""
    asked = json.loads(event["body"]) if event.get("body") and not event["isBase64Encoded"] else {}
    match asked.get("do"):
        case "sleep":
            time.sleep(asked["seconds"])
        case "raise":
            raise ValueError("as asked")
        case "crash":
            os._exit(3)
        case "malform":
            return {"status": 200}
        case "bytes":
            return {
                "statusCode": 200,
                "isBase64Encoded": True,
                "body": base64.b64encode(bytes(range(256))).decode(),
            }
        case "put":
            kind = {"kind": {"S": asked["kind"]}} if "kind" in asked else {}
            for number in range(asked.get("times", 1)):
                item = {"pk": {"S": asked["pk"]}, "sk": {"S": str(number)}, **kind}
                dynamodb.put_item(TableName=TABLE, Item=item)
        case "add":
            dynamodb.update_item(
                TableName=TABLE,
                Key={"pk": {"S": asked["pk"]}, "sk": {"S": "total"}},
                UpdateExpression="ADD amount :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )
    seen = {"event": event, "table": TABLE, "request_id": context.aws_request_id, "pid": os.getpid()}
    headers = {"Content-Type": "application/json", "X-Single": "one"}
    many = {"X-Many": ["one", "two"], "Set-Cookie": ["a=1", "b=2"]}
    return {"statusCode": 200, "headers": headers, "multiValueHeaders": many, "body": json.dumps(seen)}


def take(event: Any, context: Any) -> Any:
    """Consume a queue: what says `bad` is reported as failed, the rest is written down."""
    failed = []
    for record in event["Records"]:
        if "bad" in record["body"]:
            failed.append({"itemIdentifier": record["messageId"]})
        else:
            _see("queue", record["body"])
    return {"batchItemFailures": failed}


def relay(event: Any, context: Any) -> Any:
    """Follow the table's stream; `poison` fails the whole batch it is in."""
    keys = [record["dynamodb"]["Keys"]["pk"]["S"] for record in event["Records"]]
    if "poison" in keys:
        raise RuntimeError("poisoned")
    for key in keys:
        _see("stream", key)


def step(event: Any, context: Any) -> Any:
    """A workflow's task: write the token down for the test, or answer at once."""
    _see("token", json.dumps(event))
    return {"said": event.get("say")}


def hear(event: Any, context: Any) -> Any:
    _see("event", json.dumps(event))


def _see(kind: str, text: str) -> None:
    item = {"kind": {"S": kind}, "at": {"S": f"{time.time_ns()}"}, "text": {"S": text}}
    dynamodb.put_item(TableName=SEEN, Item=item)
