"""Keeping a cloud's data between runs.

A kept run is the same template deployed again, under the same names, with the data put back: tables, objects, users,
secrets, key material and the messages still in queues. What an execution of a state machine remembers lives in threads
and can not be kept, so each one that was in flight is started again from its first state, under the same name and with
the same input. Steps are conditional on what is stored, so doing one again changes nothing, and a wait that stood is
asked for anew with a new token; only its time-out starts over. Data is written when the cloud is stopped, not when it
is killed.
"""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from moto.cognitoidp.models import cognitoidp_backends
from moto.dynamodb.models import dynamodb_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sqs.models import sqs_backends

from localcloud.shims.dynamodb_lock import LOCK

_POOL_FIELDS = ("users", "groups", "refresh_tokens", "access_tokens", "id_tokens")


class PersistedStateRefused(Exception):
    """The kept data does not belong to this template; start afresh with --reset."""


class PersistedState:
    """The folder one kept cloud lives in."""

    def __init__(self, directory: Path, *, account: str, region: str) -> None:
        self._file = directory / "state.pickle"
        self._account = account
        self._region = region
        self._kept: dict[str, Any] = {}

    def reset(self) -> None:
        self._file.unlink(missing_ok=True)

    @property
    def exists(self) -> bool:
        return self._file.exists()

    def save(self, *, in_flight: list[tuple[str, str, str]]) -> None:
        """Write everything down; `in_flight` names machine, name and input of the executions to start again."""
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with LOCK:
            data = pickle.dumps({**self._parts(), "messages": self._messages(), "executions": in_flight})
        partial = self._file.with_suffix(".partial")
        partial.write_bytes(data)
        partial.replace(self._file)

    def load(self) -> None:
        """Put the data back into a freshly deployed cloud."""
        self._kept = kept = pickle.loads(self._file.read_bytes())
        parts = self._parts()
        for name in ("tables", "buckets", "keys", "pools"):
            missing = sorted(set(parts[name]) - set(kept[name]))
            if missing:
                raise PersistedStateRefused(
                    f"the template has {name} the kept data does not: {', '.join(missing)}"
                )
        with LOCK:
            self._restore(kept)

    def resume(self, client: Callable[[str], Any]) -> list[str]:
        """Send the messages and start the executions again; the names of the executions."""
        for queue, bodies in self._kept.get("messages", {}).items():
            url = client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
            for body in bodies:
                client("sqs").send_message(QueueUrl=url, MessageBody=body)
        executions = self._kept.get("executions", [])
        for machine, name, given in executions:
            client("stepfunctions").start_execution(stateMachineArn=machine, name=name, input=given)
        return [name for _, name, _ in executions]

    def _parts(self) -> dict[str, Any]:
        keys = kms_backends[self._account][self._region].keys
        pools = cognitoidp_backends[self._account][self._region].user_pools
        return {
            "tables": {name: self._table(table) for name, table in self._tables().items()},
            "buckets": {name: bucket.keys for name, bucket in self._buckets().items()},
            "keys": {name: key.key_material for name, key in keys.items()},
            "pools": {
                name: {field: getattr(pool, field) for field in _POOL_FIELDS} for name, pool in pools.items()
            },
            "secrets": dict(self._secrets().items()),
        }

    @staticmethod
    def _table(table: Any) -> dict[str, Any]:
        return {"items": table.items, "schema": table.schema}

    def _restore(self, kept: dict[str, Any]) -> None:
        for name, table in self._tables().items():
            if kept["tables"][name]["schema"] != table.schema:
                raise PersistedStateRefused(f"the key of table {name} has changed")
            table.items = kept["tables"][name]["items"]
        for name, bucket in self._buckets().items():
            bucket.keys = kept["buckets"][name]
        for name, key in kms_backends[self._account][self._region].keys.items():
            key.key_material = kept["keys"][name]
        for name, pool in cognitoidp_backends[self._account][self._region].user_pools.items():
            for field in _POOL_FIELDS:
                setattr(pool, field, kept["pools"][name][field])
        secrets = self._secrets()
        for name, secret in kept["secrets"].items():
            if name in secrets:
                secrets[name] = secret

    def _tables(self) -> dict[str, Any]:
        return dict(dynamodb_backends[self._account][self._region].tables)

    def _buckets(self) -> dict[str, Any]:
        return dict(s3_backends[self._account]["aws"].buckets)

    def _messages(self) -> dict[str, list[str]]:
        queues = sqs_backends[self._account][self._region].queues
        return {name: [message.body for message in queue._messages] for name, queue in queues.items()}

    def _secrets(self) -> Any:
        return secretsmanager_backends[self._account][self._region].secrets
