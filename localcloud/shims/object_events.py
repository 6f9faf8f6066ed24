"""Each stored object is one event, distinct from every other.

Upstream: moto 5.2.5 sends the same constant `id` and `sequencer` with every S3 event, writes the entity tag
as `eTag`, and leaves the version out, so a consumer that drops duplicates drops everything after the first
object. It also sends the event before the object's tags are stored, so a consumer that is quick loses the tags it
writes. No issue known. Here: the envelope S3 sends, once the object is wholly there.
"""

import itertools
import secrets
import threading
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from moto.core.utils import unix_time
from moto.s3 import notifications
from moto.s3.responses import S3Response

from localcloud.default_bus import publish
from localcloud.patches import Patches

_SEQUENCE = itertools.count(time.time_ns())
"""Rises from one run of a kept cloud to the next, too."""
_REASONS = {"Put": "PutObject", "Post": "PostObject", "Copy": "CopyObject"}


class _Waiting(threading.local):
    """The events of the call this thread is answering, until it has been answered."""

    events: list[Callable[[], None]] | None = None


_waiting = _Waiting()


def install(patches: Patches) -> None:
    def send(account_id: str, bucket: Any, event_name: Any, key: Any) -> None:
        event: Any = envelope(account_id, bucket, event_name, key)
        tell = partial(publish, event, account=account_id, region=bucket.region_name)
        if _waiting.events is None:
            tell()
        else:
            _waiting.events.append(tell)

    patches.replace(notifications, "_send_event_bridge_message", send)
    for stores in ("put_object", "copy_object"):
        patches.replace(S3Response, stores, _telling_afterwards(getattr(S3Response, stores)))


def _telling_afterwards(store: Callable[..., Any]) -> Callable[..., Any]:
    def stored(response: Any, *given: Any, **named: Any) -> Any:
        if _waiting.events is not None:
            return store(response, *given, **named)
        events: list[Callable[[], None]] = []
        _waiting.events = events
        try:
            answer = store(response, *given, **named)
        finally:
            _waiting.events = None
        for tell in events:
            tell()
        return answer

    return stored


def envelope(account_id: str, bucket: Any, event_name: Any, key: Any) -> dict[str, Any]:
    kind = str(getattr(event_name, "value", event_name)).split(":")[-1]
    stored = {
        "key": key.name,
        "size": key.size,
        "etag": key.etag.replace('"', ""),
        "sequencer": f"{next(_SEQUENCE):016X}",
    }
    if bucket.versioning_status == "Enabled":
        stored["version-id"] = key.version_id
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": notifications._detail_type(event_name),
        "source": "aws.s3",
        "account": account_id,
        "time": unix_time(),
        "region": bucket.region_name,
        "resources": [bucket.arn],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket.name},
            "object": stored,
            "request-id": secrets.token_hex(8).upper(),
            "requester": account_id,
            "source-ip-address": "127.0.0.1",
            "reason": _REASONS.get(kind, kind),
        },
    }
