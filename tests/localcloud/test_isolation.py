"""A cloud keeps its functions apart, keeps its data when asked, and leaves nothing behind."""

import json
import os
import py_compile
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from moto.awslambda.models import LambdaFunction
from moto.dynamodb.responses import DynamoHandler

from localcloud.cloud import Cloud, Lambdas
from localcloud.state import PersistedStateRefused
from localcloud.template import TemplateRefused
from tests.localcloud import sample_assembly
from tests.localcloud.conftest import eventually, received


@pytest.mark.parametrize("lambdas", ["inline", "process"])
@pytest.mark.enable_socket
def test_a_function_may_be_bytecode_alone(tmp_path: Path, lambdas: Lambdas) -> None:
    (tmp_path / "code").mkdir()
    source = tmp_path / "code/main.py"
    source.write_text("def handler(event, context):\n    return 'answered'\n")
    py_compile.compile(str(source), cfile=str(source.with_suffix(".pyc")), doraise=True)
    source.unlink()
    template = sample_assembly.template()
    one = sample_assembly.function("handler", NAME="One")
    one["Properties"]["Environment"]["Variables"] = {"NAME": "One"}
    resources = {"Role": template["Resources"]["Role"], "One": one}
    directory = sample_assembly.write(
        tmp_path / "cdk", template={"Resources": resources}, functions=tmp_path / "code"
    )

    with Cloud.start(directory, lambdas=lambdas, logs=tmp_path / "logs") as cloud:
        answer = cloud.invoke(cloud.resources["Sample/One"], b"{}")

    assert answer.json() == "answered", answer


def test_each_function_sees_its_own_environment(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code/shared.py").write_text("import os\nNAME = os.environ['NAME']\n")
    (tmp_path / "code/main.py").write_text(
        "import os, time\nimport shared\n"
        "def handler(event, context):\n    time.sleep(0.005)\n"
        "    return [shared.NAME, os.environ['NAME'], os.getenv('NAME'), context.function_name]\n"
    )
    template = sample_assembly.template()
    role = {"Role": template["Resources"]["Role"]}
    functions = {}
    for name in ("One", "Two"):
        functions[name] = sample_assembly.function("handler", NAME=name)
        functions[name]["Properties"]["Environment"]["Variables"] = {"NAME": name}
    directory = sample_assembly.write(
        tmp_path / "cdk", template={"Resources": role | functions}, functions=tmp_path / "code"
    )

    with Cloud.start(directory, lambdas="inline") as cloud, ThreadPoolExecutor(16) as callers:
        names = ["One", "Two"] * 100
        answers = list(
            callers.map(lambda name: cloud.invoke(cloud.resources[f"Sample/{name}"], b"{}").json(), names)
        )

    assert [answer[:3] for answer in answers] == [[name] * 3 for name in names]
    assert "NAME" not in os.environ


def test_nothing_stays_behind(sample: Path) -> None:
    before = (LambdaFunction.invoke, DynamoHandler.call_action, os.environ, os.getenv)

    with Cloud.start(sample, lambdas="inline"):
        assert LambdaFunction.invoke is not before[0]

    assert (LambdaFunction.invoke, DynamoHandler.call_action, os.environ, os.getenv) == before


def test_what_runs_is_waited_for_and_nothing_begins_after_the_end(tmp_path: Path) -> None:
    """Else it would go on in the next cloud of this process, or ask AWS itself."""
    notes = tmp_path / "notes"
    (tmp_path / "code").mkdir()
    (tmp_path / "code/main.py").write_text(
        "import os, time\n"
        "def handler(event, context):\n"
        "    note = open(os.environ['NOTES'], 'a', buffering=1)\n"
        "    note.write('begun ')\n    time.sleep(0.5)\n    note.write('ended ')\n"
        "    raise ValueError('to be tried again')\n"
    )
    function = sample_assembly.function("handler", NOTES=str(notes))
    function["Properties"]["Environment"]["Variables"] = {"NOTES": str(notes)}
    resources = {"Role": sample_assembly.template()["Resources"]["Role"], "Slow": function}
    directory = sample_assembly.write(
        tmp_path / "cdk", template={"Resources": resources}, functions=tmp_path / "code"
    )

    with Cloud.start(directory, lambdas="inline") as cloud:
        slow = cloud.resources["Sample/Slow"]
        for _ in range(20):
            cloud.functions.invoke_async(slow, b"{}", trigger="test")
        target = {"Arn": cloud.functions.resolve(slow).arn}
        for _ in range(20):
            cloud._dispatcher.send(target, "{}")
        assert eventually(notes.exists)

    written = notes.read_text().split()
    assert written.count("begun") == written.count("ended") > 0
    assert len(cloud.invoke(slow, b"{}").json()["errorMessage"]) > 10
    assert notes.read_text().split() == written


@pytest.mark.enable_socket
def test_a_refused_deployment_gives_its_port_back(sample: Path, tmp_path: Path) -> None:
    odd = {"Odd": {"Type": "AWS::Glue::Job", "Properties": {}}}
    refused = sample_assembly.write(tmp_path / "cdk", template={"Resources": odd})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    with pytest.raises(TemplateRefused) as refusal:
        Cloud.start(refused, port=port)

    assert "AWS::Glue::Job" in str(refusal.value)
    with Cloud.start(sample, port=port, lambdas="process") as cloud:
        assert cloud.url.endswith(f":{port}")


def _fill(cloud: Cloud) -> bytes:
    cloud.request("POST", "/things", json={"do": "put", "pk": "kept"})
    cloud.client("s3").put_object(Bucket=cloud.outputs["Bucket"], Key="kept", Body=b"kept")
    cloud.client("secretsmanager").put_secret_value(SecretId=cloud.outputs["Secret"], SecretString="kept")
    cloud.client("sqs").send_message(QueueUrl=cloud.outputs["Mail"], MessageBody="kept")
    people = cloud.outputs["People"]
    cognito = cloud.client("cognito-idp")
    cognito.admin_create_user(UserPoolId=people, Username="kept")
    cognito.admin_set_user_password(
        UserPoolId=people, Username="kept", Password="Long-enough-9!", Permanent=True
    )
    started = {"name": "waiting", "input": json.dumps({"say": "x", "seconds": 600})}
    cloud.client("stepfunctions").start_execution(stateMachineArn=cloud.outputs["Machine"], **started)
    assert eventually(lambda: cloud.executions.describe("waiting")["waiting"])
    encrypted: bytes = cloud.client("kms").encrypt(KeyId=cloud.outputs["Data"], Plaintext=b"kept")[
        "CiphertextBlob"
    ]
    return encrypted


def test_a_kept_cloud_has_its_names_its_data_and_its_keys_again(sample: Path, tmp_path: Path) -> None:
    with Cloud.start(sample, lambdas="inline", keep=tmp_path) as cloud:
        encrypted = _fill(cloud)
        names = cloud.outputs

    with Cloud.start(sample, lambdas="inline", keep=tmp_path) as cloud:
        assert cloud.outputs == names
        key = {"pk": {"S": "kept"}, "sk": {"S": "0"}}
        assert "Item" in cloud.client("dynamodb").get_item(TableName=names["Table"], Key=key)
        assert cloud.client("s3").get_object(Bucket=names["Bucket"], Key="kept")["Body"].read() == b"kept"
        assert cloud.client("kms").decrypt(CiphertextBlob=encrypted)["Plaintext"] == b"kept"
        assert (
            cloud.client("secretsmanager").get_secret_value(SecretId=names["Secret"])["SecretString"]
            == "kept"
        )
        signed_in = cloud.client("cognito-idp").admin_initiate_auth(
            UserPoolId=names["People"],
            ClientId=names["PeopleClient"],
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "kept", "PASSWORD": "Long-enough-9!"},
        )
        assert signed_in["AuthenticationResult"]["IdToken"]
        assert cloud.resumed_executions == ["waiting"]
        assert eventually(lambda: cloud.executions.describe("waiting")["waiting"])
        assert "kept" in received(cloud, "Mail")


def test_a_reset_starts_afresh(sample: Path, tmp_path: Path) -> None:
    with Cloud.start(sample, lambdas="inline", keep=tmp_path) as cloud:
        _fill(cloud)

    with Cloud.start(sample, lambdas="inline", keep=tmp_path, reset=True) as cloud:
        assert cloud.client("dynamodb").scan(TableName=cloud.outputs["Table"])["Count"] == 0
        assert cloud.resumed_executions == []


def test_kept_data_of_another_key_is_refused(sample: Path, tmp_path: Path) -> None:
    with Cloud.start(sample, lambdas="inline", keep=tmp_path / "kept"):
        pass
    template = sample_assembly.template()
    properties = template["Resources"]["Table"]["Properties"]
    for listed in (*properties["KeySchema"], *properties["AttributeDefinitions"]):
        listed["AttributeName"] += "2"
    other = sample_assembly.write(tmp_path / "other", template=template)

    with pytest.raises(PersistedStateRefused, match="key of table"):
        Cloud.start(other, lambdas="inline", keep=tmp_path / "kept")


def test_executions_stopped_in_the_instant_they_start_are_let_begin_first(sample: Path) -> None:
    with Cloud.start(sample, lambdas="inline") as cloud:
        for turn in range(20):
            cloud.client("stepfunctions").start_execution(
                stateMachineArn=cloud.outputs["Machine"], input='{"seconds": 60}', name=f"instant-{turn}"
            )
        cloud.executions.stop_all()
        ended = eventually(lambda: not cloud.executions.in_flight())

    assert ended
