"""Corrections of moto 5.2.5, one file each: what upstream does and what is done here; a canary says when it is over."""

from collections.abc import Callable

from localcloud.patches import Patches
from localcloud.shims import (
    cognito_tokens,
    dynamodb_answers,
    dynamodb_lock,
    dynamodb_queries,
    dynamodb_transactions,
    object_events,
    queue_lock,
    states_clients,
    states_failure_cause,
    states_jsonata,
    states_start,
    states_status_events,
    states_stop,
)

MOTO = "5.2.5"
"""The release these corrections were written against; a canary for each runs bare moto of this release."""


def install(patches: Patches, *, after_write: Callable[[], None]) -> None:
    """Install the corrections that do not need the deployed system; `after_write` follows every DynamoDB write."""
    dynamodb_lock.install(patches, after_write=after_write)
    for shim in (
        dynamodb_answers,
        dynamodb_queries,
        dynamodb_transactions,
        states_jsonata,
        states_start,
        states_stop,
        states_status_events,
        states_failure_cause,
        states_clients,
        object_events,
        queue_lock,
        cognito_tokens,
    ):
        shim.install(patches)
