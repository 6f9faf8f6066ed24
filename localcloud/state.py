"""A cloud whose data outlives it: what was answered is there again, however the process ended.

A kept run is the same template deployed again, under the same names, with the data put back from a journal
(`localcloud.journal`) in which every change was recorded before it was answered (`localcloud.recorder`). What an
execution of a state machine remembers lives in threads and can not be kept, so each one that was in flight is started
again from its first state, under the same name and with the same input. Steps are conditional on what is stored, so
doing one again changes nothing, and a wait that stood is asked for anew with a new token; only its time-out starts
over. Messages a consumer had not deleted, records of streams a function had not taken, deliveries and asynchronous
invocations that had not ended are made again: at least once, as in the cloud.
"""

import fcntl
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from moto.cognitoidp.models import cognitoidp_backends
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import StreamRecord
from moto.kms.models import kms_backends
from moto.s3.models import FakeDeleteMarker, FakeKey, s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sqs.models import Message, sqs_backends

from localcloud.executions import RUNNING, Executions
from localcloud.journal import Entries, FileJournal, Journal, JournalUnreadable, Key, read, write

_SPOOLED = 8 << 20


class PersistedStateRefused(Exception):
    """The kept data can not be used: it belongs to another template or release, or another process uses it."""


class PersistedState:
    """The folder one kept cloud lives in; one process uses it at a time."""

    def __init__(self, directory: Path, *, account: str, region: str) -> None:
        """Take the folder; it is free again when the process has ended, however it did."""
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = directory / "journal"
        self._older = directory / "state.pickle"
        self._account = account
        self._region = region
        self._lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise PersistedStateRefused(f"{directory} is used by another process") from None

    def reset(self) -> None:
        self._file.unlink(missing_ok=True)
        self._older.unlink(missing_ok=True)

    def close(self) -> None:
        """Give the folder back."""
        os.close(self._lock)

    def load(self) -> Entries:
        """Put the kept data back into a freshly deployed cloud; what was kept, or nothing."""
        if self._older.exists():
            raise PersistedStateRefused(
                f"{self._older} was written by an older release; start afresh with --reset"
            )
        template = self._template()
        if not self._file.exists():
            return {("template",): template}
        try:
            kept = read(self._file)
        except JournalUnreadable as unreadable:
            raise PersistedStateRefused(
                f"{self._file}: {unreadable}; start afresh with --reset"
            ) from unreadable
        _compare(template, kept["template",])
        kept["template",] = template
        _Restored(self._account, self._region).put_back(kept)
        return kept

    def journal(self, kept: Entries) -> Journal:
        """A journal that says what was kept and no more, open for what changes next."""
        write(self._file, kept)
        return FileJournal(self._file)

    def _template(self) -> dict[str, Any]:
        tables = dynamodb_backends[self._account][self._region].tables
        return {
            "tables": {name: table.schema for name, table in tables.items()},
            "buckets": sorted(s3_backends[self._account]["aws"].buckets),
            "keys": sorted(kms_backends[self._account][self._region].keys),
            "pools": sorted(cognitoidp_backends[self._account][self._region].user_pools),
        }


def _compare(template: dict[str, Any], kept: dict[str, Any]) -> None:
    for kind, names in template.items():
        missing = sorted(set(names) - set(kept[kind]))
        if missing:
            raise PersistedStateRefused(
                f"the template has {kind} the kept data does not: {', '.join(missing)}; start afresh with --reset"
            )
    for name, schema in template["tables"].items():
        if kept["tables"][name] != schema:
            raise PersistedStateRefused(f"the key of table {name} has changed; start afresh with --reset")


class _Restored:
    """Puts entries of a journal where moto keeps them; what the template no longer has is left out."""

    def __init__(self, account: str, region: str) -> None:
        self._tables = dynamodb_backends[account][region].tables
        self._store = s3_backends[account]["aws"]
        self._queues = sqs_backends[account][region].queues
        self._keys = kms_backends[account][region].keys
        self._pools = cognitoidp_backends[account][region].user_pools
        self._secrets = secretsmanager_backends[account][region].secrets

    def put_back(self, kept: Entries) -> None:
        bodies = {key[1:]: body for key, body in kept.items() if key[0] == "body"}
        for key, value in kept.items():
            match key:
                case "item", table, *names:
                    self._item(table, names, value)
                case "object", bucket, name:
                    self._object(bucket, name, value, bodies)
                case "tags", arn:
                    self._store.tagger.tags[arn] = value
                case "message", _:
                    self._message(*value)
                case _:
                    self._small(key, value)
        for table in self._tables.values():
            if table.stream_shard is not None:
                _restore_stream(table, kept)

    def _small(self, key: Key, value: Any) -> None:
        match key:
            case "kms", name if name in self._keys:
                self._keys[name].key_material = value
            case "cognito-idp", pool, field, name if pool in self._pools:
                getattr(self._pools[pool], field)[name] = value
            case "secretsmanager", name if name in self._secrets:
                dict.__setitem__(self._secrets, name, value)

    def _item(self, table_name: str, names: list[Any], attributes: dict[str, Any]) -> None:
        table = self._tables.get(table_name)
        if table is None:
            return
        hash_key = DynamoType({names[0]: names[1]})
        range_key = DynamoType({names[2]: names[3]}) if len(names) > 2 else None
        item = Item(hash_key, range_key, attributes)
        if range_key is not None:
            table.items[hash_key][range_key] = item
        else:
            table.items[hash_key] = item  # type: ignore[assignment]

    def _object(self, bucket_name: str, name: str, versions: list[dict[str, Any]], bodies: Entries) -> None:
        bucket = self._store.buckets.get(bucket_name)
        if bucket is None:
            return
        restored: list[Any] = []
        for state in versions:
            if "marker" in state:
                marker: Any = FakeDeleteMarker.__new__(FakeDeleteMarker)
                vars(marker).update(state, key=restored[-1] if restored else None)
                restored.append(marker)
            else:
                key: Any = FakeKey.__new__(FakeKey)
                vars(key).update(state, multipart=None, lock=threading.Lock())
                key._value_buffer = tempfile.SpooledTemporaryFile(_SPOOLED)  # noqa: SIM115  (lives as long as the key)
                key.value = bodies[bucket_name, name, key.version_id]
                restored.append(key)
        dict.__setitem__(bucket.keys, name, restored)

    def _message(self, queue_name: str, state: dict[str, Any]) -> None:
        """Visible at once, whoever had received it."""
        queue = self._queues.get(queue_name)
        if queue is not None:
            message: Any = Message.__new__(Message)
            vars(message).update(state, visible_at=0.0)
            queue._messages.append(message)


def _restore_stream(table: Any, kept: Entries) -> None:
    """What not every reader has taken, under the numbers it had; what all have taken is kept no longer."""
    read_to = [position for key, position in kept.items() if key[:2] == ("position", table.name)]
    numbers = sorted(key[2] for key in kept if key[:2] == ("stream", table.name))
    first = min(read_to or numbers[:1], default=None)
    if first is None:
        return
    for number in numbers:
        if number < first:
            del kept["stream", table.name, number]
    records = [kept["stream", table.name, number] for number in numbers if number >= first]
    table.stream_shard.starting_sequence_number = first
    table.stream_shard.items = [_stream_record(record) for record in records]


def _stream_record(record: dict[str, Any]) -> Any:
    restored: Any = StreamRecord.__new__(StreamRecord)
    restored.record = record
    return restored


class Resumption:
    """What was under way when a kept cloud ended."""

    def __init__(self, kept: Entries) -> None:
        self._kept = kept

    def of(self, kind: str) -> Iterator[tuple[Any, ...]]:
        """The entries of one kind: the rest of each key, and what is there."""
        for key, value in self._kept.items():
            if key[0] == kind:
                yield (*key[1:], value)

    def restore_ended(self, executions: Executions) -> None:
        """Put back the executions that had ended, of machines that are still there."""
        for machine, name, execution in self.of("execution"):
            if execution["status"] != RUNNING and machine in executions.machines:
                executions.restore(machine, name, execution)

    def start_again(self, client: Any, executions: Executions) -> list[str]:
        """Start the executions that were in flight again; their names."""
        begun = []
        for machine, name, execution in list(self.of("execution")):
            if execution["status"] == RUNNING and machine in executions.machines:
                client.start_execution(stateMachineArn=machine, name=name, input=execution["input"])
                begun.append(name)
        return begun
