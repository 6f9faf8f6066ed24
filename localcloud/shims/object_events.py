"""Each stored object is one event, distinct from every other.

Upstream: moto 5.2.5 sends the same constant `id` and `sequencer` with every S3 event, writes the entity tag
as `eTag`, and leaves the version out, so a consumer that drops duplicates drops everything after the first
object. No issue known. Here: the envelope S3 sends.
"""

import itertools
import secrets
import time
import uuid
from typing import Any

from moto.core.utils import unix_time
from moto.s3 import notifications

from localcloud.default_bus import publish
from localcloud.patches import Patches

_SEQUENCE = itertools.count(time.time_ns())
"""Rises from one run of a kept cloud to the next, too."""
_REASONS = {"Put": "PutObject", "Post": "PostObject", "Copy": "CopyObject"}


def install(patches: Patches) -> None:
    def send(account_id: str, bucket: Any, event_name: Any, key: Any) -> None:
        event: Any = envelope(account_id, bucket, event_name, key)
        publish(event, account=account_id, region=bucket.region_name)

    patches.replace(notifications, "_send_event_bridge_message", send)


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
