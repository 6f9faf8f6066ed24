"""Messages that come again, late or broken: everything is at least once, and nothing is done twice for it."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from moto.sqs.models import Message, Queue, sqs_backends

from local.client import eventually
from local.demo.acts import decide, instruct, submit_request
from local.simulators.payments import PayOrder
from tests.flows.world import World, period
from tests.functions.events import queued
from tests.hostile.effects import no_effect
from tests.hostile.test_stranded import killed

TEN = 10


@dataclass
class History:
    """Every message of every queue that has dead letters, while people were at work."""

    sent: dict[str, list[str]] = field(default_factory=dict)
    request_id: str = ""

    @contextmanager
    def kept(self) -> Iterator[None]:
        put = Queue.add_message

        def noted(queue: Queue, message: Message) -> Any:
            if queue.dead_letter_queue is not None:
                self.sent.setdefault(queue.name, []).append(message.body)
            return put(queue, message)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Queue, "add_message", noted)
            yield


def queues(world: World) -> dict[str, Any]:
    """Those that have dead letters, by name."""
    found = sqs_backends[world.cloud.account][world.cloud.region].queues.values()
    return {queue.name: queue for queue in found if queue.dead_letter_queue is not None}


@pytest.fixture(scope="module")
def history(world: World) -> History:
    """One request goes all the way to its bill, the bill is paid, a contract comes in, another's run is stopped."""
    history = History()
    with history.kept():
        person = world.signed_in("majid")
        history.request_id = submit_request(person, "SOCIAL_INSURANCE", period())
        person.until(history.request_id, "WITH_EMPLOYER")
        claim = f"/v1/employer/claims/{history.request_id}/response"
        world.signed_in("noura").ask("POST", claim, {"answer": "CONFIRM"}).expect(200)
        person.until(history.request_id, "UNDER_REVIEW")
        decide(world.signed_in("faisal"), history.request_id, {"verdict": "APPROVE"})
        person.until(history.request_id, "BILLED")
        receipt = person.ask("GET", f"/v1/requests/{history.request_id}/receipt").expect(200).body
        paid = {"bill_reference": receipt["bill_reference"], "amount": 100}
        instruct(world.simulators.wafa.url, "pay", paid)
        instruct(world.simulators.qiwa.url, "authenticate", {"worker": "anil", "establishment": "mithal"})
        another = world.somebody()
        stopped = submit_request(another, "SOCIAL_INSURANCE", period())
        another.until(stopped, "WITH_EMPLOYER")
        killed(world, stopped)
        another.until(stopped, "NEEDS_ATTENTION")
        world.quiet()
    return history


def redrive(world: World) -> int:
    """Send every dead letter to the queue it came from; how many there were."""
    sqs, moved = world.cloud.client("sqs"), 0
    for queue in queues(world).values():
        letters, queue.dead_letter_queue._messages = list(queue.dead_letter_queue._messages), []
        for letter in letters:
            sqs.send_message(QueueUrl=_url(world, queue), MessageBody=letter.body)
            moved += 1
    world.quiet()
    return moved


def test_every_queue_was_used(world: World, history: History) -> None:
    """What follows says something about each of them."""
    assert history.sent.keys() == queues(world).keys()


def test_dead_letters_redriven_twice_change_nothing(world: World, history: History) -> None:
    texts, runs = len(world.simulators.outbox.messages()), list(world.cloud.executions.all())

    with no_effect(world):
        for _ in range(2):
            for name, bodies in history.sent.items():
                dead = queues(world)[name].dead_letter_queue
                for body in bodies:
                    world.cloud.client("sqs").send_message(QueueUrl=_url(world, dead), MessageBody=body)
            assert redrive(world) == sum(map(len, history.sent.values()))

    assert len(world.simulators.outbox.messages()) == texts
    assert list(world.cloud.executions.all()) == runs
    assert world.cloud.dead_letters() == []


def test_a_submission_heard_of_again_after_its_run_is_closed_starts_no_other(
    world: World, history: History
) -> None:
    assert world.ended(history.request_id).startswith("SUCCEEDED")
    started = [
        body
        for bodies in history.sent.values()
        for body in bodies
        if '"RequestSubmitted"' in body and history.request_id in body
    ]
    runs = [execution.name for execution in world.cloud.executions.all()]

    with no_effect(world):
        for _ in range(2):
            world.cloud.client("sqs").send_message(
                QueueUrl=world.cloud.outputs["WorkflowQueueUrl"], MessageBody=started[0]
            )
            world.quiet()

    assert [execution.name for execution in world.cloud.executions.all()] == runs


def test_a_submission_heard_of_again_while_its_run_waits_starts_no_other(
    world: World, history: History
) -> None:
    person = world.signed_in("sara")
    again = History()
    with again.kept():
        request_id = submit_request(person, "SOCIAL_INSURANCE", period())
        person.until(request_id, "WITH_EMPLOYER")
        world.quiet()
    [event] = {
        body
        for body in again.sent[_name_of(world, "WorkflowQueueUrl")]
        if '"RequestSubmitted"' in body and request_id in body
    }

    with no_effect(world):
        for _ in range(2):
            world.cloud.client("sqs").send_message(
                QueueUrl=world.cloud.outputs["WorkflowQueueUrl"], MessageBody=event
            )
            world.quiet()

    names = [execution.name for execution in world.cloud.executions.all()]
    assert names.count(request_id) == 1


@pytest.mark.parametrize("place", range(TEN))
def test_one_poisoned_message_in_ten_delays_no_other(world: World, history: History, place: int) -> None:
    """In one batch: nine notices of payments that are recorded at once, and something nobody can read."""
    url, dead = world.cloud.outputs["PaymentsQueueUrl"], len(world.cloud.dead_letters())
    payments = [_payment(world) for _ in range(TEN - 1)]
    bodies = [body for _, body in payments]
    poison = f"not a notice {uuid.uuid4()}"
    bodies.insert(place, poison)
    world.cloud.client("sqs").send_message_batch(
        QueueUrl=url,
        Entries=[{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)],
    )

    world.quiet()
    recorded = {reference for reference, _ in payments if _is_recorded(world, reference)}
    waiting = [message.body for message in queues(world)[_name_of(world, "PaymentsQueueUrl")]._messages]

    assert recorded == {reference for reference, _ in payments}
    assert waiting == [poison]
    _until_dead(world, dead + 1)
    assert world.cloud.dead_letters()[-1]["payload"] == poison
    queues(world)[_name_of(world, "PaymentsQueueUrl")].dead_letter_queue._messages.clear()


def _payment(world: World) -> tuple[str, str]:
    """Somebody paid for a bill that does not exist: its reference, and the message in the queue."""
    order = PayOrder(bill_reference="ISH-0000-NOBILL00-0", amount=100, deliver=False)
    event = world.simulators.wafa.pay(order)
    body = queued(event.message_id, event.body.decode(), key_arn=world.cloud.outputs["DataKeyArn"])
    return str(event.document["payment_reference"]), body


def _is_recorded(world: World, reference: str) -> bool:
    found = world.cloud.client("dynamodb").get_item(
        TableName=world.cloud.outputs["RegisterTable"],
        Key={"pk": {"S": f"payment/{reference}"}, "sk": {"S": "STATE"}},
    )
    return "Item" in found


def _until_dead(world: World, count: int) -> None:
    """Let what waits for another try have all of its tries."""

    def dead() -> bool | None:
        world.cloud.redeliver_soon()
        world.quiet()
        return len(world.cloud.dead_letters()) == count or None

    eventually(dead, "the poisoned message to be given up")


def _name_of(world: World, output: str) -> str:
    return world.cloud.outputs[output].rsplit("/", 1)[-1]


def _url(world: World, queue: Any) -> str:
    return str(world.cloud.client("sqs").get_queue_url(QueueName=queue.name)["QueueUrl"])
