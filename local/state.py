"""Keeping a cloud's data between runs.

A kept run is the same template deployed again, under the same names, with the data put back: tables, objects,
users, secrets, parameters and key material. What lives only in memory does not survive, and is said so:
messages in queues, executions of state machines and task tokens. An execution that was waiting is listed in
`lost.json`; nothing resumes it, so what waited for it must be started anew.
"""

import json
import pickle
from pathlib import Path
from typing import Any

from moto.cognitoidp.models import cognitoidp_backends
from moto.dynamodb.models import dynamodb_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends

from local.shims.dynamodb_lock import LOCK

_POOL_FIELDS = ("users", "groups", "refresh_tokens", "access_tokens", "id_tokens")


class KeptStateRefused(Exception):
    """The kept data does not belong to this template; start afresh with --reset."""


class KeptState:
    """The folder one kept cloud lives in."""

    def __init__(self, directory: Path, *, account: str, region: str) -> None:
        self._file = directory / "state.pickle"
        self._lost = directory / "lost.json"
        self._account = account
        self._region = region

    def reset(self) -> None:
        self._file.unlink(missing_ok=True)
        self._lost.unlink(missing_ok=True)

    @property
    def exists(self) -> bool:
        return self._file.exists()

    def lost(self) -> list[str]:
        """Executions that were in flight when the last run ended."""
        return list(json.loads(self._lost.read_text())) if self._lost.exists() else []

    def save(self, *, in_flight: list[str]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with LOCK:
            data = pickle.dumps(self._parts())
        partial = self._file.with_suffix(".partial")
        partial.write_bytes(data)
        partial.replace(self._file)
        self._lost.write_text(json.dumps(in_flight))

    def load(self) -> None:
        """Put the data back into a freshly deployed cloud."""
        kept: dict[str, Any] = pickle.loads(self._file.read_bytes())
        parts = self._parts()
        for name in ("tables", "buckets", "keys", "pools"):
            missing = sorted(set(parts[name]) - set(kept[name]))
            if missing:
                raise KeptStateRefused(
                    f"the template has {name} the kept data does not: {', '.join(missing)}"
                )
        with LOCK:
            self._restore(kept)

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
                raise KeptStateRefused(f"the key of table {name} has changed")
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

    def _secrets(self) -> Any:
        return secretsmanager_backends[self._account][self._region].secrets
