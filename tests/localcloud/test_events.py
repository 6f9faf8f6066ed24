"""Queues, streams, rules and schedules reach their functions as Lambda's and EventBridge's own would."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from localcloud.cloud import Cloud
from tests.localcloud.conftest import eventually, received, seen, seen_json


def _send(cloud: Cloud, *bodies: str) -> None:
    entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
    cloud.client("sqs").send_message_batch(QueueUrl=cloud.outputs["Queue"], Entries=entries)


def test_only_the_failed_messages_of_a_batch_come_again_and_end_as_dead_letters(served: Cloud) -> None:
    _send(served, "good 1", "bad 1", "good 2")

    assert eventually(lambda: any(one["payload"] == "bad 1" for one in served.dead_letters()))
    taken = seen(served, "queue")
    assert sorted(taken) == ["good 1", "good 2"]


def test_a_message_reaches_its_function_at_once(served: Cloud) -> None:
    _send(served, "warm")
    assert eventually(lambda: "warm" in seen(served, "queue"))
    begun = time.monotonic()

    _send(served, "quick")

    assert eventually(lambda: "quick" in seen(served, "queue"))
    assert time.monotonic() - begun < 0.5


def test_no_message_is_lost_to_a_neighbours_deletion(served: Cloud) -> None:
    sqs, mail = served.client("sqs"), served.outputs["Mail"]
    received(served, "Mail")

    def send(sender: int) -> None:
        for number in range(40):
            sqs.send_message(QueueUrl=mail, MessageBody=f"{sender}-{number}")

    found: list[str] = []
    with ThreadPoolExecutor(5) as pool:
        sending = [pool.submit(send, sender) for sender in range(5)]
        while not all(one.done() for one in sending):
            found += received(served, "Mail")
    found += received(served, "Mail")

    assert sorted(found) == sorted(f"{sender}-{number}" for sender in range(5) for number in range(40))


def test_a_waiting_retry_can_be_redelivered_now(served: Cloud) -> None:
    queue = served.outputs["Mail"]
    sqs = served.client("sqs")
    sqs.send_message(QueueUrl=queue, MessageBody="later", DelaySeconds=600)

    requests.post(served.url + "/_local/redeliver", timeout=10)

    assert received(served, "Mail") == ["later"]


def _put(cloud: Cloud, pk: str, kind: str = "event") -> None:
    item = {"pk": {"S": pk}, "sk": {"S": "1"}, "kind": {"S": kind}}
    cloud.client("dynamodb").put_item(TableName=cloud.outputs["Table"], Item=item)


def test_a_stream_delivers_what_its_filter_lets_through(served: Cloud) -> None:
    _put(served, "wanted")
    _put(served, "of another kind", kind="other")
    _put(served, "wanted")  # no INSERT: it is there already
    _put(served, "last")

    assert eventually(lambda: "last" in seen(served, "stream"))
    assert [key for key in seen(served, "stream") if key != "last"] == ["wanted"]


def test_a_record_with_bytes_is_delivered_and_keeps_nothing_behind_it(served: Cloud) -> None:
    for name, more in (
        ("bytes", {"raw": {"B": b"\xff"}, "rest": {"M": {"raw": {"BS": [b"\x00"]}}}}),
        ("behind", {}),
    ):
        item = {"pk": {"S": name}, "sk": {"S": "bytes"}, "kind": {"S": "event"}, **more}
        served.client("dynamodb").put_item(TableName=served.outputs["Table"], Item=item)

    assert eventually(lambda: {"bytes", "behind"} <= set(seen(served, "stream")))


def test_one_poisoned_record_is_parted_from_its_batch(served: Cloud) -> None:
    entries = [
        {
            "Put": {
                "TableName": served.outputs["Table"],
                "Item": {"pk": {"S": pk}, "sk": {"S": "p"}, "kind": {"S": "event"}},
            }
        }
        for pk in ("before", "poison", "after")
    ]
    served.client("dynamodb").transact_write_items(TransactItems=entries)

    assert eventually(lambda: "after" in seen(served, "stream"))
    assert "before" in seen(served, "stream")
    assert "poison" not in seen(served, "stream")
    lost = [
        json.loads(one["payload"]) for one in served.dead_letters() if "DDBStreamBatchInfo" in one["payload"]
    ]
    assert [one["DDBStreamBatchInfo"]["batchSize"] for one in lost] == [1]


def test_a_rule_transforms_what_it_sends(served: Cloud) -> None:
    detail = json.dumps({"who": 'نورة "n"'})
    entry = {"Source": "sample", "DetailType": "Written", "Detail": detail, "EventBusName": "sample"}

    served.client("events").put_events(Entries=[entry])

    [told] = eventually(lambda: received(served, "Mail"))
    assert json.loads(told)["text"] == 'to نورة "n"'
    [heard] = eventually(lambda: [one for one in seen_json(served, "event") if one.get("source") == "sample"])
    assert heard["detail"] == {"who": 'نورة "n"'}
    assert json.loads(told)["id"] == heard["id"]
    assert isinstance(heard["time"], str)


def test_an_event_no_rule_matches_goes_nowhere(served: Cloud) -> None:
    entry = {"Source": "other", "DetailType": "Written", "Detail": "{}", "EventBusName": "sample"}

    served.client("events").put_events(Entries=[entry])

    assert served.settle()
    assert received(served, "Mail") == []


def test_a_rule_starts_a_workflow(served: Cloud) -> None:
    entry = {
        "Source": "sample",
        "DetailType": "Asked",
        "Detail": json.dumps({"say": "by rule", "seconds": 60}),
        "EventBusName": "sample",
    }

    served.client("events").put_events(Entries=[entry])

    assert eventually(lambda: [one for one in seen_json(served, "token") if one["say"] == "by rule"])


@pytest.mark.parametrize("name", ["nightly", "hourly"])
def test_a_schedule_is_listed_and_happens_when_fired(served: Cloud, name: str) -> None:
    listed = requests.get(served.url + "/_local/schedules", timeout=10).json()

    fired = requests.post(f"{served.url}/_local/fire/{name}", timeout=10).json()

    assert name in [one["name"] for one in listed]
    assert fired == {"fired": [name]}
    assert eventually(lambda: {"job": name} in seen_json(served, "event"))


def test_a_schedule_that_is_not_there_is_not_found(served: Cloud) -> None:
    assert requests.post(f"{served.url}/_local/fire/never", timeout=10).status_code == 404


def test_expired_items_go_when_swept_and_not_before(served: Cloud) -> None:
    dynamodb = served.client("dynamodb")
    for pk, expires_at in (("old", "100"), ("new", "300")):
        item = {"pk": {"S": pk}, "sk": {"S": "ttl"}, "expires_at": {"N": expires_at}}
        dynamodb.put_item(TableName=served.outputs["Table"], Item=item)

    deleted = requests.post(f"{served.url}/_local/ttl?now=200", timeout=10).json()

    assert deleted == {"deleted": 1}
    key = {"pk": {"S": "new"}, "sk": {"S": "ttl"}}
    assert "Item" in dynamodb.get_item(TableName=served.outputs["Table"], Key=key)


def test_an_asynchronous_invocation_is_answered_at_once(served: Cloud) -> None:
    payload = json.dumps({"later": True}).encode()

    answer = served.client("lambda").invoke(
        FunctionName=served.resources["Sample/Hear"], InvocationType="Event", Payload=payload
    )

    assert answer["StatusCode"] == 202
    assert eventually(lambda: {"later": True} in seen_json(served, "event"))
