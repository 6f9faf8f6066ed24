"""A queue loses no message to a neighbour's deletion.

Upstream: moto 5.2.5 deletes a message by building a new list of the others, without the lock it adds messages under:
one that is sent meanwhile is gone, though its sender was told it was taken. No issue known. Here: deleting, purging
and receiving (which moves messages to the dead-letter queue) hold the lock too.
"""

from typing import Any

from moto.sqs.models import Queue, SQSBackend

from localcloud.patches import Patches


def install(patches: Patches) -> None:
    def delete_message(queue: Any, receipt_handle: str) -> None:
        with queue._messages_lock:
            upstream_delete(queue, receipt_handle)

    def purge_queue(backend: Any, queue_name: str) -> None:
        with backend.get_queue(queue_name)._messages_lock:
            upstream_purge(backend, queue_name)

    def receive_message(backend: Any, queue_name: str, *asked: Any, **more: Any) -> Any:
        with backend.get_queue(
            queue_name
        )._messages_lock:  # while it waits for messages, it lets go of the lock
            return upstream_receive(backend, queue_name, *asked, **more)

    upstream_delete = patches.replace(Queue, "delete_message", delete_message)
    upstream_purge = patches.replace(SQSBackend, "purge_queue", purge_queue)
    upstream_receive = patches.replace(SQSBackend, "receive_message", receive_message)
