"""Forged, replayed and disordered messages of Qiwa over HTTP (webhook signature, replay, key rotation)."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ishtirak.webhooks.signatures import SigningKey, sign, signed_headers
from local.simulators.sender import SentEvent
from tests.flows import evidence
from tests.flows.world import World
from tests.hostile.effects import no_effect
from tests.hostile.test_queues import an_event

PATH = "/v1/qiwa/events"
type Headers = dict[str, str]


def post(world: World, body: bytes, headers: Mapping[str, str]) -> Any:
    """One delivery as it stands, past the simulator; a client that is nobody."""
    person = world.person("sara")
    return person.http.post(
        f"{person.url}{PATH}", data=body, headers={"content-type": "application/json", **headers}, timeout=30
    )


def signed(world: World, body: bytes, *, message_id: str = "msg_forged", ago: int = 0) -> Headers:
    at = datetime.now(UTC) - timedelta(seconds=ago)
    return signed_headers(message_id, body=body, keys=world.simulators.qiwa.signing_keys, at=at)


def flipped(text: str) -> str:
    """The text with one bit of its last character changed."""
    return text[:-1] + chr(ord(text[-1]) ^ 1)


FORGERIES: dict[str, Callable[[Headers], Headers]] = {
    "another id": lambda headers: headers | {"webhook-id": "msg_other"},
    "another moment": lambda headers: (
        headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) + 1)}
    ),
    "a bit of the signature": lambda headers: (
        headers | {"webhook-signature": flipped(headers["webhook-signature"])}
    ),
    "only an asymmetric signature": lambda headers: (
        headers | {"webhook-signature": headers["webhook-signature"].replace("v1,", "v1a,")}
    ),
    "no comma": lambda headers: headers | {"webhook-signature": "garbage"},
    "two commas": lambda headers: headers | {"webhook-signature": "v1,a,b"},
    "ten thousand signatures": lambda headers: (
        headers | {"webhook-signature": " ".join(["v1,AAAA"] * 700 + [headers["webhook-signature"]])}
    ),
    "no signature": lambda headers: {
        name: value for name, value in headers.items() if name != "webhook-signature"
    },
    "digits of another script": lambda headers: headers | {"webhook-timestamp": "1764000000.5"},
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forged_message_is_refused_without_effect(world: World, what: str) -> None:
    body = json.dumps(an_event(world)).encode()
    headers = FORGERIES[what](signed(world, body))

    with no_effect(world):
        answer = post(world, body, headers)

    assert (answer.status_code, answer.json()["code"]) == (401, "signature_refused")


def test_a_bit_of_the_body_changed_is_refused_without_effect(world: World) -> None:
    body = json.dumps(an_event(world)).encode()
    headers = signed(world, body)

    with no_effect(world):
        answers = [post(world, body[:-1] + bytes([body[-1] ^ 1]), headers), post(world, body + b" ", headers)]

    assert [answer.status_code for answer in answers] == [401, 401]


@pytest.mark.parametrize(("ago", "status"), [(299, 202), (301, 401), (-290, 202), (-310, 401)])
def test_a_message_is_taken_within_five_minutes_either_way(world: World, ago: int, status: int) -> None:
    body = json.dumps(an_event(world)).encode()

    assert post(world, body, signed(world, body, ago=ago)).status_code == status


def test_a_replay_within_the_window_changes_nothing(world: World) -> None:
    body = json.dumps(an_event(world, worker="majid")).encode()
    headers = signed(world, body, message_id="msg_replayed")
    assert post(world, body, headers).status_code == 202
    world.quiet()

    with no_effect(world):
        answers = [post(world, body, headers).status_code for _ in range(3)]

    assert answers == [202, 202, 202]


def test_one_live_key_among_the_signatures_is_enough_and_none_is_not(world: World) -> None:
    qiwa = world.simulators.qiwa
    document = an_event(world, worker="majid")
    live = qiwa.signing_keys[-1]
    unknown = SigningKey(b"not one of the live keys, however long")

    def status(*keys: SigningKey) -> int:
        body = json.dumps(document).encode()
        now = int(time.time())
        signature = " ".join(sign("msg_rotated", timestamp=now, body=body, key=key) for key in keys)
        headers = {
            "webhook-id": "msg_rotated",
            "webhook-timestamp": str(now),
            "webhook-signature": signature,
        }
        return int(post(world, body, headers).status_code)

    assert status(live) == 202
    assert status(unknown) == 401
    assert status(unknown, live) == 202


def test_an_ending_before_its_beginning_ends_like_the_right_order(world: World) -> None:
    first = an_event(world, worker="khalifa")
    ended = first | {"version": 2, "type": "contract.terminated"}
    ended["terms"] = first["terms"] | {"ends_on": first["terms"]["starts_on"]}
    for place, document in enumerate((ended, first, ended)):
        assert world.simulators.qiwa.deliver(SentEvent(f"msg_order_{place}", document)).statuses == (202,)
        world.quiet()

    periods = world.holding_a_token("khalifa").ask("GET", "/v1/me/periods").expect(200).body["periods"]
    assert [period["ends_on"] for period in periods if period["source"]["kind"] == "CONTRACT"] == [
        first["terms"]["starts_on"]
    ]
    assert evidence.dead_letters(world) == []
