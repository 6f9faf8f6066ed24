"""What a piece of work leaves behind, in a form in which two runs of the same work can be compared.

Everything stored and sent counts: the items of all tables as they stand, objects with what is said of them, messages
in queues, texts on phones, runs of the workflow. Names and moments a run makes up itself are left out.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.event_log import EVENT, STATE, chain_of, event_of
from ishtirak.adapters.dynamo import from_dynamo
from ishtirak.eventlog.verify import verify
from tests.faults.stepped import Stepped

TABLES = ("RequestsTable", "RegisterTable", "AccessTable")
BUCKETS = ("QuarantineBucket", "CleanBucket")
COUNTED_TEXTS = "SMS#"
"""Before the hour whose texts are counted: which of its counters takes one depends on an id each run makes up."""

type Key = tuple[str, str, str]
"""Which table (by its output), and the item's `pk` and `sk`."""

_MADE_UP = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<id>"),
    (re.compile(r"\b[0-9a-f]{32,}\b"), "<hash>"),
    (re.compile(r"\b\d{8}T\d{6}Z\b"), "<moment>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"), "<moment>"),
    (re.compile(r"ISH-\d{4}-[0-9A-Z]+-[0-9A-Z]"), "<reference>"),
    (re.compile(r"\b(C-|WF)\d+\b"), "<agency's number>"),
    (re.compile(r"\b(pay_|evt_|msg_)[0-9a-zA-Z]{6,}\b"), "<message>"),
    (re.compile(r"(رقم|Number) \d+"), "<newcomer>"),
    (re.compile(r"[A-Za-z0-9+/_-]{44,}={0,2}"), "<encrypted>"),
    (re.compile(r"\b[0-9A-HJKMNP-TV-Z]{26}\b"), "<verification code>"),
    (re.compile(r"•+\d{4}"), "<masked>"),
    (re.compile(r"\+?\b\d{10,}\b"), "<number>"),
)
_COUNTED = re.compile(r"\d{6}(?=\D|$)")


@dataclass(frozen=True)
class Footprint:
    """How often each thing is there, by what it says; and which chains of events do not hold."""

    things: Counter[str]
    broken: tuple[str, ...]

    def differences(self, clean: "Footprint") -> list[str]:
        """What this run left and the clean one did not, and the other way round."""
        more, less = self.things - clean.things, clean.things - self.things
        return [
            *(f"beyond the clean run, {count} times: {thing}" for thing, count in sorted(more.items())),
            *(f"missing, {count} times: {thing}" for thing, count in sorted(less.items())),
            *(f"chain does not hold: {subject}" for subject in self.broken),
        ]


class Ground:
    """The system as it stands before a piece of work: what changed since, and back to how it was."""

    def __init__(self, stepped: Stepped, may_differ: frozenset[str] = frozenset()) -> None:
        self.stepped, self._may_differ = stepped, may_differ
        self._before = {key: item for table in TABLES for key, item in self._stored(table)}
        self._restored = self._written = self._positions()
        self.begins()

    def begins(self) -> None:
        """From now on changes count as those of the work."""
        self._written = self._positions()
        self._objects = set(self._versions())
        self._queued = {message.id for _, message in self._waiting()}
        self._texts = len(self.stepped.system.simulators.outbox.messages())
        self._runs = len(self.stepped.runs())

    def restore(self) -> None:
        """Every item of the tables as it was at first. What is elsewhere stays as it is."""
        client = self.stepped.cloud.client("dynamodb")
        for key in {key for table in TABLES for key in self._touched(table, since=self._restored[table])}:
            table, pk, sk = key
            name = self.stepped.outputs[table]
            if key in self._before:
                client.put_item(TableName=name, Item=self._before[key])
            else:
                client.delete_item(TableName=name, Key={"pk": {"S": pk}, "sk": {"S": sk}})
        self._restored = self._positions()

    def footprint(self) -> Footprint:
        keys = sorted({key for table in TABLES for key in self._touched(table, since=self._written[table])})
        return Footprint(
            Counter(
                normal(thing)
                for thing in (
                    *self._items(keys),
                    *self._changed_objects(),
                    *self._messages(),
                    *self._sent(),
                    *self._started(),
                )
            ),
            tuple(self._broken_chains({(table, pk) for table, pk, _ in keys})),
        )

    def _positions(self) -> dict[str, int]:
        return {table: len(self._table(table).stream_shard.items) for table in TABLES}

    def _touched(self, table: str, *, since: int) -> Iterator[Key]:
        for record in self._table(table).stream_shard.items[since:]:
            keys = record.record["dynamodb"]["Keys"]
            yield table, keys["pk"]["S"], keys["sk"]["S"]

    def _stored(self, table: str) -> Iterator[tuple[Key, dict[str, Any]]]:
        for partition in self._table(table).items.values():
            for item in partition.values():
                told = item.to_json()["Attributes"]
                yield (table, told["pk"]["S"], told["sk"]["S"]), told

    def _items(self, keys: Iterable[Key]) -> Iterator[str]:
        for table, pk, sk in keys:
            item = self.stepped.item(table, pk, sk)
            if item is None:
                continue
            if pk.startswith(COUNTED_TEXTS):
                before = from_dynamo(self._before.get((table, pk, sk), {}))
                counted = {name: item[name] - before.get(name, 0) for name in ("texts", "notices")}
                yield f"{table} counts {json.dumps(counted)} more"
                continue
            told = {name: value for name, value in item.items() if name not in self._may_differ}
            yield f"{table} {json.dumps(told, sort_keys=True, ensure_ascii=False)}"

    def _versions(self) -> Iterator[tuple[str, str, str]]:
        """Of each bucket, every version of every object and what it is labelled with."""
        stepped = self.stepped
        backend = s3_backends[stepped.cloud.account]["aws"]
        for bucket in BUCKETS:
            for key, versions in dict.items(backend.buckets[stepped.outputs[bucket]].keys):
                for version in versions:
                    labels = backend.tagger.get_tag_dict_for_resource(version.arn) if version.arn else {}
                    yield bucket, key, f"{version.version_id} {json.dumps(labels, sort_keys=True)}"

    def _changed_objects(self) -> Iterator[str]:
        after = set(self._versions())
        for bucket, key, told in after - self._objects:
            yield f"{bucket} {key} {told}"
        for bucket, _key, _told in self._objects - after:
            yield f"{bucket} gone"

    def _waiting(self) -> Iterator[tuple[str, Any]]:
        cloud = self.stepped.cloud
        for queue in sqs_backends[cloud.account][cloud.region].queues.values():
            for message in queue._messages:
                yield queue.name, message

    def _messages(self) -> Iterator[str]:
        """New ones in queues, each once: a queue may hold the same message twice."""
        new = {
            (queue, _told(message.body))
            for queue, message in self._waiting()
            if message.id not in self._queued and not _of_a_sweep(queue, message.body)
        }
        for queue, body in new:
            yield f"queue {queue} {body}"

    def _sent(self) -> Iterator[str]:
        for text in self.stepped.system.simulators.outbox.messages()[self._texts :]:
            yield f"text by {text.provider}: {_COUNTED.sub('<code>', text.text)}"

    def _started(self) -> Iterator[str]:
        for _ in self.stepped.runs()[self._runs :]:
            yield "run of the workflow"

    def _broken_chains(self, partitions: set[tuple[str, str]]) -> Iterator[str]:
        for table, pk in sorted(partitions):
            items = list(dynamo.query_prefix(self.stepped.outputs[table], pk, EVENT))
            state = self.stepped.item(table, pk, STATE)
            events = [event_of(item) for item in items]
            if (events or state) and verify(pk, events, standing=chain_of(state) if state else None):
                yield pk

    def _table(self, table: str) -> Any:
        cloud = self.stepped.cloud
        return dynamodb_backends[cloud.account][cloud.region].get_table(self.stepped.outputs[table])


def normal(thing: str) -> str:
    """The thing without what every run names anew."""
    for pattern, said in _MADE_UP:
        thing = pattern.sub(said, thing)
    return thing


def _of_a_sweep(queue: str, body: str) -> bool:
    """A report of the sweep, which its schedule may send at any moment, whatever is under way."""
    return "RunsQueue" in queue and json.loads(body).keys() == {"name"}


def _told(body: str) -> str:
    """What a message says, without what is made anew each time it is sent: the envelope of the bus, a ciphertext."""
    said = json.loads(body)
    if "encrypted" in said:
        said["encrypted"] = "anew each time"
    return json.dumps(said.get("detail", said), sort_keys=True)
