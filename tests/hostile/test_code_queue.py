"""The machine dies while a code is on its way: it arrives while it is still good, or not at all."""

from datetime import date

import pytest

from ishtirak.otp.policy import policy_on
from local.client import eventually
from local.simulators.faults import Fault, Mode
from tests.flows.drafts import a_ready_draft
from tests.flows.world import World, later, period

LIFETIME = policy_on(date(2026, 11, 25)).lifetime_seconds
ARRIVES_WITHIN = 60
"""Seconds: the visibility time-out of a try that was killed, and the time of the next one."""


def attribute_of(world: World, name: str) -> int:
    """An attribute of the queue as it was deployed."""
    url = world.cloud.outputs["CodesQueueUrl"]
    found = world.cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return int(found["Attributes"][name])


def asked(world: World) -> str:
    """A code was asked for by somebody: the challenge."""
    person = world.somebody()
    owner = world.who(person.username).person_id
    request_id = a_ready_draft(world.cloud.outputs, owner, period()).id
    issued = person.ask("POST", f"/v1/requests/{request_id}/code").expect(202)
    return str(issued.body["challenge_id"])


def texts(world: World, challenge: str) -> list[str]:
    return [message.provider for message in world.simulators.outbox.messages(reference=challenge)]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", [1, 2, 4, 7])
def test_a_killed_send_otp_delays_a_code_by_less_than_a_minute(world: World, call: int, when: str) -> None:
    world.cloud.arm("send_otp", call=call, when=when)  # type: ignore[arg-type]
    challenge = asked(world)
    world.quiet()
    before = texts(world, challenge)

    with later(ARRIVES_WITHIN):
        eventually(lambda: texts(world, challenge) or None, "the code that was delayed")
        world.quiet()

    assert before == []
    assert texts(world, challenge) == ["nasim"]


def test_a_try_that_was_killed_is_hidden_for_a_fraction_of_a_codes_life(world: World) -> None:
    hidden = attribute_of(world, "VisibilityTimeout")

    assert hidden < ARRIVES_WITHIN
    assert ARRIVES_WITHIN * 5 <= LIFETIME


def test_a_message_older_than_its_code_is_dropped_with_a_record(world: World) -> None:
    world.cloud.arm("send_otp", call=1, when="before")
    challenge = asked(world)
    world.quiet()
    dead = world.cloud.dead_letters()

    with later(LIFETIME + 1):
        eventually(lambda: _recorded(world, challenge) or None, "the record of the dispatch")
        world.quiet()

    assert texts(world, challenge) == []
    assert world.cloud.dead_letters() == dead
    assert '"outcome":"expired"' in world.logged().replace(" ", "")


def test_absher_out_of_order_for_longer_than_a_codes_life_leaves_no_dead_letter(world: World) -> None:
    world.simulators.absher.faults.add(Fault(mode=Mode.REFUSE, count=None, status=503))
    challenge = asked(world)
    dead, hidden = world.cloud.dead_letters(), attribute_of(world, "VisibilityTimeout")
    for passed in range(0, LIFETIME + hidden, hidden):
        with later(passed):
            world.cloud.redeliver_soon()
            world.quiet()
    world.simulators.absher.faults.clear()
    world.as_after_a_cold_start()

    assert _recorded(world, challenge)
    assert texts(world, challenge) == []
    assert world.cloud.dead_letters() == dead


def _recorded(world: World, challenge: str) -> bool:
    """Whether the challenge says that its code could not be sent."""
    key = {"pk": {"S": f"challenge/{challenge}"}, "sk": {"S": "STATE"}}
    table = world.cloud.outputs["AccessTable"]
    item = world.cloud.client("dynamodb").get_item(TableName=table, Key=key)["Item"]
    return bool(item["dispatch"]["S"] == "FAILED")
