"""Payment notices at the door: nothing unsigned comes in, nothing signed is lost."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.webhooks.queued import from_queue
from ishtirak.webhooks.signatures import SignedMessage, SigningKey, signed_headers
from tests.fakes.bills import Calendar, a_notice
from tests.functions.bills_world import Bills, bills_world
from tests.functions.events import sample
from tests.functions.register_world import KEY, NEXT_KEY, answered, asked

NOW = Calendar().now()
BODY = a_notice().model_dump_json(by_alias=True).encode()


@pytest.fixture
def bills() -> Iterator[Bills]:
    with bills_world() as world:
        yield world


def api_of(bills: Bills, **changes: str) -> Any:
    from functions.receive_payment.handler import build
    from functions.receive_payment.settings import Settings

    values = {"payments_queue_url": bills.queue_url, "payments_secret_arn": bills.secret_arn}
    values |= {"data_key_arn": bills.data_key_arn} | changes
    return build(Settings(**values), clock=Calendar())


def sent(
    body: bytes = BODY, *, keys: Any = (KEY,), at: Any = NOW, signed: bytes | None = None
) -> dict[str, Any]:
    headers = signed_headers("pay_1", body=signed if signed is not None else body, keys=keys, at=at)
    return asked("POST", "/v1/payments/notices", body=body, headers=headers, language="en")


@pytest.mark.parametrize("keys", [(KEY,), (NEXT_KEY,), (KEY, NEXT_KEY)])
def test_a_signed_notice_is_durable_before_it_is_answered(bills: Bills, keys: Any) -> None:
    status, answer = answered(api_of(bills), sent(keys=keys))

    assert (status, answer) == (202, {"received": "pay_1"})
    (body,) = bills.queued()
    encryption = KmsEncryption(bills.data_key_arn)
    assert from_queue(body, encryption=encryption) == SignedMessage(id="pay_1", text=BODY.decode())


@pytest.mark.parametrize(
    "event",
    [
        sent(signed=BODY + b" "),
        sent(keys=(SigningKey(b"x" * 32),)),
        sent(at=NOW - timedelta(seconds=301)),
        sent(at=NOW + timedelta(seconds=301)),
        asked("POST", "/v1/payments/notices", body=BODY, language="en"),
    ],
    ids=["body", "key", "too old", "too early", "no headers"],
)
def test_what_is_not_signed_in_time_is_refused_and_not_queued(bills: Bills, event: dict[str, Any]) -> None:
    status, answer = answered(api_of(bills), event)

    assert (status, answer["code"]) == (401, "payment_signature_refused")
    assert answer["title"] == "The notice's signature is not accepted"
    assert bills.queued() == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"amount": 0}, "/amount"),
        ({"amount": "100"}, "/amount"),
        ({"currency": "USD"}, "/currency"),
        ({"paid_at": "yesterday"}, "/paid_at"),
        ({"paid_at": "2026-11-25T09:00:00"}, "/paid_at"),
        ({"paid_at": 1_764_000_000}, "/paid_at"),
        ({"payer": "x"}, "/payer"),
    ],
)
def test_a_signed_notice_that_says_something_else_is_told_which_field(
    bills: Bills, change: dict[str, Any], pointer: str
) -> None:
    body = json.dumps(json.loads(BODY) | change).encode()

    status, answer = answered(api_of(bills), sent(body))

    assert (status, answer["errors"][0]["pointer"]) == (422, pointer)
    assert bills.queued() == []


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b'{"a":1,"a":2}', 400), (b'{"a":1.5}', 400)])
def test_a_signed_body_that_is_no_json_of_ours_is_refused(bills: Bills, body: bytes, status: int) -> None:
    assert answered(api_of(bills), sent(body))[0] == status


def test_the_payment_system_sends_again_when_queue_or_keys_are_away(bills: Bills) -> None:
    assert answered(api_of(bills, payments_queue_url=bills.queue_url + "-gone"), sent())[0] == 503
    assert answered(api_of(bills, payments_secret_arn=bills.secret_arn + "-gone"), sent())[0] == 503


def test_the_sample_event_is_answered(bills: Bills) -> None:
    event = sample("receive_payment", "notice")
    event["headers"] |= signed_headers("pay_1", body=event["body"].encode(), keys=(KEY,), at=NOW)
    event["multiValueHeaders"] = {name: [value] for name, value in event["headers"].items()}

    assert answered(api_of(bills), event)[0] == 202
