"""Writes down what changes in moto: the resulting state of each thing a call changed, before the call is answered.

Not the calls: moto draws identifiers and times anew, so a call repeated would give another result. Installed for kept
clouds only.
"""

import contextlib
import inspect
import pickle
import threading
import zlib
from collections.abc import Callable, Iterable
from typing import Any, Final

from moto.cognitoidp.models import cognitoidp_backends
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler
from moto.kms.models import kms_backends
from moto.kms.responses import KmsResponse
from moto.s3.models import FakeDeleteMarker, S3Backend, s3_backends
from moto.s3.responses import S3Response
from moto.secretsmanager.models import secretsmanager_backends
from moto.secretsmanager.responses import SecretsManagerResponse
from moto.sqs.models import Queue, SQSBackend
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from localcloud.executions import kept_form
from localcloud.journal import Entries, Journal, JournalFailed, Key
from localcloud.patches import Patches
from localcloud.shims.dynamodb_lock import LOCK

POOL_FIELDS: Final = ("users", "groups", "refresh_tokens", "access_tokens", "id_tokens")
_READS: Final = ("Get", "List", "Describe", "Encrypt", "Decrypt", "ReEncrypt", "Generate", "Verify", "Sign")
_OBJECT_METHODS: Final = (
    "put_object",
    "copy_object",
    "delete_object",
    "put_object_acl",
    "put_object_tagging",
    "delete_object_tagging",
    "put_object_legal_hold",
    "put_object_retention",
    "restore_object",
)
_NOT_STORED: Final = ("_value_buffer", "lock", "value", "multipart")


class Recorder:
    """Notes the changes of one account and region in a journal."""

    def __init__(self, journal: Journal, *, account: str, region: str, streamed: Iterable[str]) -> None:
        """`streamed` names the tables whose streams somebody reads; the others' are not kept."""
        self._journal = journal
        self._account = account
        self._region = region
        self._tables = _Tables(journal, dynamodb_backends[account][region], frozenset(streamed))
        self._objects = _Objects(journal, s3_backends[account]["aws"])
        self._small: dict[Key, int] = {}
        self._comparing = threading.Lock()

    def install(self, patches: Patches) -> None:
        """Note changes from here on, and first what deploying drew at random."""
        for service in _SMALL:
            self._record_small(service)
        self._tables.install(patches)
        self._objects.install(patches)
        _record_messages(patches, self._journal)
        _record_executions(patches, self._journal)
        for handler, service in (
            (CognitoIdpResponse, "cognito-idp"),
            (KmsResponse, "kms"),
            (SecretsManagerResponse, "secretsmanager"),
        ):
            self._compare_after_calls(patches, handler, service)

    def flush(self) -> None:
        """Note what changed in tables outside of a call."""
        with LOCK:
            self._tables.flush()

    def _compare_after_calls(self, patches: Patches, handler: Any, service: str) -> None:
        def call_action(response: Any) -> Any:
            self._journal.check()
            if response._get_action().startswith(_READS):
                return upstream(response)
            try:
                return upstream(response)
            finally:
                self._record_small(service)

        upstream = patches.replace(handler, "call_action", call_action)

    def _record_small(self, service: str) -> None:
        """What is few and seldom changes is compared with what was noted last."""
        with self._comparing:
            found = _SMALL[service](self._account, self._region)
            sums = {key: zlib.crc32(pickle.dumps(value)) for key, value in found.items()}
            gone = [key for key in self._small if key[0] == service and key not in sums]
            changed: Entries = {
                key: found[key] for key, total in sums.items() if self._small.get(key) != total
            }
            self._small |= sums
            for key in gone:
                del self._small[key]
            self._journal.append({**changed, **dict.fromkeys(gone)})


def _pools(account: str, region: str) -> Entries:
    return {
        ("cognito-idp", pool_id, field, name): value
        for pool_id, pool in list(cognitoidp_backends[account][region].user_pools.items())
        for field in POOL_FIELDS
        for name, value in list(getattr(pool, field).items())
        if value is not None
    }


def _keys(account: str, region: str) -> Entries:
    keys = list(kms_backends[account][region].keys.items())
    return {("kms", name): key.key_material for name, key in keys}


def _secrets(account: str, region: str) -> Entries:
    secrets = secretsmanager_backends[account][region].secrets
    return {("secretsmanager", name): secret for name, secret in list(dict.items(secrets))}


_SMALL: Final[dict[str, Callable[[str, str], Entries]]] = {
    "cognito-idp": _pools,
    "kms": _keys,
    "secretsmanager": _secrets,
}


class _Tables:
    """Items, and the records of streams; a call's changes are one record of the journal."""

    def __init__(self, journal: Journal, backend: Any, streamed: frozenset[str]) -> None:
        self._journal = journal
        self._backend = backend
        self._streamed = streamed
        self._touched: dict[tuple[Any, Any, Any], None] = {}
        self._next = {name: _end_of_stream(self._backend.tables[name]) for name in streamed}

    def install(self, patches: Patches) -> None:
        def call_action(handler: Any) -> Any:
            with LOCK:
                self._journal.check()
                try:
                    return upstream(handler)
                finally:
                    self.flush()

        def put_item(table: Any, *given: Any, **more: Any) -> Any:
            item = upstream_put(table, *given, **more)
            self._touched[table, item.hash_key, item.range_key] = None
            return item

        def delete_item(table: Any, hash_key: Any, range_key: Any) -> Any:
            self._touched[table, hash_key, range_key] = None
            return upstream_delete(table, hash_key, range_key)

        def update_item(backend: Any, table_name: str, *given: Any, **more: Any) -> Any:
            item = upstream_update(backend, table_name, *given, **more)
            self._touched[backend.get_table(table_name), item.hash_key, item.range_key] = None
            return item

        upstream = patches.replace(DynamoHandler, "call_action", call_action)
        upstream_put = patches.replace(Table, "put_item", put_item)
        upstream_delete = patches.replace(Table, "delete_item", delete_item)
        upstream_update = patches.replace(DynamoDBBackend, "update_item", update_item)

    def flush(self) -> None:
        entries: Entries = {}
        for table, hash_key, range_key in self._touched:
            item = table.get_item(hash_key, range_key)
            attributes = item.to_json()["Attributes"] if item is not None else None
            entries["item", table.name, *_plain(hash_key), *_plain(range_key)] = attributes
        self._touched.clear()
        for name in self._streamed:
            shard = self._backend.tables[name].stream_shard
            for place in range(self._next[name] - shard.starting_sequence_number, len(shard.items)):
                entries["stream", name, shard.starting_sequence_number + place] = shard.items[place].record
            self._next[name] = _end_of_stream(self._backend.tables[name])
        self._journal.append(entries)


def _plain(key: Any) -> tuple[str, ...]:
    return () if key is None else (key.type, key.value)


def _end_of_stream(table: Any) -> int:
    return int(table.stream_shard.starting_sequence_number) + len(table.stream_shard.items)


class _Objects:
    """Versions of objects and their tags; the bytes of a version are written once."""

    def __init__(self, journal: Journal, backend: Any) -> None:
        self._journal = journal
        self._backend = backend
        self._written: dict[Key, str] = {
            ("body", bucket.name, name, version.version_id): version.etag
            for bucket in backend.buckets.values()
            for name, versions in bucket.keys.lists()
            for version in versions
            if not _is_marker(version)
        }
        self._touched = threading.local()

    def install(self, patches: Patches) -> None:
        for name in _OBJECT_METHODS:
            self._note(patches, name)
        for name in ("key_response", "bucket_response"):
            self._record_after(patches, name)

    def _note(self, patches: Patches, name: str) -> None:
        """Remember which object a method changes."""

        def method(backend: Any, *given: Any, **more: Any) -> Any:
            asked = signature.bind(backend, *given, **more).arguments
            key = asked.get("key")  # the object itself, where it is not named
            bucket = key.bucket_name if key else asked.get("dest_bucket_name") or asked["bucket_name"]
            touched = getattr(self._touched, "objects", None)
            if touched is not None:
                touched[bucket, key.name if key else asked.get("dest_key_name") or asked["key_name"]] = None
            return upstream(backend, *given, **more)

        upstream = patches.replace(S3Backend, name, method)
        signature = inspect.signature(upstream)

    def _record_after(self, patches: Patches, name: str) -> None:
        """Note an object with what is announced of it, once the whole request is done: it sets more than it stores."""

        def respond(response: Any, *given: Any) -> Any:
            self._journal.check()
            with self._journal.together():
                self._touched.objects = {}
                try:
                    return upstream(response, *given)
                finally:
                    touched, self._touched.objects = self._touched.objects, None
                    for bucket, key in touched:
                        self._record(bucket, key)

        upstream = patches.replace(S3Response, name, respond)

    def _record(self, bucket: str, name: str) -> None:
        found = self._backend.buckets.get(bucket)
        versions = found.keys.getlist(name, []) if found else []
        entries: Entries = {("object", bucket, name): [_version(one) for one in versions] or None}
        bodies = {("body", bucket, name, one.version_id): one for one in versions if not _is_marker(one)}
        for key, version in bodies.items():
            tags = self._backend.tagger.tags.get(version.arn)
            entries["tags", version.arn] = dict(tags) if tags else None
            if self._written.get(key) != version.etag:
                self._written[key] = version.etag
                entries[key] = version.value
        for key in [one for one in self._written if one[1:3] == (bucket, name) and one not in bodies]:
            del self._written[key]
            entries[key] = None
        self._journal.append(entries)


def _is_marker(version: Any) -> bool:
    return isinstance(version, FakeDeleteMarker)


def _version(version: Any) -> dict[str, Any]:
    if _is_marker(version):
        return {"marker": True, **{name: value for name, value in vars(version).items() if name != "key"}}
    return {name: value for name, value in vars(version).items() if name not in _NOT_STORED}


def _record_messages(patches: Patches, journal: Journal) -> None:
    """A message is on disk before its sender hears of it, and gone from there before its consumer does."""

    def add_message(queue: Any, message: Any) -> None:
        with queue._messages_lock:
            upstream_add(queue, message)
            if any(one is message for one in queue._messages):
                journal.put(("message", message.id), (queue.name, dict(vars(message))))

    def delete_message(queue: Any, receipt_handle: str) -> None:
        with queue._messages_lock:
            before = {message.id for message in queue._messages}
            upstream_delete(queue, receipt_handle)
            gone = before - {message.id for message in queue._messages}
            journal.forget(*(("message", one) for one in gone))

    def purge_queue(backend: Any, queue_name: str) -> None:
        queue = backend.get_queue(queue_name)
        with queue._messages_lock:
            gone = [message.id for message in queue._messages]
            upstream_purge(backend, queue_name)
            journal.forget(*(("message", one) for one in gone))

    upstream_add = patches.replace(Queue, "add_message", add_message)
    upstream_delete = patches.replace(Queue, "delete_message", delete_message)
    upstream_purge = patches.replace(SQSBackend, "purge_queue", purge_queue)


def _record_executions(patches: Patches, journal: Journal) -> None:
    recording = threading.Lock()

    def record(execution: Any) -> None:
        with recording:
            journal.put(("execution", execution.state_machine_arn, execution.name), kept_form(execution))

    def start_execution(backend: Any, *given: Any, **more: Any) -> Any:
        journal.check()
        execution = upstream_start(backend, *given, **more)
        record(execution)
        return execution

    def terminated(communication: Any) -> None:
        upstream_end(communication)
        with contextlib.suppress(JournalFailed):  # nobody is told; it is written with what is recorded next
            record(communication.execution)

    upstream_start = patches.replace(StepFunctionsParserBackend, "start_execution", start_execution)
    upstream_end = patches.replace(BaseExecutionWorkerCommunication, "terminated", terminated)
