"""Looking into the queues of a cloud, and at what waits in them."""

import time
from typing import Any

from moto.sqs.models import sqs_backends


def redeliver_soon(account: str, region: str) -> int:
    """Make every message that waits for a retry or a delay visible now; how many there were."""
    now = time.time() * 1000
    changed = 0
    for queue in sqs_backends[account][region].queues.values():
        with queue._messages_lock:
            for message in queue._messages:
                if message.visible_at > now or message.delayed_until > now:
                    message.visible_at = message.delayed_until = 0
                    changed += 1
            queue._messages_lock.notify_all()
    return changed


def dead_letters(account: str, region: str) -> list[dict[str, Any]]:
    """The messages in every queue that another queue names as its dead-letter queue."""
    queues = sqs_backends[account][region].queues.values()
    dead = {queue.dead_letter_queue.name for queue in queues if queue.dead_letter_queue is not None}
    return [
        {"source": "sqs", "target": queue.name, "payload": message.body, "reason": "maxReceiveCount"}
        for queue in queues
        if queue.name in dead
        for message in list(queue._messages)
    ]
