"""Secrets of the agencies: read once, renewed, never printed, strict about their form."""

import json
import logging
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from ishtirak.adapters.aws.secrets import AbsherAccess, Secret, SecretUnreadable, SmsAccess
from ishtirak.adapters.aws.signing_secrets import QiwaAccess
from ishtirak.webhooks.signatures import SigningKey
from tests.unit.adapters.scripted import ManualClock, OneSecret

KEY = "a-key-of-the-directory"
ACCESS = {"url": "https://absher.example/api", "key": KEY}
SIGNING_KEYS = [SigningKey(letter.encode() * 32).to_text() for letter in "ab"]


def directory_secret(store: OneSecret, clock: ManualClock | None = None) -> Secret[AbsherAccess]:
    return Secret(
        store, arn="arn:secret", model=AbsherAccess, refresh_after=300, clock=clock or ManualClock()
    )


def test_a_secret_is_read_once_while_it_is_fresh() -> None:
    clock = ManualClock()
    store = OneSecret(ACCESS)
    secret = directory_secret(store, clock)

    secret.read()
    clock.now += 299
    access = secret.read()

    assert access.key.get_secret_value() == KEY
    assert store.calls == 1


def test_an_old_secret_is_read_again() -> None:
    clock = ManualClock()
    store = OneSecret(ACCESS)
    secret = directory_secret(store, clock)
    secret.read()

    store.content = ACCESS | {"key": "a-rotated-key-value"}
    clock.now += 300

    assert secret.read().key.get_secret_value() == "a-rotated-key-value"


def test_a_refused_credential_can_be_read_again_at_once() -> None:
    store = OneSecret(ACCESS)
    secret = directory_secret(store)
    secret.read()

    store.content = ACCESS | {"key": "a-rotated-key-value"}

    assert secret.refresh().key.get_secret_value() == "a-rotated-key-value"
    assert secret.read().key.get_secret_value() == "a-rotated-key-value"


@pytest.mark.parametrize("slip", ["{}", "not JSON", "[]", json.dumps(ACCESS | {"key": ""})])
def test_a_rotation_gone_wrong_leaves_the_one_in_hand_working(slip: str) -> None:
    clock = ManualClock()
    store = OneSecret(ACCESS)
    secret = directory_secret(store, clock)
    secret.read()

    store.content = slip
    clock.now += 300

    assert secret.read().key.get_secret_value() == KEY


def test_an_outage_of_the_store_leaves_the_one_in_hand_working_and_is_tried_again_later() -> None:
    clock = ManualClock()
    store = OneSecret(ACCESS)
    secret = directory_secret(store, clock)
    secret.read()

    store.failure = TimeoutError()
    clock.now += 300
    secret.read()
    secret.read()

    assert store.calls == 2


@pytest.mark.parametrize("content", ["{}", "not JSON", {"url": "https://absher.example", "key": 7}])
def test_without_a_readable_secret_nothing_starts(content: Any) -> None:
    with pytest.raises(SecretUnreadable):
        directory_secret(OneSecret(content)).read()


@pytest.mark.parametrize(
    "url",
    [
        "http://absher.example",
        "ftp://absher.example",
        "https://",
        "absher.example",
        "https://user:password@absher.example",
        "https://absher.example/?key=1",
        "https://absher.example/#x",
        "http://127.0.0.1.example",
    ],
)
def test_an_address_without_tls_or_with_more_than_an_address_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        AbsherAccess.model_validate({"url": url, "key": KEY})


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:4580", "http://localhost:1/", "https://absher.example/api/"]
)
def test_loopback_needs_no_tls_and_a_final_slash_is_dropped(url: str) -> None:
    assert AbsherAccess.model_validate({"url": url, "key": KEY}).url == url.rstrip("/")


def test_a_malformed_secret_is_told_without_its_value(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store = OneSecret({"url": "https://absher.example", "key": KEY, "extra": "private-value"})

    with pytest.raises(SecretUnreadable) as refusal:
        directory_secret(store).read()

    logged = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "secret.validation_failed" in logged
    for private in (KEY, "private-value"):
        assert private not in f"{logged} {refusal.value!r}"


SMS = {
    "nasim": {"url": "https://nasim.example", "token": "token-of-nasim-0001", "sender": "Ishtirak"},
    "sada": {
        "url": "https://sada.example",
        "account": "ishtirak",
        "password": "password-of-sada-1",
        "sender": "Ishtirak",
    },
}
QIWA = {"url": "https://qiwa.example", "key": "key-of-qiwa-0000001", "signing_keys": SIGNING_KEYS}


@pytest.mark.parametrize(
    ("model", "content", "private"),
    [
        (AbsherAccess, ACCESS, [KEY]),
        (SmsAccess, SMS, ["token-of-nasim-0001", "password-of-sada-1"]),
        (QiwaAccess, QIWA, ["key-of-qiwa-0000001", *SIGNING_KEYS]),
    ],
)
def test_no_credential_prints(model: type[BaseModel], content: Any, private: list[str]) -> None:
    access = model.model_validate_json(json.dumps(content))

    printed = f"{access!r} {access} {access.model_dump()} {access.model_dump_json()}"
    assert not [credential for credential in private if credential in printed]


@pytest.mark.parametrize("provider", sorted(SMS))
@pytest.mark.parametrize("sender", ["IshtirakSMS1", "", "اشتراك"])
def test_sms_01_a_sender_the_network_would_not_carry_is_refused(provider: str, sender: str) -> None:
    with pytest.raises(ValidationError):
        SmsAccess.model_validate_json(json.dumps(SMS | {provider: SMS[provider] | {"sender": sender}}))


def test_both_live_keys_of_a_rotation_are_given() -> None:
    access = QiwaAccess.model_validate_json(json.dumps(QIWA))

    assert access.keys() == (SigningKey(b"a" * 32), SigningKey(b"b" * 32))


@pytest.mark.parametrize(
    "keys", [[], [*SIGNING_KEYS, SIGNING_KEYS[0]], ["whsec_c2hvcnQ="], ["no key at all"]]
)
def test_no_key_three_keys_or_a_bad_key_are_refused(keys: list[str]) -> None:
    with pytest.raises(ValidationError):
        QiwaAccess.model_validate_json(json.dumps(QIWA | {"signing_keys": keys}))
