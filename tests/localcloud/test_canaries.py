"""Each correction of moto still has something to correct.

One canary per shim, in bare moto, in a process of its own: it passes while upstream has the gap. When a
newer moto closes it, the canary fails and says which shim to delete.
"""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from localcloud.shims import MOTO

SETUP = """
import json, os, threading, time
os.environ.update(AWS_DEFAULT_REGION="me-south-1", AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b")
import boto3
from moto import mock_aws
mock = mock_aws(config={"stepfunctions": {"execute_state_machine": True}})
mock.start()
ROLE = "arn:aws:iam::123456789012:role/none"
def machine(definition, name="m"):
    client = boto3.client("stepfunctions")
    made = client.create_state_machine(name=name, definition=json.dumps(definition), roleArn=ROLE)
    return client, made["stateMachineArn"]
def ended(client, arn):
    for _ in range(200):
        found = client.describe_execution(executionArn=arn)
        if found["status"] != "RUNNING":
            return found
        time.sleep(0.02)
    return found
def table(**more):
    client = boto3.client("dynamodb")
    client.create_table(TableName="t", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST", **more)
    return client
def bucket():
    client = boto3.client("s3")
    client.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "me-south-1"})
    return client
"""

CANARIES = {
    # Races are a matter of luck; that the lock is missing is not.
    "dynamodb_lock": """
        from moto.dynamodb import responses, models
        import inspect
        source = inspect.getsource(responses.DynamoHandler) + inspect.getsource(models.DynamoDBBackend)
        gap = "Lock" not in source
    """,
    "queue_lock": """
        from moto.sqs.models import Queue, SQSBackend
        import inspect
        source = inspect.getsource(Queue.delete_message) + inspect.getsource(SQSBackend.purge_queue)
        gap = "_messages_lock" not in source
    """,
    "dynamodb_queries": """
        from moto.dynamodb.models.table import Table
        import inspect
        gap = inspect.getsource(Table.query).count("self.all_items()") == 2
        gap = gap and list(inspect.signature(Table.query).parameters)[8] == "index_name"
    """,
    "dynamodb_answers": """
        from moto.core.serialize import ResponseSerializer
        client = table()
        client.put_item(TableName="t", Item={"pk": {"S": "a"}})
        asked, looked_up = ResponseSerializer.get_value, []
        def counted(*args):
            looked_up.append(args[2])
            return asked(*args)
        ResponseSerializer.get_value = counted
        client.get_item(TableName="t", Key={"pk": {"S": "a"}})
        gap = {"S", "N", "M", "L"} <= set(looked_up)
    """,
    "dynamodb_transactions": """
        client = table()
        update = {"Update": {"TableName": "t", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "ADD n :n",
                             "ExpressionAttributeValues": {":n": {"N": "1"}}}}
        for _ in range(2):
            client.transact_write_items(TransactItems=[update], ClientRequestToken="t" * 36)
        twice = client.get_item(TableName="t", Key={"pk": {"S": "a"}})["Item"]["n"]["N"] == "2"
        from moto.dynamodb import responses
        gap = twice and responses.TRANSACTION_MAX_ITEMS < 100
    """,
    "dynamodb_ttl": """
        client = table()
        setting = {"Enabled": True, "AttributeName": "end"}
        client.update_time_to_live(TableName="t", TimeToLiveSpecification=setting)
        client.put_item(TableName="t", Item={"pk": {"S": "a"}, "end": {"N": "1"}})
        gap = client.scan(TableName="t")["Count"] == 1
    """,
    "lambda_invoke": """
        from moto.awslambda.models import LambdaFunction
        import inspect
        gap = "docker" in inspect.getsource(LambdaFunction._invoke_lambda)
    """,
    "states_jsonata": """
        client, arn = machine({"QueryLanguage": "JSONata", "StartAt": "A",
                               "States": {"A": {"Type": "Succeed", "Output": "{% 1 + 1 %}"}}})
        started = client.start_execution(stateMachineArn=arn, name="one")
        gap = ended(client, started["executionArn"])["status"] != "SUCCEEDED"
    """,
    "states_start": """
        client, arn = machine({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})
        client.start_execution(stateMachineArn=arn, input='{"a": 1}')
        try:
            client.start_execution(stateMachineArn=arn, input='{"a": 2}')
            gap = False
        except client.exceptions.ExecutionAlreadyExists:
            gap = True
    """,
    "states_failure_cause": """
        from moto.stepfunctions.responses import StepFunctionResponse
        import inspect
        gap = "cause" not in inspect.getsource(StepFunctionResponse.send_task_failure)
    """,
    "states_stop": """
        client, arn = machine({"StartAt": "A", "States": {"A": {
            "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": True,
            "Parameters": {"QueueUrl": boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"],
                           "MessageBody": {"t.$": "$$.Task.Token"}}}}})
        started = client.start_execution(stateMachineArn=arn, name="one")["executionArn"]
        time.sleep(0.5)
        client.stop_execution(executionArn=started)
        time.sleep(0.5)
        gap = client.describe_execution(executionArn=started)["status"] == "RUNNING"
    """,
    "states_status_events": """
        from moto.stepfunctions.parser.backend import execution
        import inspect
        gap = "events" not in inspect.getsource(execution).replace("HistoryEvent", "").replace(
            "CloudWatchEvents", "").replace('"events"', "").replace("events=", "").replace("_events", "")
    """,
    "states_clients": """
        from moto.stepfunctions.parser.asl.utils import boto_client
        one, other = (boto_client.boto_client_for("me-south-1", "sqs") for _ in range(2))
        gap = one is not other
    """,
    "event_rules": """
        client = boto3.client("events")
        client.put_rule(Name="r", EventPattern='{"source": ["s"]}')
        target = "arn:aws:lambda:me-south-1:123456789012:function:f"
        client.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": target}])
        try:
            client.put_events(Entries=[{"Source": "s", "DetailType": "d", "Detail": "{}"}])
            gap = False
        except NotImplementedError:
            gap = True
    """,
    "object_events": """
        from moto.s3 import notifications
        from moto.s3.models import s3_backends
        import moto.events.models as events
        s3 = bucket()
        everything = {"EventBridgeConfiguration": {}}
        s3.put_bucket_notification_configuration(Bucket="bucket", NotificationConfiguration=everything)
        boto3.client("events").put_rule(Name="r", EventPattern='{"source": ["aws.s3"]}')
        sent = []
        def note(rule, event, transform_input=True):
            sent.append((event["detail"]["object"]["key"], event["id"]))
        events.Rule.send_to_targets = note
        for key in "ab":
            s3.put_object(Bucket="bucket", Key=key, Body=b"x")
        assert {key for key, _ in sent} == {"a", "b"}, sent
        gap = len({event_id for _, event_id in sent}) == 1
    """,
    "cognito_tokens": """
        client = boto3.client("cognito-idp")
        pool = client.create_user_pool(PoolName="p")["UserPool"]["Id"]
        made = client.create_user_pool_client(UserPoolId=pool, ClientName="c", IdTokenValidity=5,
            TokenValidityUnits={"IdToken": "minutes"}, ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"])
        client.admin_create_user(UserPoolId=pool, Username="u")
        secret = "Long-enough-9!"
        client.admin_set_user_password(UserPoolId=pool, Username="u", Password=secret, Permanent=True)
        answer = client.admin_initiate_auth(UserPoolId=pool, ClientId=made["UserPoolClient"]["ClientId"],
            AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters={"USERNAME": "u", "PASSWORD": secret})
        gap = answer["AuthenticationResult"]["ExpiresIn"] == 3600
    """,
    "presigned_get": """
        import requests
        bucket().put_object(Bucket="bucket", Key="k", Body=b"x")
        url = "https://bucket.s3.me-south-1.amazonaws.com/k?X-Amz-Signature=none&X-Amz-Expires=-1"
        gap = requests.get(url).content == b"x"
    """,
    "presigned_post": """
        import requests
        bucket()
        url = "https://bucket.s3.me-south-1.amazonaws.com/"
        answer = requests.post(url, data={"key": "k"}, files={"file": b"x"})
        gap = answer.status_code == 204
    """,
}


@pytest.mark.parametrize("shim", CANARIES)
def test_moto_still_needs(shim: str) -> None:
    script = (
        SETUP
        + textwrap.dedent(CANARIES[shim])
        + "\nprint('GAP' if gap else 'CLOSED', flush=True)\nos._exit(0)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.stdout.strip() in ("GAP", "CLOSED"), done.stderr
    assert done.stdout.strip() == "GAP", (
        f"moto closed the gap: delete localcloud/shims/{shim}.py and its installation"
    )


def test_every_shim_has_its_canary() -> None:
    shims = {path.stem for path in Path("localcloud/shims").glob("*.py")} - {"__init__"}

    assert shims == set(CANARIES)


def test_moto_is_the_release_the_shims_were_written_for() -> None:
    import moto

    assert moto.__version__ == MOTO, "read the canaries, then move the pin"
