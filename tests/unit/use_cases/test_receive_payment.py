"""A verified notice is kept, or its sender sends it again."""

import pytest

from ishtirak.kernel.errors import Unavailable
from ishtirak.use_cases.receive_payment import receive_payment
from ishtirak.webhooks.signatures import SignedMessage
from tests.fakes.webhooks import InMemorySignedMessages

NOTICE = SignedMessage(id="pay_1", text="{}")


def test_a_notice_waits_as_it_was_signed() -> None:
    queue = InMemorySignedMessages()

    receive_payment(NOTICE, queue=queue)

    assert queue.waiting == [NOTICE]


def test_a_notice_that_cannot_be_kept_is_not_received() -> None:
    with pytest.raises(Unavailable):
        receive_payment(NOTICE, queue=InMemorySignedMessages(broken=True))
