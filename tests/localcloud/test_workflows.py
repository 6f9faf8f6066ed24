"""State machines are executed: JSONata, waits for an answer, time-outs from data, and waits ended by hand."""

import json
import time
from typing import Any

import pytest
import requests

from localcloud.cloud import Cloud
from tests.localcloud.conftest import eventually, seen_json


def _start(cloud: Cloud, name: str | None = None, **given: Any) -> str:
    named = {"name": name} if name else {}
    started = cloud.client("stepfunctions").start_execution(
        stateMachineArn=cloud.outputs["Machine"], input=json.dumps({"seconds": 60, **given}), **named
    )
    return str(started["executionArn"])


def _asked(cloud: Cloud, say: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = eventually(
        lambda: [one for one in seen_json(cloud, "token") if one["say"] == say]
    )
    return found[0]


def _ended(cloud: Cloud, arn: str) -> dict[str, Any]:
    def described() -> dict[str, Any] | None:
        found: dict[str, Any] = cloud.client("stepfunctions").describe_execution(executionArn=arn)
        return found if found["status"] != "RUNNING" else None

    found: dict[str, Any] = eventually(described)
    assert found["status"] == "SUCCEEDED", found
    return dict(json.loads(found["output"]))


def test_an_answer_ends_the_wait_and_reaches_the_output(served: Cloud) -> None:
    arn = _start(served, say='quote " and \\ عربي')
    token = _asked(served, 'quote " and \\ عربي')["token"]

    served.client("stepfunctions").send_task_success(taskToken=token, output=json.dumps({"told": 'a "b"'}))

    output = _ended(served, arn)
    assert output["answer"] == {"told": 'a "b"'}
    assert len(output["id"]) == 36


def test_the_time_out_may_come_from_the_input(served: Cloud) -> None:
    begun = time.monotonic()

    output = _ended(served, _start(served, say="short", seconds=1))

    assert output == {"answer": "silence"}
    assert 0.9 < time.monotonic() - begun < 4


def test_a_failure_keeps_its_cause(served: Cloud) -> None:
    arn = _start(served, say="refuse")

    served.client("stepfunctions").send_task_failure(
        taskToken=_asked(served, "refuse")["token"], error="Refused", cause="as I said"
    )

    assert _ended(served, arn) == {"cause": "as I said"}


def test_a_wait_can_be_ended_now(served: Cloud) -> None:
    arn = _start(served, "to-expire", say="expire")
    _asked(served, "expire")
    assert eventually(lambda: served.executions.describe("to-expire")["waiting"])

    answer = requests.post(f"{served.url}/_local/expire/to-expire", timeout=10).json()

    assert answer == {"expired": 1}
    assert _ended(served, arn) == {"answer": "silence"}


def test_an_execution_can_be_looked_at(served: Cloud) -> None:
    _start(served, "looked-at", say="look")
    _asked(served, "look")

    shown = requests.get(f"{served.url}/_local/executions/looked-at", timeout=10).json()

    assert shown["status"] == "RUNNING"
    assert [step["state"] for step in shown["states"]] == ["Ask"]


def test_a_stopped_execution_has_ended_although_it_waited(served: Cloud) -> None:
    arn = _start(served, "stopped", say="stop")
    _asked(served, "stop")
    assert eventually(lambda: served.executions.describe("stopped")["waiting"])

    for _ in range(2):
        served.client("stepfunctions").stop_execution(executionArn=arn)

    described = served.client("stepfunctions").describe_execution(executionArn=arn)
    assert described["status"] == "ABORTED"
    assert eventually(lambda: not served.executions.describe("stopped")["waiting"])


def test_an_execution_tells_the_default_bus_how_it_stands(served: Cloud) -> None:
    events = served.client("events")
    pattern = {"source": ["aws.states"], "detail": {"stateMachineArn": [served.outputs["Machine"]]}}
    events.put_rule(Name="told", EventPattern=json.dumps(pattern))
    hear = f"arn:aws:lambda:me-south-1:123456789012:function:{served.resources['Sample/Hear']}"
    events.put_targets(Rule="told", Targets=[{"Id": "hear", "Arn": hear}])
    ended, stopped = _start(served, "tells", say="short", seconds=1), _start(served, "ends", say="wait")
    _ended(served, ended)
    eventually(lambda: served.executions.describe("ends")["waiting"])
    served.client("stepfunctions").stop_execution(executionArn=stopped)

    def told(arn: str) -> list[dict[str, Any]]:
        return [one for one in seen_json(served, "event") if one.get("resources") == [arn]]

    assert eventually(lambda: len(told(ended)) == len(told(stopped)) == 2)
    events.disable_rule(Name="told")
    assert sorted(one["detail"]["status"] for one in told(ended)) == ["RUNNING", "SUCCEEDED"]
    [aborted] = [one for one in told(stopped) if one["detail"]["status"] == "ABORTED"]
    assert aborted["detail-type"] == "Step Functions Execution Status Change"
    detail = aborted["detail"]
    assert (detail["name"], detail["executionArn"]) == ("ends", stopped)
    assert json.loads(detail["input"])["say"] == "wait"
    assert 0 <= detail["stopDate"] - detail["startDate"] < 60_000
    assert detail["output"] is None


def test_an_execution_that_is_not_there_is_not_found(served: Cloud) -> None:
    assert requests.post(f"{served.url}/_local/expire/nobody", timeout=10).status_code == 404


def test_unnamed_executions_do_not_collide(served: Cloud) -> None:
    assert _start(served, say="one") != _start(served, say="two")


def test_a_name_is_used_once(served: Cloud) -> None:
    _start(served, "once", say="first")

    again = served.client("stepfunctions")

    with pytest.raises(again.exceptions.ExecutionAlreadyExists):
        _start(served, "once", say="second")


def test_a_task_is_told_its_execution_and_when_it_began(served: Cloud) -> None:
    _start(served, "told", say="told")

    asked = _asked(served, "told")

    assert asked["execution"] == "told"
    assert asked["started"].endswith("Z")
