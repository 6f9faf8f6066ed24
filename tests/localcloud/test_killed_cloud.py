"""A kept cloud ended by any signal: what it answered is there again, and what was under way goes on."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from localcloud.backend import KEY_ID, SECRET_KEY
from tests.localcloud.conftest import eventually

UP = (sys.executable, "-m", "localcloud", "up")
pytestmark = pytest.mark.enable_socket


class Running:
    """A cloud in a process group of its own, met over its port only."""

    def __init__(self, assembly: Path, kept: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self._process = subprocess.Popen(
            [*UP, str(assembly), "--port", self.url.rsplit(":", 1)[1], "--keep", str(kept)],
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert eventually(self._outputs, within=60), "the cloud did not start"
        self.outputs: dict[str, str] = self._outputs()

    def _outputs(self) -> Any:
        with suppress(requests.ConnectionError):
            answer = requests.get(f"{self.url}/_local/outputs", timeout=10)
            return answer.json() if answer.status_code == 200 else None
        return None

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="eu-central-1",
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=SECRET_KEY,
        )

    def seen(self, kind: str) -> list[str]:
        found = self.client("dynamodb").query(
            TableName=self.outputs["Seen"],
            KeyConditionExpression="kind = :kind",
            ExpressionAttributeValues={":kind": {"S": kind}},
        )
        return [item["text"]["S"] for item in found["Items"]]

    def end(self, how: signal.Signals) -> int:
        """Send the signal to the whole group; how the cloud ended."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, how)
        return self._process.wait(timeout=60)


@contextmanager
def running(assembly: Path, kept: Path) -> Iterator[Running]:
    cloud = Running(assembly, kept)
    try:
        yield cloud
    finally:
        cloud.end(signal.SIGKILL)


def fill(cloud: Running) -> dict[str, Any]:
    """Something in every store; what has to be there again."""
    answer = requests.post(f"{cloud.url}/things", json={"do": "put", "pk": "kept"}, timeout=30)
    assert answer.status_code == 200
    s3 = cloud.client("s3")
    stored = s3.put_object(Bucket=cloud.outputs["Bucket"], Key="kept", Body=b"kept", Metadata={"a": "b"})
    s3.put_object(Bucket=cloud.outputs["Bucket"], Key="gone", Body=b"gone")
    s3.delete_object(Bucket=cloud.outputs["Bucket"], Key="gone")
    tags = {"TagSet": [{"Key": "state", "Value": "CLEAN"}]}
    s3.put_object_tagging(Bucket=cloud.outputs["Bucket"], Key="kept", Tagging=tags)
    cloud.client("secretsmanager").put_secret_value(SecretId=cloud.outputs["Secret"], SecretString="kept")
    sqs = cloud.client("sqs")
    sqs.send_message(QueueUrl=cloud.outputs["Mail"], MessageBody="kept")
    sqs.send_message(QueueUrl=cloud.outputs["Mail"], MessageBody="received, and not deleted")
    while sqs.receive_message(QueueUrl=cloud.outputs["Mail"], VisibilityTimeout=600).get("Messages"):
        pass
    cognito = cloud.client("cognito-idp")
    cognito.admin_create_user(UserPoolId=cloud.outputs["People"], Username="kept")
    cognito.admin_set_user_password(
        UserPoolId=cloud.outputs["People"], Username="kept", Password="Long-enough-9!", Permanent=True
    )
    encrypted = cloud.client("kms").encrypt(KeyId=cloud.outputs["Data"], Plaintext=b"kept")
    return {"encrypted": encrypted["CiphertextBlob"], "version": stored.get("VersionId")}


def check(cloud: Running, kept: dict[str, Any]) -> None:
    key = {"pk": {"S": "kept"}, "sk": {"S": "0"}}
    assert "Item" in cloud.client("dynamodb").get_item(TableName=cloud.outputs["Table"], Key=key)
    s3, bucket = cloud.client("s3"), cloud.outputs["Bucket"]
    found = s3.get_object(Bucket=bucket, Key="kept")
    assert (found["Body"].read(), found["Metadata"], found.get("VersionId")) == (
        b"kept",
        {"a": "b"},
        kept["version"],
    )
    assert s3.get_object_tagging(Bucket=bucket, Key="kept")["TagSet"] == [{"Key": "state", "Value": "CLEAN"}]
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["kept"]
    secret = cloud.client("secretsmanager").get_secret_value(SecretId=cloud.outputs["Secret"])
    assert secret["SecretString"] == "kept"
    assert cloud.client("kms").decrypt(CiphertextBlob=kept["encrypted"])["Plaintext"] == b"kept"
    signed_in = cloud.client("cognito-idp").admin_initiate_auth(
        UserPoolId=cloud.outputs["People"],
        ClientId=cloud.outputs["PeopleClient"],
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "kept", "PASSWORD": "Long-enough-9!"},
    )
    assert signed_in["AuthenticationResult"]["IdToken"]
    received = cloud.client("sqs").receive_message(
        QueueUrl=cloud.outputs["Mail"], MaxNumberOfMessages=10, VisibilityTimeout=0
    )["Messages"]
    assert {"kept", "received, and not deleted"} <= {message["Body"] for message in received}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_what_was_answered_is_there_again_after(how: signal.Signals, sample: Path, tmp_path: Path) -> None:
    with running(sample, tmp_path) as cloud:
        kept = fill(cloud)
        code = cloud.end(how)

    assert code == (-signal.SIGKILL if how is signal.SIGKILL else 0)
    with running(sample, tmp_path) as cloud:
        check(cloud, kept)


def test_what_was_put_back_is_kept_as_well(sample: Path, tmp_path: Path) -> None:
    with running(sample, tmp_path) as cloud:
        kept = fill(cloud)
        cloud.end(signal.SIGKILL)
    with running(sample, tmp_path) as cloud:
        cloud.end(signal.SIGKILL)
    with running(sample, tmp_path) as cloud:
        check(cloud, kept)


def test_what_was_under_way_goes_on_after_a_kill(sample: Path, tmp_path: Path) -> None:
    """An execution that waits, one that ended, and a record of a stream its function has not taken."""
    with running(sample, tmp_path) as cloud:
        states, machine = cloud.client("stepfunctions"), cloud.outputs["Machine"]
        waiting = json.dumps({"say": "x", "seconds": 600})
        states.start_execution(stateMachineArn=machine, name="waiting", input=waiting)
        ended = states.start_execution(
            stateMachineArn=machine, name="ended", input=json.dumps({"seconds": 1})
        )
        arn = ended["executionArn"]
        assert eventually(lambda: states.describe_execution(executionArn=arn)["status"] != "RUNNING")
        before = states.describe_execution(executionArn=arn)
        tokens = len(cloud.seen("token"))
        requests.post(f"{cloud.url}/_local/faults", json={"function": "relay", "call": 1, "when": "before"})
        for name in ("first", "second"):
            order = {"do": "put", "pk": name, "kind": "event"}
            assert requests.post(f"{cloud.url}/things", json=order, timeout=30).status_code == 200
        cloud.end(signal.SIGKILL)

    with running(sample, tmp_path) as cloud:
        assert eventually(lambda: {"first", "second"} <= set(cloud.seen("stream")))
        states = cloud.client("stepfunctions")
        after = states.describe_execution(executionArn=arn)
        assert (after["status"], after.get("output")) == (before["status"], before.get("output"))
        with pytest.raises(states.exceptions.ExecutionAlreadyExists):
            states.start_execution(stateMachineArn=machine, name="ended", input=json.dumps({"seconds": 1}))
        assert eventually(lambda: len(cloud.seen("token")) > tokens)  # asked for anew

        def answered() -> bool:
            """Whether the newest token is one of this cloud's: one of the cloud before may still have been written."""
            token = json.loads(cloud.seen("token")[-1])["token"]
            try:
                states.send_task_success(taskToken=token, output=json.dumps({"said": "after"}))
            except ClientError:
                return False
            return True

        assert eventually(answered)
        again = arn.replace(":ended", ":waiting")
        assert eventually(lambda: states.describe_execution(executionArn=again)["status"] == "SUCCEEDED")


def test_a_folder_is_used_by_one_process(sample: Path, tmp_path: Path) -> None:
    with running(sample, tmp_path):
        second = subprocess.run(
            [sys.executable, "-m", "localcloud", "up", str(sample), "--port", "0", "--keep", str(tmp_path)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert second.returncode == 1
    assert "is used by another process" in second.stdout + second.stderr
    assert "Traceback" not in second.stderr


def test_a_port_that_is_taken_is_said(sample: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "-m", "localcloud", "up", str(sample), "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert refused.returncode == 1
    assert f"port {port}" in (refused.stdout + refused.stderr).lower()
    assert "Traceback" not in refused.stderr
