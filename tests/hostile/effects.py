"""Proof that something had no effect: a hash over everything that is stored, before and after."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.flows.world import World

COUNTERS = ("ADDRESS#", "NAME#", "IDEMPOTENCY#", "SENDS#", "SMS#", "TEXT#")
"""Partitions that say how often something was tried, answered and texted, and nothing else."""


@contextmanager
def no_effect(world: World, *, but: tuple[str, ...] = ()) -> Iterator[None]:
    """Fail when what is done meanwhile changes an item of any table, or an object of any bucket.

    `but` names the partition prefixes that may change, such as `COUNTERS`: what is tried may be counted.
    """
    world.quiet()
    before = stored(world, but=but)
    yield
    world.quiet()
    after = stored(world, but=but)
    changed = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    assert not changed, f"changed: {changed}"
    assert hash_of(before) == hash_of(after)


def hash_of(items: dict[str, str]) -> str:
    """One hash over all that is stored."""
    return hashlib.sha256(json.dumps(items, sort_keys=True).encode()).hexdigest()


def stored(world: World, *, but: tuple[str, ...] = ()) -> dict[str, str]:
    """A hash for each item of every table and each object of every bucket, by where it is."""
    return {**_items(world, but), **_objects(world)}


def _items(world: World, but: tuple[str, ...]) -> dict[str, str]:
    dynamodb = world.cloud.client("dynamodb")
    found: dict[str, str] = {}
    for table in dynamodb.list_tables()["TableNames"]:
        for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                key = "/".join(item[name]["S"] for name in ("pk", "sk") if name in item)
                if not key.startswith(but):
                    found[f"{table}/{key}"] = _hash(item)
    return found


def _objects(world: World) -> dict[str, str]:
    s3 = world.cloud.client("s3")
    found: dict[str, str] = {}
    for bucket in s3.list_buckets()["Buckets"]:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket["Name"]):
            for version in page.get("Versions", ()):
                found[f"{bucket['Name']}/{version['Key']}/{version['VersionId']}"] = version["ETag"]
    return found


def _hash(item: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(item, sort_keys=True, default=str).encode()).hexdigest()
