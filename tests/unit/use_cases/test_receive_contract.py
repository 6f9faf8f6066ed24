"""A verified message of Qiwa is kept, or Qiwa sends it again."""

import pytest

from ishtirak.kernel.errors import Unavailable
from ishtirak.use_cases.receive_contract import receive_contract
from ishtirak.webhooks.signatures import SignedMessage
from tests.fakes.webhooks import InMemorySignedMessages

MESSAGE = SignedMessage(id="msg_1", text="{}")


def test_a_message_waits_as_it_was_signed() -> None:
    queue = InMemorySignedMessages()

    receive_contract(MESSAGE, queue=queue)

    assert queue.waiting == [MESSAGE]


def test_a_message_that_cannot_be_kept_is_not_received() -> None:
    with pytest.raises(Unavailable):
        receive_contract(MESSAGE, queue=InMemorySignedMessages(broken=True))
