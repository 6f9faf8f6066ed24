"""A message of another agency as it waits in a queue."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.kernel.crypto import MOST_BYTES, decrypt_long, encrypt_long
from ishtirak.webhooks.queued import from_queue, to_queue
from ishtirak.webhooks.signatures import SignedMessage
from tests.fakes.sessions import PlainEncryption

TEXT = '{"worker": {"identity_number": "1000000016", "name_ar": "سارة"}}'
MESSAGE = SignedMessage(id="msg_1", text=TEXT)
CONTEXT = {"field": "x"}


def test_a_message_comes_back_as_it_was() -> None:
    encryption = PlainEncryption()

    assert from_queue(to_queue(MESSAGE, encryption=encryption), encryption=encryption) == MESSAGE


def test_a_message_under_another_id_does_not_decrypt() -> None:
    encryption = PlainEncryption()
    body = json.loads(to_queue(MESSAGE, encryption=encryption))

    with pytest.raises(Exception, match=r".*"):
        from_queue(json.dumps(body | {"webhook_id": "msg_2"}), encryption=encryption)


def test_a_message_says_nothing_of_its_text_when_it_is_printed() -> None:
    assert "1000000016" not in repr(MESSAGE)


@given(st.text(max_size=3 * MOST_BYTES))
def test_a_text_of_any_length_and_letters_comes_back(text: str) -> None:
    encryption = PlainEncryption()
    parts = encrypt_long(text, CONTEXT, encryption=encryption)

    assert decrypt_long(parts, CONTEXT, encryption=encryption) == text


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts[:-1],
        lambda parts: [*parts, parts[-1]],
        lambda parts: parts[::-1],
        lambda parts: parts[1:],
    ],
    ids=["cut", "repeated", "turned round", "without the first"],
)
def test_a_part_left_out_repeated_or_moved_does_not_decrypt(change: object) -> None:
    encryption = PlainEncryption()
    parts = encrypt_long("سارة" * MOST_BYTES, CONTEXT, encryption=encryption)
    assert len(parts) > 2
    assert callable(change)

    with pytest.raises(Exception, match=r".*"):
        decrypt_long(change(parts), CONTEXT, encryption=encryption)
