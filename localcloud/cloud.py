"""The local cloud: a synthesised assembly, deployed and running in this process.

    with Cloud.start(Path("cdk.out"), lambdas="process") as cloud:
        cloud.url, cloud.outputs, cloud.client("dynamodb")

With `lambdas="process"` functions are processes of their own and everything is served on one loopback port.
With `lambdas="inline"` they run in this process and no socket is opened; `cloud.request` asks the API
without one. One cloud at a time: moto is one world per process.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import boto3
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from localcloud import calls, queues
from localcloud.assembly import DEFAULT_REGION, Assembly
from localcloud.backend import CREDENTIALS, KEY_ID, SECRET_KEY, Backend, with_repeatable_names
from localcloud.deploy import deploy
from localcloud.deployment import Deployment
from localcloud.event_sources import EventSources
from localcloud.executions import Executions
from localcloud.functions import Answer, Function, Functions, Runner
from localcloud.gateway.authorizer import CognitoAuthorizer
from localcloud.gateway.rest_api import RestApi
from localcloud.inline import InlineRunner
from localcloud.invocations import CallLog, Fault
from localcloud.journal import Entries, Journal
from localcloud.malware_scanner import MalwareScanner
from localcloud.pages import PAGES
from localcloud.recorder import Recorder
from localcloud.schedules import Schedule, schedules
from localcloud.server import Application, Server
from localcloud.shims import dynamodb_ttl
from localcloud.site import Site, Title, as_json, table
from localcloud.state import PersistedState, Resumption
from localcloud.targets import TargetDispatcher
from localcloud.workers import ProcessRunner

type Lambdas = Literal["process", "inline"]

LOGS = Path(".local/logs")


class Cloud:
    """A running local cloud. Made by `start`, ended by `stop` or by leaving the `with` block."""

    _running: "Cloud | None" = None

    def __init__(
        self,
        assembly: Assembly,
        *,
        port: int = 0,
        lambdas: Lambdas = "process",
        keep: Path | None = None,
        reset: bool = False,
        logs: Path = LOGS,
        site: Site | None = None,
    ) -> None:
        self._stack = ExitStack()
        self._clients: dict[str, Any] = {}
        self._making_clients = threading.Lock()
        self._started = time.monotonic()
        self.site = site or Site()
        self.pages: dict[str, Title] = {**PAGES, **self.site.titles}
        self.call_log = CallLog()
        self._event_sources: EventSources | None = None
        self.resumed_executions: list[str] = []
        self.account, self.region = assembly.account, assembly.region
        self._journal = Journal()
        self._remembered: dict[str, Any] = {}
        self._recorder: Recorder | None = None
        try:
            self._kept = self._folder(keep, reset=reset) if keep else None
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
        lambdas: Lambdas = "process",
        keep: Path | None = None,
        reset: bool = False,
        logs: Path = LOGS,
        region: str = DEFAULT_REGION,
        site: Site | None = None,
    ) -> Self:
        """Deploy the assembly and be ready; raises `TemplateRefused` for what could not behave as on AWS.

        `port=0` takes a free one. `keep` names a folder for the data, `reset` empties it. `logs` is the folder of
        the functions' lines. `region` counts where the assembly leaves it open. `site` says what the pages say.
        """
        if Cloud._running is not None:
            raise RuntimeError("a local cloud is already running in this process")
        read = Assembly.read(assembly, region=region)
        cloud = cls(read, port=port, lambdas=lambdas, keep=keep, reset=reset, logs=logs.resolve(), site=site)
        Cloud._running = cloud
        return cloud

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End every process, thread and replacement this cloud made; what is kept need not be saved, it is."""
        if self._kept is not None:
            self.settle(timeout=5)
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
                    service,
                    region_name=self.region,
                    aws_access_key_id=KEY_ID,
                    aws_secret_access_key=SECRET_KEY,
                )
            return self._clients[service]

    def openapi(self) -> dict[str, Any]:
        """The first API's document, with its local address and without preflights; KeyError where there is no API."""
        if not self.gateways:
            raise KeyError("API")
        document = next(iter(self.gateways.values())).document
        paths = {
            path: {verb: operation for verb, operation in item.items() if verb != "options"}
            for path, item in document["paths"].items()
        }
        return {**document, "paths": paths, "servers": [{"url": self.url}]}

    def dead_letters(self) -> list[dict[str, Any]]:
        """Everything that reached a dead-letter queue, or no queue at all."""
        return [*self._dispatcher.dead_letters(), *queues.dead_letters(self.account, self.region)]

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
        """Let every schedule whose name contains `name` happen now; which ones did. KeyError when none does."""
        fired = [schedule for schedule in self.schedules() if name in schedule.name]
        if not fired:
            raise KeyError(name)
        for schedule in fired:
            for target, text in schedule.targets:
                self._dispatcher.send(target, text, source=f"schedule {schedule.name}")
        return [schedule.name for schedule in fired]

    def sweep(self, *, now: float) -> int:
        """Delete the items whose time-to-live lies before `now` (seconds since the epoch); how many there were."""
        deleted = dynamodb_ttl.sweep(self.account, self.region, now=now)
        if self._recorder is not None:
            self._recorder.flush()
        self._after_write()
        return deleted

    def redeliver_soon(self) -> int:
        """Make messages that wait for a retry or a delay visible now; how many there were."""
        return queues.redeliver_soon(self.account, self.region)

    def arm(self, function: str, *, call: int, when: Literal["before", "after"]) -> None:
        """Kill the function's next invocation before or after its `call`-th AWS call, counted from 1."""
        self.call_log.arm(Fault(self.functions.resolve(function).name, call, when))

    def remember(self, name: str, value: object) -> None:
        """Keep something of the developer's own with the data, where they are kept; None is nothing."""
        self._journal.put(("remembered", name), value)

    def remembered(self) -> dict[str, Any]:
        """What was remembered by the clouds before this one that kept the same data."""
        return dict(self._remembered)

    def recorded_as_one(self) -> AbstractContextManager[None]:
        """Keep what happens meanwhile once it is all done: a cloud that is killed before begins with none of it."""
        return self._journal.held()

    def settle(self, *, timeout: float = 10.0) -> bool:
        """Wait until streams, queues, deliveries and executions are idle; whether they are after `timeout` seconds.

        An execution parked on a task token counts as idle.
        """
        limit = time.monotonic() + timeout
        idle_checks = 0
        while time.monotonic() < limit:
            idle_checks = 0 if self._busy() else idle_checks + 1
            if idle_checks == 3:
                return True
            time.sleep(0.02)
        return False

    def register_endpoint(
        self, path: str, endpoint: Callable[..., Response], *, methods: tuple[str, ...] = ("GET",)
    ) -> None:
        """Serve something of the developer's own, such as a simulator's switches."""
        self._application.add(path, endpoint, methods=methods)

    def register_page(self, path: str, *, title: Title, content: Callable[[], str]) -> None:
        """Serve a page and list it on the index; `content` gives safe HTML."""
        self.pages[path] = title
        self.register_endpoint(path, lambda _: self.site.page(" · ".join(title.values()), content()))

    def register_table(
        self,
        path: str,
        *,
        title: Title,
        columns: Iterable[tuple[str, str]],
        rows: Callable[[], Sequence[Mapping[str, Any]]],
        newest_first: bool = False,
    ) -> None:
        """Serve rows as a page at `path` and as JSON at `path.json`; `columns` pairs each key with its heading.

        Rows come oldest first; `newest_first` turns them round on the page.
        """
        shown = list(columns)
        step = -1 if newest_first else 1
        self.register_page(path, title=title, content=lambda: table(shown, rows()[::step]))
        self.register_endpoint(f"{path}.json", lambda _: as_json([dict(row) for row in rows()]))

    # --- how it starts -----------------------------------------------------------------------------

    def _start(self, assembly: Assembly, port: int, lambdas: Lambdas, logs: Path) -> None:
        backend = Backend(region=self.region, after_write=self._after_write)
        self._stack.callback(backend.close)
        server = Server(port) if lambdas == "process" else None
        if server:
            self._stack.callback(server.close)
        self.url = server.url if server else "http://local.cloud"
        self.runner = self._runner(lambdas, logs, backend)
        self._stack.callback(self.runner.close)
        endpoint = server.url if server else None
        self.deployment: Deployment = with_repeatable_names(
            lambda: deploy(assembly, client=self.client, endpoint=endpoint)
        )
        kept: Entries = {}
        if self._kept is not None:
            kept = self._kept.load()
            self._journal = self._kept.journal(kept)
        self._start_delivery(backend)
        Resumption(kept).restore_ended(self.executions)
        if self._kept is not None:
            self._record(backend)
        self._start_apis(server)
        self._start_event_sources(kept)
        self._resume(Resumption(kept))
        self.ready_seconds = time.monotonic() - self._started

    def _folder(self, keep: Path, *, reset: bool) -> PersistedState:
        folder = PersistedState(keep, account=self.account, region=self.region)
        self._stack.callback(folder.close)
        if reset:
            folder.reset()
        return folder

    def _record(self, backend: Backend) -> None:
        """From here on every change is in the journal before it is answered."""
        streamed = {
            mapping["EventSourceArn"].split(":")[5].split("/")[1]
            for mapping in self.deployment.event_sources
            if ":dynamodb:" in mapping["EventSourceArn"]
        }
        self._recorder = Recorder(self._journal, account=self.account, region=self.region, streamed=streamed)
        self._recorder.install(backend.patches)

    def _resume(self, resumption: Resumption) -> None:
        """Go on with what was under way when the kept cloud ended."""
        self._remembered = dict(resumption.of("remembered"))
        for name, letter in resumption.of("dead letter"):
            self._dispatcher.restore_dead_letter(name, letter)
        self.resumed_executions = resumption.start_again(self.client("stepfunctions"), self.executions)
        for name, what in resumption.of("invocation"):
            self.functions.resume(name, what)
        for name, what in resumption.of("delivery"):
            self._dispatcher.resume(name, what)

    def _runner(self, lambdas: Lambdas, logs: Path, backend: Backend) -> Runner:
        if lambdas == "process":
            return ProcessRunner(endpoint=self.url, logs=logs, credentials=CREDENTIALS, region=self.region)
        calls.record_inline_calls(backend.patches, self.call_log)
        return InlineRunner(credentials=CREDENTIALS, region=self.region, patches=backend.patches)

    def _start_delivery(self, backend: Backend) -> None:
        self.functions = Functions(self.deployment.functions, self.runner, self.call_log, self._journal)
        plans = self.deployment.malware_plans
        self.scanner = MalwareScanner(
            client=self.client, plans=plans, account=self.account, region=self.region
        )
        self._dispatcher = TargetDispatcher(
            client=self.client,
            functions=self.functions,
            journal=self._journal,
            services={"guardduty": self.scanner.take},
        )
        self._stop_in_order()
        self.functions.on_failure = self._dead_letter
        backend.use(self.functions, deliver=self._dispatcher.send)
        self.executions = Executions(account=self.account, region=self.region)
        self._stack.callback(self.executions.stop_all)
        self._stack.callback(self._journal.close)  # what is stopped now has not ended for those who keep it

    def _stop_in_order(self) -> None:
        """When this cloud ends: begin nothing, kill the workers, wait for what else runs. Registered in reverse."""
        for end in (self._dispatcher.close, self.functions.close, self.runner.close):
            self._stack.callback(end)
        for end in (self._dispatcher.stop, self.functions.stop):
            self._stack.callback(end)

    def _start_apis(self, server: Server | None) -> None:
        authorizer = CognitoAuthorizer(account=self.account, region=self.region)
        self.gateways = {
            api.api_id: RestApi(api, functions=self.functions, authorizer=authorizer, account=self.account)
            for api in self.deployment.apis.values()
        }
        self._application = Application(self, credentials={KEY_ID: SECRET_KEY})
        self._http = Client(self._application)
        if server:
            server.serve(self._application)
            self._stack.callback(server.stop)

    def _start_event_sources(self, kept: Entries) -> None:
        sources = EventSources.of(
            self.deployment.event_sources,
            account=self.account,
            region=self.region,
            functions=self.functions,
            dispatcher=self._dispatcher,
            journal=self._journal,
        )
        sources.restore(kept)
        sources.start()
        self._stack.callback(sources.stop)
        self._event_sources = sources

    def _after_write(self) -> None:
        if self._event_sources is not None:
            self._event_sources.wake()

    def _dead_letter(self, function: Function, payload: bytes, answer: Answer) -> None:
        self._dispatcher.move_to_dead_letters(
            function.dead_letter_arn,
            payload=payload.decode(),
            source="lambda:Event",
            target=function.arn,
            reason=answer.payload.decode(errors="replace"),
        )

    def _busy(self) -> bool:
        sources = self._event_sources is not None and self._event_sources.busy
        return sources or self._dispatcher.busy or self.functions.busy or self.executions.busy
