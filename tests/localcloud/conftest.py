"""A served and an inline cloud for these tests; one at a time, since moto is one world per process."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from localcloud.cloud import Cloud
from tests.localcloud import sample_assembly


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_assembly.write(tmp_path_factory.mktemp("cdk"), template=sample_assembly.template())


@pytest.fixture(scope="module")
def served(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Functions in processes, one loopback port."""
    with Cloud.start(
        sample, lambdas="process", logs=tmp_path_factory.mktemp("logs"), region="me-south-1"
    ) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def inline(sample: Path) -> Iterator[Cloud]:
    """Functions in this process, no socket."""
    with Cloud.start(sample, lambdas="inline") as cloud:
        yield cloud


def seen(cloud: Cloud, kind: str) -> list[str]:
    """What the sample's functions wrote down, in order."""
    found = cloud.client("dynamodb").query(
        TableName=cloud.outputs["Seen"],
        KeyConditionExpression="kind = :kind",
        ExpressionAttributeValues={":kind": {"S": kind}},
    )
    return [item["text"]["S"] for item in found["Items"]]


def seen_json(cloud: Cloud, kind: str) -> list[Any]:
    return [json.loads(text) for text in seen(cloud, kind)]


def eventually(question: Callable[[], Any], *, within: float = 10.0) -> Any:
    """The answer as soon as it is truthy; the last one when it never is."""
    limit = time.monotonic() + within
    while not (answer := question()) and time.monotonic() < limit:
        time.sleep(0.02)
    return answer


def received(cloud: Cloud, queue: str) -> list[str]:
    """Take every message out of a queue."""
    bodies = []
    sqs = cloud.client("sqs")
    url = cloud.outputs[queue]
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies
