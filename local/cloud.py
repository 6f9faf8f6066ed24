"""The local cloud: a synthesised template, whole, in this process.

    with Cloud.start(Path("cdk.out"), lambdas="process") as cloud:
        cloud.url, cloud.outputs, cloud.client("dynamodb")

With `lambdas="process"` functions are processes of their own and everything is served on one loopback port.
With `lambdas="inline"` they run in this process and no socket is opened; `cloud.request` asks the API
without one. One cloud at a time: moto is one world per process.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import boto3
from moto import mock_aws
from moto.moto_api._internal import mock_random
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from local import calls
from local.assembly import Assembly
from local.authorizer import CognitoAuthorizer
from local.deploy import deploy
from local.executions import Executions
from local.functions import Answer, Fault, Function, Functions, Ledger, Runner
from local.gateway import Gateway
from local.inline import InlineRunner
from local.placement import Deployment
from local.server import Application, Server
from local.shims import (
    Patches,
    cognito_tokens,
    dynamodb_answers,
    dynamodb_lock,
    dynamodb_queries,
    dynamodb_transactions,
    dynamodb_ttl,
    event_rules,
    lambda_invoke,
    object_events,
    states_clients,
    states_failure_cause,
    states_jsonata,
    states_start,
)
from local.sources import Sources, hurry
from local.state import KeptState
from local.targets import Courier, Schedule, schedules
from local.workers import ProcessRunner

_KEY_ID = "AKIALOCALCLOUD000000"
_SECRET = "local-cloud-secret"
_SEED = 20_448

type Page = Callable[[], str]


class Cloud:
    """A running local cloud. Made by `start`, ended by `stop` or by leaving the `with` block."""

    _running: "Cloud | None" = None

    def __init__(
        self,
        assembly: Assembly,
        *,
        port: int,
        lambdas: Literal["process", "inline"],
        keep: Path | None,
        logs: Path,
    ) -> None:
        self._stack = ExitStack()
        self._patches = Patches()
        self._clients: dict[str, Any] = {}
        self._making_clients = threading.Lock()
        self._started = time.monotonic()
        self.sign_ins: list[dict[str, Any]] = []
        self.pages: dict[str, tuple[str, str]] = {
            "/docs": ("واجهة البرمجة", "API documentation"),
            "/openapi.json": ("وثيقة الواجهة", "OpenAPI document"),
            "/sign-ins": ("حسابات للتجربة", "Seeded sign-ins"),
            "/_local/outputs": ("مخرجات النشر", "Stack outputs"),
            "/_local/calls": ("نداءات السحابة", "AWS calls by function"),
            "/_local/schedules": ("المواعيد", "Schedules"),
            "/_local/dead-letters": ("رسائل متعذّرة", "Dead letters"),
        }
        self.ledger = Ledger()
        self._sources: Sources | None = None
        self.resumed_executions: list[str] = []
        self.account, self.region = assembly.account, assembly.region
        self._kept = KeptState(keep, account=self.account, region=self.region) if keep else None
        try:
            self._start(assembly, port, lambdas, logs)
        except BaseException:
            self._stack.close()
            raise

    @classmethod
    def start(
        cls,
        assembly: Path,
        *,
        port: int = 0,
        lambdas: Literal["process", "inline"] = "process",
        keep: Path | None = None,
        reset: bool = False,
        logs: Path = Path(".local/logs"),
    ) -> Self:
        """Deploy the assembly and be ready. `port=0` takes a free one; `keep` names a folder for the data."""
        if Cloud._running is not None:
            raise RuntimeError("a local cloud is already running in this process")
        read = Assembly.read(assembly)
        if keep and reset:
            KeptState(keep, account=read.account, region=read.region).reset()
        cloud = cls(read, port=port, lambdas=lambdas, keep=keep, logs=logs.resolve())
        Cloud._running = cloud
        return cloud

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Save what is kept, and end every process, thread and replacement this cloud made."""
        if self._kept is not None:
            self.settle(timeout=5)
            self._stop_sources()
            self._kept.save(in_flight=self.executions.in_flight())
        try:
            self._stack.close()
        finally:
            if Cloud._running is self:
                Cloud._running = None

    # --- what is there -----------------------------------------------------------------------------

    @property
    def outputs(self) -> dict[str, str]:
        """The outputs of every stack, by name; those CDK adds to pass values between stacks are left out."""
        found = self.deployment.outputs
        return {name: value for name, value in found.items() if not name.startswith("ExportsOutput")}

    @property
    def resources(self) -> dict[str, str]:
        """What `Ref` gives for each resource, by `Stack/LogicalId`."""
        return dict(self.deployment.resources)

    def client(self, service: str) -> Any:
        """A boto3 client of this cloud, from inside this process."""
        with self._making_clients:
            if service not in self._clients:
                self._clients[service] = boto3.client(
                    service, region_name=self.region, aws_access_key_id=_KEY_ID, aws_secret_access_key=_SECRET
                )
            return self._clients[service]

    def openapi(self) -> dict[str, Any]:
        """The deployed document, told where it is served; preflights are the browser's business, not a reader's."""
        document = next(iter(self.gateways.values())).document
        paths = {
            path: {verb: operation for verb, operation in item.items() if verb != "options"}
            for path, item in document["paths"].items()
        }
        return {**document, "paths": paths, "servers": [{"url": self.url}]}

    def dead_letters(self) -> list[dict[str, Any]]:
        """Everything that reached a dead-letter queue, or no queue at all."""
        return [*self._courier.dead_letters(), *self._dead_queues()]

    def schedules(self) -> list[Schedule]:
        return schedules(self.account, self.region, now=datetime.now(UTC))

    # --- what one can do ---------------------------------------------------------------------------

    def request(self, method: str, path: str, **parts: Any) -> TestResponse:
        """Ask the cloud as a client would, without a socket; `parts` as werkzeug's test client takes them.

        `path` may be a whole URL, such as the one of a presigned form.
        """
        url = urlsplit(path)
        base = f"{url.scheme}://{url.netloc}" if url.netloc else self.url
        query = f"?{url.query}" if url.query else ""
        return self._http.open(f"{url.path}{query}", method=method, base_url=base, **parts)

    def invoke(self, function: str, payload: bytes) -> Answer:
        """Run a function by its name, ARN or package name."""
        return self.functions.invoke(function, payload, trigger="invoke")

    def fire(self, name: str) -> list[str]:
        """Let every schedule whose name contains `name` happen now; which ones did."""
        fired = [schedule for schedule in self.schedules() if name in schedule.name]
        if not fired:
            raise KeyError(name)
        for schedule in fired:
            for target, text in schedule.targets:
                self._courier.send(target, text, source=f"schedule {schedule.name}")
        return [schedule.name for schedule in fired]

    def sweep(self, *, now: float) -> int:
        """Delete the items whose time-to-live lies before `now`."""
        deleted = dynamodb_ttl.sweep(self.account, self.region, now=now)
        self._written()
        return deleted

    def hurry(self) -> int:
        """Make messages that wait for a retry visible now."""
        return hurry(self.account, self.region)

    def arm(self, function: str, *, call: int, when: str) -> None:
        """Kill the function's next invocation before or after its `call`-th AWS call."""
        self.ledger.arm(Fault(self.functions.resolve(function).name, call, when))

    def settle(self, *, timeout: float = 10.0) -> bool:
        """Wait until nothing is on its way: streams, queues, deliveries, executions. Who waits, waits on."""
        limit = time.monotonic() + timeout
        calm = 0
        while time.monotonic() < limit:
            calm = 0 if self._busy() else calm + 1
            if calm == 3:
                return True
            time.sleep(0.02)
        return False

    def register_endpoint(
        self, path: str, endpoint: Callable[..., Response], *, methods: tuple[str, ...] = ("GET",)
    ) -> None:
        """Serve something of the developer's own, such as a simulator's switches."""
        self._application.add(path, endpoint, methods=methods)

    def register_page(self, path: str, *, title: tuple[str, str], content: Page) -> None:
        """Serve a page and list it on the index; `content` gives safe HTML, `title` is (Arabic, English)."""
        from local.pages import as_page

        self.pages[path] = title
        self.register_endpoint(path, lambda _: as_page(" · ".join(title), content()))

    def register_outbox(self, messages: Callable[[], list[Mapping[str, Any]]]) -> None:
        """Serve what was sent by SMS at /outbox and /outbox.json: `at`, `to`, `text`, `provider` of each."""
        from local.pages import as_json, table

        columns = (
            ("at", "الوقت · At"),
            ("to", "إلى · To"),
            ("text", "الرسالة · Message"),
            ("provider", "المزوّد · Provider"),
        )
        self.register_page(
            "/outbox",
            title=("صندوق الرسائل", "SMS outbox"),
            content=lambda: table(columns, [dict(message) for message in reversed(messages())]),
        )
        self.register_endpoint("/outbox.json", lambda _: as_json([dict(message) for message in messages()]))

    # --- how it starts -----------------------------------------------------------------------------

    def _start(self, assembly: Assembly, port: int, lambdas: str, logs: Path) -> None:
        logging.getLogger("moto").setLevel(logging.CRITICAL)
        self._stack.callback(self._patches.undo)
        self._mock()
        server = Server(port) if lambdas == "process" else None
        self.url = server.url if server else "http://local.cloud"
        self._correct()
        self.runner = self._runner(lambdas, logs)
        self._stack.callback(self.runner.close)
        mock_random.seed(_SEED)
        self.deployment: Deployment = deploy(
            assembly, client=self.client, endpoint=server.url if server else None
        )
        mock_random.seed()
        if self._kept is not None and self._kept.exists:
            self._kept.load()
        self.functions = Functions(self.deployment.functions, self.runner, self.ledger)
        self._stack.callback(self.functions.close)
        self._courier = Courier(client=self.client, functions=self.functions)
        self._stack.callback(self._courier.close)
        self.functions.on_lost = self._lost
        lambda_invoke.install(self._patches, self.functions)
        event_rules.install(self._patches, self._courier.send)
        authorizer = CognitoAuthorizer(account=self.account, region=self.region)
        self.gateways = {
            api.api_id: Gateway(api, functions=self.functions, authorizer=authorizer, account=self.account)
            for api in self.deployment.apis.values()
        }
        self.executions = Executions(account=self.account, region=self.region)
        self._stack.callback(self.executions.stop_all)
        self._application = Application(self, credentials={_KEY_ID: _SECRET})
        self._http = Client(self._application)
        if server:
            server.serve(self._application)
            self._stack.callback(server.close)
        sources = Sources.of(
            self.deployment.sources,
            account=self.account,
            region=self.region,
            functions=self.functions,
            courier=self._courier,
        )
        sources.start()
        self._sources = sources
        if self._kept is not None and self._kept.exists:
            self.resumed_executions = self._kept.resume(self.client)
        self._stack.callback(sources.stop)
        self.ready_seconds = time.monotonic() - self._started

    def _mock(self) -> None:
        settings = {
            "AWS_ACCESS_KEY_ID": _KEY_ID,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        before = {name: os.environ.get(name) for name in settings}
        os.environ.update(settings)
        self._stack.callback(_put_back, before)
        config: Any = {"stepfunctions": {"execute_state_machine": True}, "core": {"mock_credentials": False}}
        mock = mock_aws(config=config)
        mock.start()
        self._stack.callback(mock.stop)

    def _correct(self) -> None:
        """The shims that do not need the deployed system."""
        dynamodb_lock.install(self._patches, after_write=self._written)
        for shim in (
            dynamodb_answers,
            dynamodb_queries,
            dynamodb_transactions,
            states_jsonata,
            states_start,
            states_failure_cause,
            states_clients,
            object_events,
            cognito_tokens,
        ):
            shim.install(self._patches)

    def _runner(self, lambdas: str, logs: Path) -> Runner:
        credentials = {"AWS_ACCESS_KEY_ID": _KEY_ID, "AWS_SECRET_ACCESS_KEY": _SECRET}
        if lambdas == "process":
            return ProcessRunner(endpoint=self.url, logs=logs, credentials=credentials, region=self.region)
        calls.count_inline(self._patches, self.ledger)
        return InlineRunner(credentials=credentials, region=self.region, patches=self._patches)

    def _written(self) -> None:
        if self._sources is not None:
            self._sources.wake()

    def _stop_sources(self) -> None:
        if self._sources is not None:
            self._sources.stop()

    def _lost(self, function: Function, payload: bytes, answer: Answer) -> None:
        reason = answer.payload.decode(errors="replace")
        self._courier.bury(function.dead_letter_arn, payload.decode(), "lambda:Event", function.arn, reason)

    def _busy(self) -> bool:
        sources = self._sources is not None and self._sources.busy
        return sources or self._courier.busy or self.functions.busy or self.executions.busy

    def _dead_queues(self) -> list[dict[str, Any]]:
        from moto.sqs.models import sqs_backends

        queues = sqs_backends[self.account][self.region].queues.values()
        dead = {queue.dead_letter_queue.name for queue in queues if queue.dead_letter_queue is not None}
        return [
            {"source": "sqs", "target": queue.name, "payload": message.body, "reason": "maxReceiveCount"}
            for queue in queues
            if queue.name in dead
            for message in list(queue._messages)
        ]


def _put_back(before: Mapping[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
