"""The whole system standing still: queues and streams are worked off only when a test says so."""

import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from ishtirak.adapters import dynamo
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.identity import IdentityNumber
from ishtirak.register.people import Contributor, identity_encryption_context
from local.environment import Environment
from localcloud.event_sources import EventSource, QueueSource, StreamSource
from localcloud.functions import Answer
from tests.fakes.register import a_contributor, register_on
from tests.functions.events import NO_BODY, api_event

_PATIENCE = 10.0
NEWCOMERS = "1000000016"


class Stepped:
    """Plays the pollers of Lambda by hand, and a client that sends the same call again."""

    def __init__(self, system: Environment) -> None:
        self.system, self.cloud = system, system.cloud
        self.outputs: Mapping[str, str] = self.cloud.outputs
        polled = self.cloud._event_sources
        assert polled is not None
        polled.stop()
        self._polled = polled._sources
        for source in self._polled:
            source._stopping.clear()
        self._mobiles = 0
        self.requests = RequestTable(self.outputs["RequestsTable"])
        self.register = register_on(self.outputs["RegisterTable"])
        self.access = AccessTable(self.outputs["AccessTable"])

    def cold(self) -> None:
        """The next invocation of every function starts a new process."""
        self.cloud.runner.close()

    def work(self, function: str) -> bool:
        """Let the function's queue or streams be worked off once, hidden messages too; whether all is done."""
        self.cloud.redeliver_soon()
        sources = self._sources(function)
        for source in sources:
            if source.busy:
                source._take_batch()
        return not any(self._has_more(source) for source in sources)

    def work_off(self, function: str) -> None:
        """Until nothing is left."""
        while not self.work(function):
            pass

    def afresh(self) -> None:
        """Forget what is on its way: nothing but what happens from now on is relayed or delivered."""
        self.arrived()
        for source in self._polled:
            if isinstance(source, StreamSource):
                source._next = len(source._shard.items)
            elif isinstance(source, QueueSource):
                source._queue._messages.clear()

    def queued(self, function: str) -> list[str]:
        """The bodies of all messages in the function's queue."""
        queues = [source for source in self._sources(function) if isinstance(source, QueueSource)]
        return [message.body for source in queues for message in source._queue._messages]

    def runs(self) -> list[str]:
        """The names of all runs of the workflow."""
        return [execution.name for execution in self.cloud.executions.all()]

    def workflow_reaches(self, request_id: str, state: str) -> None:
        """Wait (not for ever) until the run has brought the request there, then until every run rests."""
        limit = time.monotonic() + _PATIENCE
        while self.requests.get(request_id).state != state and time.monotonic() < limit:
            time.sleep(0.01)
        self.workflow_rests()

    def workflow_rests(self) -> None:
        """Wait until every run waits for somebody, or is over."""
        calm = 0
        while calm < 3:
            busy = self.cloud.executions.busy or self.cloud.functions.busy
            calm = 0 if busy else calm + 1
            time.sleep(0.01)

    def versions(self, bucket: str, key: str) -> list[str]:
        """The versions of an object; a bucket that keeps none calls its only one "null"."""
        listed = self.cloud.client("s3").list_object_versions(Bucket=self.outputs[bucket], Prefix=key)
        return [str(version["VersionId"]) for version in listed.get("Versions", [])]

    def arrived(self) -> None:
        """Wait until what rules deliver has reached its queues."""
        while self.cloud._dispatcher.busy:
            pass

    def invoke(self, function: str, payload: Mapping[str, Any]) -> Answer:
        return self.cloud.invoke(function, json.dumps(payload).encode())

    def asked(
        self,
        function: str,
        method: str,
        path: str,
        body: Any,
        *,
        by: Caller | None,
        key: str | None = None,
        version: int | None = None,
    ) -> "Reply":
        """One HTTP call, as API Gateway makes it of the client's."""
        sent = NO_BODY if body is None else body
        return self.answered(function, api_event(method, path, sent, by=by, key=key, version=version))

    def answered(self, function: str, event: Mapping[str, Any]) -> "Reply":
        """What the client gets, whatever becomes of the function."""
        answer = self.invoke(function, event)
        if answer.error is not None:
            return Reply(502, None)
        payload = answer.json()
        return Reply(payload["statusCode"], json.loads(payload["body"]))

    def newcomer(self) -> Caller:
        """A contributor of the register nobody has used yet; Absher knows the number they are registered with."""
        person_id = str(uuid.uuid4())
        number = IdentityNumber(NEWCOMERS)
        encrypted = KmsEncryption(self.outputs["DataKeyArn"]).encrypt(
            number.reveal(), identity_encryption_context(person_id)
        )
        contributor: Contributor = a_contributor(person_id=person_id, encrypted_identity=encrypted)
        self.register.transaction.commit(
            self.register.people.save(contributor, fingerprint=f"of {person_id}")
        )
        return self.owner_of(person_id)

    @staticmethod
    def owner_of(person_id: str) -> Caller:
        """The contributor with this id."""
        return Caller(subject=person_id, person_id=person_id, roles=frozenset({Role.CONTRIBUTOR}))

    def another_mobile(self) -> None:
        """Newcomers, who share a number, share a mobile nobody has used yet."""
        self._mobiles += 1
        body = {"identity_number": NEWCOMERS, "mobile": f"+96655{2_000_000 + self._mobiles}"}
        absher = self.system.simulators.absher.url
        requests.post(f"{absher}/_sim/mobile", json=body, timeout=5).raise_for_status()

    def item(self, output: str, pk: str, sk: str) -> dynamo.Item | None:
        return dynamo.get(self.outputs[output], pk, sk)

    def events(self, output: str, pk: str) -> list[str]:
        """What happened to an aggregate, by name, in order."""
        return [item["type"] for item in dynamo.query_prefix(self.outputs[output], pk, "EVENT#")]

    def _sources(self, function: str) -> list[EventSource]:
        name = self.cloud.functions.resolve(function).name
        every = self._polled
        return [one for one in every if self.cloud.functions.resolve(one._function).name == name]

    @staticmethod
    def _has_more(source: EventSource) -> bool:
        return bool(source._queue._messages) if isinstance(source, QueueSource) else source.busy


@dataclass(frozen=True)
class Reply:
    """What a client got: the status, and the body if there was one."""

    status: int
    body: Any

    @property
    def worth_repeating(self) -> bool:
        """Whether a client sends it again: faults, limits, and a concurrent retry still under way."""
        under_way = self.status == 409 and self.body.get("code") == "in_flight"
        return self.status >= 500 or self.status == 429 or under_way
