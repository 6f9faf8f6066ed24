"""DynamoDB is atomic per request.

Upstream: moto 5.2.5 reads, evaluates and writes without a lock, so two threads lose updates and a
conditional write can succeed twice. No issue known. Here: one lock around every DynamoDB action, and a call
after each write, so that the readers of streams need not poll.
"""

import threading
from collections.abc import Callable
from typing import Any

from moto.dynamodb.responses import DynamoHandler

from localcloud.patches import Patches

LOCK = threading.RLock()


def install(patches: Patches, *, after_write: Callable[[], None]) -> None:
    def call_action(handler: Any) -> Any:
        with LOCK:
            answer = upstream(handler)
        if not handler._get_action().startswith(("Get", "Query", "Scan", "Describe", "BatchGet", "List")):
            after_write()
        return answer

    upstream = patches.replace(DynamoHandler, "call_action", call_action)
