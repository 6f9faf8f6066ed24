"""The payment system tells of payments once, twice, out of order, spoilt, or as something else."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from ishtirak.billing.notices import PaymentNotice
from ishtirak.webhooks.signatures import SignatureRefused, verify
from local.simulators.payments import PaymentSimulator
from local.simulators.sender import Tampering

REFERENCE = "ISH-1448-7Q4M2KX9-V"
Ask = Callable[..., tuple[int, Any]]


class Receiver:
    """A biller that answers as told, and keeps what it could verify."""

    def __init__(self, wafa: PaymentSimulator) -> None:
        self.wafa = wafa
        self.received: list[tuple[str, dict[str, Any]]] = []
        wafa.hand_over = self.take

    def take(self, body: bytes, headers: Mapping[str, str]) -> int:
        try:
            message_id = verify(headers, body=body, keys=self.wafa.signing_keys, now=datetime.now(UTC))
        except SignatureRefused:
            return 401
        self.received.append((message_id, json.loads(body)))
        return 202


@pytest.fixture
def wafa(socket_enabled: None) -> Iterator[PaymentSimulator]:
    simulator = PaymentSimulator().start()
    yield simulator
    simulator.stop()


@pytest.fixture
def receiver(wafa: PaymentSimulator) -> Receiver:
    return Receiver(wafa)


def paid(wafa: PaymentSimulator, ask: Ask, **order: Any) -> tuple[int, Any]:
    return ask("POST", f"{wafa.url}/_sim/pay", {"bill_reference": REFERENCE, "amount": 100} | order)


def test_a_payment_is_told_by_a_signed_notice_the_functions_read(
    wafa: PaymentSimulator, receiver: Receiver, request_json: Ask
) -> None:
    status, answer = paid(wafa, request_json, paid_at="2026-11-22T21:30:00Z")

    ((_, notice),) = receiver.received
    read = PaymentNotice.model_validate_json(json.dumps(notice))
    assert (status, answer["deliveries"][0]["statuses"]) == (201, [202])
    assert (read.amount, read.bill_reference, str(read.paid_on)) == (100, REFERENCE, "2026-11-23")


def test_it_can_tell_twice_under_one_id(
    wafa: PaymentSimulator, receiver: Receiver, request_json: Ask
) -> None:
    paid(wafa, request_json, times=2)

    first, second = receiver.received
    assert first == second


@pytest.mark.parametrize("tampering", [one for one in Tampering if one is not Tampering.NONE])
def test_a_spoilt_notice_is_not_believed(
    wafa: PaymentSimulator, receiver: Receiver, request_json: Ask, tampering: Tampering
) -> None:
    _, answer = paid(wafa, request_json, tampering=tampering.value)

    assert answer["deliveries"][0]["statuses"] == [401]
    assert receiver.received == []


def test_notices_that_wait_are_told_in_another_order(
    wafa: PaymentSimulator, receiver: Receiver, request_json: Ask
) -> None:
    for place in range(3):
        paid(wafa, request_json, payment_reference=f"WF{place}", deliver=False)
    assert receiver.received == []

    request_json("POST", f"{wafa.url}/_sim/deliver_all", {"order": "reversed", "times": 2})
    request_json("POST", f"{wafa.url}/_sim/deliver_all", {"order": "paid"})

    told = [notice["payment_reference"] for _, notice in receiver.received]
    assert told == ["WF2", "WF2", "WF1", "WF1", "WF0", "WF0"]


def test_a_reference_can_be_told_with_another_sum_but_not_paid_twice(
    wafa: PaymentSimulator, receiver: Receiver, request_json: Ask
) -> None:
    paid(wafa, request_json, payment_reference="WF1")

    status, _ = paid(wafa, request_json, payment_reference="WF1")
    request_json("POST", f"{wafa.url}/_sim/notify", {"payment_reference": "WF1", "amount": 7})

    assert status == 422
    assert [notice["amount"] for _, notice in receiver.received] == [100, 7]
    assert receiver.received[0][0] != receiver.received[1][0]


def test_an_unknown_payment_or_no_target_is_said(wafa: PaymentSimulator, request_json: Ask) -> None:
    unknown, _ = request_json("POST", f"{wafa.url}/_sim/notify", {"payment_reference": "WF9"})

    assert unknown == 404
    assert paid(wafa, request_json)[0] == 409


def test_after_a_rotation_either_key_verifies(
    wafa: PaymentSimulator, receiver: Receiver, request_json: Ask
) -> None:
    old = wafa.signing_keys
    request_json("POST", f"{wafa.url}/_sim/rotate", {"step": "add"})
    assert old[0] in wafa.signing_keys

    paid(wafa, request_json)

    assert len(receiver.received) == 1
