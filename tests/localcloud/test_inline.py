"""The same cloud without a socket: functions in this process, each in its own environment."""

import base64
import io
from pathlib import Path
from typing import Any, Literal

import pytest

from localcloud.cloud import Cloud
from tests.localcloud.conftest import eventually, seen
from tests.localcloud.test_storage import CONTENT


def test_a_request_is_answered_without_a_socket(inline: Cloud) -> None:
    answer = inline.request("POST", "/things", json={"do": "put", "pk": "inline"})

    assert answer.status_code == 200
    assert answer.get_json()["table"] == inline.outputs["Table"]
    assert eventually(lambda: not inline.dead_letters())


def test_calls_are_counted_and_not_those_made_on_their_behalf(inline: Cloud) -> None:
    inline.call_log.clear()

    inline.request("POST", "/things", json={"do": "put", "pk": "count-inline", "times": 2})

    [one] = [one for one in inline.call_log.invocations() if one["trigger"] == "POST /things"]
    assert one["calls"] == ["dynamodb.PutItem"] * 2


@pytest.mark.parametrize(("when", "stored"), [("before", 1), ("after", 2)])
def test_a_fault_kills_an_inline_function_too(
    inline: Cloud, when: Literal["before", "after"], stored: int
) -> None:
    inline.arm(inline.outputs["Api"], call=2, when=when)

    killed = inline.request("POST", "/things", json={"do": "put", "pk": f"inline-{when}", "times": 3})

    count = inline.client("dynamodb").query(
        TableName=inline.outputs["Table"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"inline-{when}"}},
    )["Count"]
    assert (killed.status_code, count) == (502, stored)


def test_an_upload_needs_no_socket_either(inline: Cloud) -> None:
    s3 = inline.client("s3")
    form: Any = s3.generate_presigned_post(Bucket=inline.outputs["Bucket"], Key="k")
    fields = {**form["fields"], "file": (io.BytesIO(CONTENT), "a.pdf")}

    answer = inline.request("POST", form["url"], data=fields, content_type="multipart/form-data")

    assert answer.status_code == 204
    assert s3.get_object(Bucket=inline.outputs["Bucket"], Key="k")["Body"].read() == CONTENT


def test_settling_waits_for_what_is_on_its_way(inline: Cloud) -> None:
    sqs = inline.client("sqs")
    for number in range(5):
        sqs.send_message(QueueUrl=inline.outputs["Queue"], MessageBody=f"settle {number}")

    assert inline.settle()

    assert {f"settle {number}" for number in range(5)} <= set(seen(inline, "queue"))


def test_bytes_survive(inline: Cloud) -> None:
    answer = inline.request("POST", "/files/x", data=b"\xff\x00")

    assert base64.b64decode(answer.get_json()["event"]["body"]) == b"\xff\x00"


def test_one_cloud_at_a_time(inline: Cloud, sample: Path) -> None:
    with pytest.raises(RuntimeError, match="already running"):
        Cloud.start(sample, lambdas="inline")
