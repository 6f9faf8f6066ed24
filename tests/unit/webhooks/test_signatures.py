"""Controls of the Qiwa ingestion: signature, freshness, key rotation, hostile headers."""

import time
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ishtirak.webhooks.signatures import SignatureRefused, SigningKey, sign, signed_headers, verify

VECTOR_KEY = SigningKey.from_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
VECTOR_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
VECTOR_TIMESTAMP = 1614265330
VECTOR_BODY = b'{"test": 2432232314}'
VECTOR_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

NOW = datetime.fromtimestamp(VECTOR_TIMESTAMP, UTC)
OLD_KEY = SigningKey(b"old-key-" * 4)
NEW_KEY = SigningKey(b"new-key-" * 4)


def vector_headers(**changes: Any) -> dict[str, str | None]:
    headers: dict[str, Any] = {
        "webhook-id": VECTOR_ID,
        "webhook-timestamp": str(VECTOR_TIMESTAMP),
        "webhook-signature": VECTOR_SIGNATURE,
    }
    return headers | {name.replace("_", "-"): value for name, value in changes.items()}


def test_the_published_vector_is_reproduced() -> None:
    signature = sign(VECTOR_ID, timestamp=VECTOR_TIMESTAMP, body=VECTOR_BODY, key=VECTOR_KEY)

    assert signature == VECTOR_SIGNATURE


def test_the_published_vector_is_accepted() -> None:
    assert verify(vector_headers(), body=VECTOR_BODY, keys=[VECTOR_KEY], now=NOW) == VECTOR_ID


def test_header_names_are_matched_in_any_case() -> None:
    headers = {name.title(): value for name, value in vector_headers().items()}

    assert verify(headers, body=VECTOR_BODY, keys=[VECTOR_KEY], now=NOW) == VECTOR_ID


@pytest.mark.parametrize("seconds", [-300, -299, 0, 299, 300])
def test_a_message_within_five_minutes_is_fresh(seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)

    assert verify(vector_headers(), body=VECTOR_BODY, keys=[VECTOR_KEY], now=now) == VECTOR_ID


@pytest.mark.parametrize("seconds", [-301, 301, 86_400, -86_400])
def test_a_message_outside_five_minutes_is_refused(seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)

    with pytest.raises(SignatureRefused, match="timestamp_outside_tolerance"):
        verify(vector_headers(), body=VECTOR_BODY, keys=[VECTOR_KEY], now=now)


@pytest.mark.parametrize(
    ("signers", "live"),
    [
        ([OLD_KEY], [OLD_KEY, NEW_KEY]),
        ([NEW_KEY], [OLD_KEY, NEW_KEY]),
        ([OLD_KEY, NEW_KEY], [NEW_KEY]),
        ([OLD_KEY, NEW_KEY], [OLD_KEY]),
    ],
)
def test_either_live_key_is_enough_during_a_rotation(
    signers: list[SigningKey], live: list[SigningKey]
) -> None:
    headers = cast("dict[str, str | None]", signed_headers("msg_1", body=b"{}", keys=signers, at=NOW))

    assert verify(headers, body=b"{}", keys=live, now=NOW) == "msg_1"


def test_a_revoked_key_is_refused() -> None:
    headers = cast("dict[str, str | None]", signed_headers("msg_1", body=b"{}", keys=[OLD_KEY], at=NOW))

    with pytest.raises(SignatureRefused, match="no_live_key_matches"):
        verify(headers, body=b"{}", keys=[NEW_KEY], now=NOW)


def test_with_no_key_configured_everything_is_refused() -> None:
    with pytest.raises(SignatureRefused):
        verify(vector_headers(), body=VECTOR_BODY, keys=[], now=NOW)


@pytest.mark.parametrize("bit", range(len(VECTOR_BODY) * 8))
def test_one_changed_bit_of_the_body_is_refused(bit: int) -> None:
    changed = bytearray(VECTOR_BODY)
    changed[bit // 8] ^= 1 << (bit % 8)

    with pytest.raises(SignatureRefused, match="no_live_key_matches"):
        verify(vector_headers(), body=bytes(changed), keys=[VECTOR_KEY], now=NOW)


def test_another_id_or_timestamp_under_the_same_signature_is_refused() -> None:
    for changed in (
        vector_headers(webhook_id=VECTOR_ID + "x"),
        vector_headers(webhook_timestamp=str(VECTOR_TIMESTAMP + 1)),
    ):
        with pytest.raises(SignatureRefused, match="no_live_key_matches"):
            verify(changed, body=VECTOR_BODY, keys=[VECTOR_KEY], now=NOW)


def test_a_dot_in_the_id_cannot_shift_the_border_between_timestamp_and_body() -> None:
    later = VECTOR_TIMESTAMP + 60
    signature = sign("msg_1", timestamp=VECTOR_TIMESTAMP, body=f"{later}.{{}}".encode(), key=NEW_KEY)
    shifted: dict[str, str | None] = {
        "webhook-id": f"msg_1.{VECTOR_TIMESTAMP}",
        "webhook-timestamp": str(later),
        "webhook-signature": signature,
    }

    with pytest.raises(SignatureRefused, match="message_id_malformed"):
        verify(shifted, body=b"{}", keys=[NEW_KEY], now=NOW)


HOSTILE_HEADERS: dict[str, dict[str, Any]] = {
    "no id": {"webhook_id": None},
    "empty id": {"webhook_id": ""},
    "id with a line break": {"webhook_id": VECTOR_ID + "\n"},
    "id with spaces": {"webhook_id": f" {VECTOR_ID}"},
    "id in Arabic": {"webhook_id": "رسالة"},
    "id of a megabyte": {"webhook_id": "a" * 1_000_000},
    "id is a list": {"webhook_id": [VECTOR_ID]},
    "no timestamp": {"webhook_timestamp": None},
    "fractional timestamp": {"webhook_timestamp": f"{VECTOR_TIMESTAMP}.0"},
    "signed timestamp": {"webhook_timestamp": f"+{VECTOR_TIMESTAMP}"},
    "negative timestamp": {"webhook_timestamp": f"-{VECTOR_TIMESTAMP}"},
    "exponent timestamp": {"webhook_timestamp": "1.6e9"},
    "underscored timestamp": {"webhook_timestamp": "1_614_265_330"},
    "timestamp in Arabic-Indic digits": {"webhook_timestamp": "١٦١٤٢٦٥٣٣٠"},
    "timestamp with a line break": {"webhook_timestamp": f"{VECTOR_TIMESTAMP}\n"},
    "timestamp nan": {"webhook_timestamp": "nan"},
    "timestamp of 5,000 digits": {"webhook_timestamp": "1" * 5_000},
    "no signature": {"webhook_signature": None},
    "empty signature": {"webhook_signature": ""},
    "garbage": {"webhook_signature": "garbage"},
    "three parts": {"webhook_signature": "v1,a,b"},
    "version only": {"webhook_signature": "v1,"},
    "comma only": {"webhook_signature": ","},
    "not base64": {"webhook_signature": "v1,????"},
    "not ASCII": {"webhook_signature": "v1,تجربة"},
    "lone surrogate": {"webhook_signature": "v1,\ud800"},
    "NUL": {"webhook_signature": "v1,\x00"},
    "asymmetric version": {"webhook_signature": VECTOR_SIGNATURE.replace("v1,", "v1a,")},
    "unknown version": {"webhook_signature": VECTOR_SIGNATURE.replace("v1,", "v2,")},
    "upper-case version": {"webhook_signature": VECTOR_SIGNATURE.replace("v1,", "V1,")},
    "unpadded": {"webhook_signature": VECTOR_SIGNATURE.rstrip("=")},
    "other spelling of the last bits": {"webhook_signature": VECTOR_SIGNATURE.replace("OE=", "OF=")},
    "cut short": {"webhook_signature": VECTOR_SIGNATURE[:-4]},
    "tab between entries": {"webhook_signature": f"v1,AAAA\t{VECTOR_SIGNATURE}"},
    "eleventh entry": {"webhook_signature": " ".join(["v1,AAAA"] * 10 + [VECTOR_SIGNATURE])},
}


@pytest.mark.parametrize("name", HOSTILE_HEADERS)
def test_a_hostile_header_is_refused_and_nothing_else(name: str) -> None:
    with pytest.raises(SignatureRefused):
        verify(vector_headers(**HOSTILE_HEADERS[name]), body=VECTOR_BODY, keys=[VECTOR_KEY], now=NOW)


def test_a_header_given_twice_in_different_case_is_refused() -> None:
    headers = vector_headers() | {"Webhook-Id": "msg_other"}

    with pytest.raises(SignatureRefused, match="webhook_id_missing_or_repeated"):
        verify(headers, body=VECTOR_BODY, keys=[VECTOR_KEY], now=NOW)


@pytest.mark.parametrize("position", [0, 9])
def test_the_right_signature_is_found_among_the_ten_that_are_read(position: int) -> None:
    entries = ["v1,AAAA"] * 10
    entries[position] = VECTOR_SIGNATURE

    headers = vector_headers(webhook_signature=" ".join(entries))

    assert verify(headers, body=VECTOR_BODY, keys=[VECTOR_KEY], now=NOW) == VECTOR_ID


@pytest.mark.alone
def test_ten_thousand_signatures_are_refused_within_fifty_milliseconds() -> None:
    wrong = "v1," + b64encode(bytes(32)).decode()
    headers = vector_headers(webhook_signature=" ".join([wrong] * 10_000))

    started = time.perf_counter()
    with pytest.raises(SignatureRefused):
        verify(headers, body=VECTOR_BODY, keys=[VECTOR_KEY, NEW_KEY], now=NOW)

    assert time.perf_counter() - started < 0.050


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"\x00" * 1_000, '{"ض": NaN}'.encode()])
def test_any_bytes_can_be_a_signed_body(body: bytes) -> None:
    headers = cast("dict[str, str | None]", signed_headers("msg_1", body=body, keys=[NEW_KEY], at=NOW))

    assert verify(headers, body=body, keys=[NEW_KEY], now=NOW) == "msg_1"


@settings(max_examples=200, deadline=None)
@given(
    headers=st.dictionaries(
        st.sampled_from(["webhook-id", "Webhook-Timestamp", "webhook-timestamp", "WEBHOOK-SIGNATURE", "x"]),
        st.one_of(st.none(), st.text(), st.just(VECTOR_ID), st.just(str(VECTOR_TIMESTAMP))),
    ),
    body=st.binary(),
)
def test_no_header_and_no_body_raises_anything_but_a_refusal(
    headers: dict[str, str | None], body: bytes
) -> None:
    with pytest.raises(SignatureRefused):
        verify(headers, body=body, keys=[VECTOR_KEY], now=NOW)


@pytest.mark.parametrize("length", [0, 1, 23, 65])
def test_a_key_of_the_wrong_length_is_not_a_key(length: int) -> None:
    with pytest.raises(ValueError, match="24 to 64 bytes"):
        SigningKey(b"k" * length)


@pytest.mark.parametrize(
    "text", ["", "whsec_", "whsec_!!!!", "whsec_" + b64encode(b"short").decode(), "whsec_ك"]
)
def test_text_that_is_no_key_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="base64 of 24 to 64 bytes") as refusal:
        SigningKey.from_text(text)

    assert "short" not in str(refusal.value)


def test_a_key_survives_its_text_form_and_never_prints() -> None:
    assert SigningKey.from_text(NEW_KEY.to_text()) == NEW_KEY
    assert "new-key" not in repr(NEW_KEY)
    assert NEW_KEY.to_text() not in repr(NEW_KEY)
