"""Qiwa's events at the door: nothing unsigned comes in, nothing signed is lost."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.webhooks.queued import from_queue
from ishtirak.webhooks.signatures import SignedMessage, SigningKey, signed_headers
from tests.fakes.contracts import NOW, NUMBER, WORKER, FixedClock, an_event, as_text
from tests.functions.register_world import KEY, NEXT_KEY, Cloud, answered, asked, deployed

BODY = as_text(an_event()).encode()
EVENTS = Path(__file__).parents[2] / "functions" / "receive_contract" / "events"


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with deployed() as made:
        yield made


def api_of(cloud: Cloud, **changes: Any) -> Any:
    from functions.receive_contract.handler import build
    from functions.receive_contract.settings import Settings

    values = {
        "contracts_queue_url": cloud.contracts_queue_url,
        "qiwa_secret_arn": cloud.qiwa_secret_arn,
        "data_key_arn": cloud.data_key_arn,
    }
    return build(Settings(**(values | changes)), clock=FixedClock())


def sent(
    body: bytes = BODY, *, keys: Any = (KEY,), at: Any = NOW, signed: bytes | None = None
) -> dict[str, Any]:
    headers = signed_headers("msg_1", body=signed if signed is not None else body, keys=keys, at=at)
    return asked("POST", "/v1/qiwa/events", body=body, headers=headers)


@pytest.mark.parametrize("keys", [(KEY,), (NEXT_KEY,), (KEY, NEXT_KEY)])
def test_a_signed_event_is_durable_before_it_is_answered(cloud: Cloud, keys: Any) -> None:
    status, answer = answered(api_of(cloud), sent(keys=keys))

    assert (status, answer) == (202, {"received": "msg_1"})
    (body,) = cloud.queued()
    encryption = KmsEncryption(cloud.data_key_arn)
    assert from_queue(body, encryption=encryption) == SignedMessage(id="msg_1", text=BODY.decode())


def test_the_queue_holds_nothing_of_what_qiwa_wrote(cloud: Cloud) -> None:
    answered(api_of(cloud), sent())

    (body,) = cloud.queued()
    assert set(json.loads(body)) == {"webhook_id", "encrypted"}
    assert WORKER not in body
    assert NUMBER not in body


@pytest.mark.parametrize(
    "event",
    [
        sent(signed=BODY + b" "),
        sent(keys=(SigningKey(b"x" * 32),)),
        sent(at=NOW - timedelta(seconds=301)),
        sent(at=NOW + timedelta(seconds=301)),
        asked("POST", "/v1/qiwa/events", body=BODY),
        asked("POST", "/v1/qiwa/events", body=BODY, headers={"webhook-signature": "v1,"}),
        asked("POST", "/v1/qiwa/events", body=b"\xff", person="someone"),
    ],
    ids=["body", "key", "too old", "too early", "no headers", "one header", "signed in, unsigned"],
)
def test_what_is_not_signed_in_time_is_refused_and_not_queued(cloud: Cloud, event: dict[str, Any]) -> None:
    status, answer = answered(api_of(cloud), event)

    assert (status, answer["code"]) == (401, "signature_refused")
    assert cloud.queued() == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_body"),
        (b'{"a":1,"a":2}', 400, "malformed_body"),
        (b"\xff\xfe", 400, "malformed_body"),
        (b'{"a":"' + b"x" * 70_000 + b'"}', 413, "body_too_large"),
    ],
)
def test_a_signed_body_that_cannot_be_read_is_refused(
    cloud: Cloud, body: bytes, status: int, code: str
) -> None:
    assert answered(api_of(cloud), sent(body))[0] == status
    assert answered(api_of(cloud), sent(body))[1]["code"] == code
    assert cloud.queued() == []


def test_the_refusal_is_in_the_language_asked_for(cloud: Cloud) -> None:
    event = asked("POST", "/v1/qiwa/events", body=BODY, language="en")

    assert answered(api_of(cloud), event)[1]["title"] == "The signature is not accepted"


def test_qiwa_sends_again_when_the_queue_does_not_take_it(cloud: Cloud) -> None:
    gone = cloud.contracts_queue_url + "-gone"

    status, answer = answered(api_of(cloud, contracts_queue_url=gone), sent())

    assert (status, answer["code"]) == (503, "unavailable")


def test_qiwa_sends_again_when_the_keys_cannot_be_read(cloud: Cloud) -> None:
    status, _ = answered(api_of(cloud, qiwa_secret_arn=cloud.qiwa_secret_arn + "-gone"), sent())

    assert status == 503


def test_the_answer_costs_two_calls_once_the_keys_are_known(cloud: Cloud) -> None:
    api = api_of(cloud)
    answered(api, sent())

    with cloud.calls as counted:
        answered(api, sent())

    assert counted == {"Encrypt": 1, "SendMessage": 1}


def test_the_longest_event_in_arabic_fits_the_queue(cloud: Cloud) -> None:
    long = as_text(an_event() | {"note": ["ع" * 2_000] * 15}).encode()

    assert answered(api_of(cloud), sent(long))[0] == 202
    assert len(cloud.queued()[0]) < 262_144


@pytest.mark.parametrize("file", sorted(EVENTS.glob("*.json")), ids=lambda file: file.stem)
def test_a_sample_event_is_answered(cloud: Cloud, file: Path) -> None:
    event = json.loads(file.read_text(encoding="utf-8"))
    body = event["body"].encode()
    event["headers"] |= signed_headers("msg_1", body=body, keys=(KEY,), at=NOW)
    event["multiValueHeaders"] = {name: [value] for name, value in event["headers"].items()}

    assert answered(api_of(cloud), event)[0] == 202
