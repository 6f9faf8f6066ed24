"""One submission, answered three ways that do the same work: ours, all of Powertools, and nothing but pydantic.

Every variant decodes the body, looks for an earlier answer, reads the request, spends a try of the code, computes it
and commits request, event, code and answer in one transaction: the same five calls, to a store that does nothing.
"""

import hashlib
import hmac
import json
import os
import uuid
from collections.abc import Callable
from typing import Any

from ishtirak.edge.http.reply import Reply
from ishtirak.kernel.idempotency import IdempotencyKey
from tests.fakes.requests import CONTRIBUTOR, NOW, REQUEST, StoppedClock, declared
from tests.functions.events import api_event, context

PATH = f"/v1/requests/{REQUEST}/submission"
TABLES = {"requests_table": "Requests", "access_table": "Access", "mac_key_arn": "arn:aws:kms:x:1:key/k"}
SURROUNDINGS = {
    "AWS_DEFAULT_REGION": "me-central-1",
    "AWS_LAMBDA_FUNCTION_NAME": "submit_request",
    "POWERTOOLS_METRICS_NAMESPACE": "Ishtirak",
    "POWERTOOLS_SERVICE_NAME": "submit_request",
    "POWERTOOLS_TRACE_DISABLED": "true",
}

type Answer = tuple[int, Any]
type Submit = Callable[[dict[str, Any]], Answer]


class Still:
    """AWS that keeps what it was given first and changes nothing afterwards, so that every call is a first call."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.calls: list[str] = []
        self.kept = False

    def client(self, service: str, **_: Any) -> "Still":
        self.calls.append(f"client {service}")
        return self

    def get_item(self, **asked: Any) -> dict[str, Any]:
        self.calls.append("GetItem")
        found = self.items.get(_place(asked["Key"]))
        return {"Item": found} if found else {}

    def update_item(self, **asked: Any) -> dict[str, Any]:
        self.calls.append("UpdateItem")
        return {"Attributes": self.items[_place(asked["Key"])]}

    def transact_write_items(self, **asked: Any) -> dict[str, Any]:
        self.calls.append(f"TransactWriteItems of {len(asked['TransactItems'])}")
        if not self.kept:
            for write in asked["TransactItems"]:
                item = write.get("Put", {}).get("Item")
                if item:
                    self.items[_place(item)] = item
        return {}

    def generate_mac(self, **asked: Any) -> dict[str, Any]:
        self.calls.append("GenerateMac")
        return {"Mac": hmac.digest(b"k" * 32, asked["Message"], "sha256")}


def _place(item: dict[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def prepared() -> tuple[Still, dict[str, Any]]:
    """The world of a submission, and the event of the last step."""
    os.environ.update(SURROUNDINGS)
    import boto3

    world = Still()
    from ishtirak.adapters import clients, dynamo
    from ishtirak.adapters.aws.access_table import AccessTable
    from ishtirak.adapters.aws.mac import KmsMac
    from ishtirak.adapters.aws.request_table import RequestTable
    from ishtirak.kernel.canonical import digest
    from ishtirak.otp import service as otp
    from ishtirak.otp.model import Purpose
    from ishtirak.requests.model import RequestChange, signed_content

    boto3.client = world.client
    clients.client.cache_clear()
    request = declared().after.model_copy(update={"estimate": None})
    RequestTable("Requests").commit(RequestChange(before=None, after=request, events=()))
    opened = otp.open_challenge(
        CONTRIBUTOR.person_id,
        purpose=Purpose.SUBMIT_REQUEST,
        digest=digest(signed_content(request)),
        about=REQUEST,
        challenges=AccessTable("Access"),
        clock=StoppedClock(),
    )
    dynamo.commit(*opened.part)
    world.kept = True
    code = otp.code_of(opened.challenge, mac=KmsMac("k"))
    body = {"challenge_id": opened.challenge.id, "code": code}
    return world, api_event("POST", PATH, body, by=CONTRIBUTOR, key="key-1")


def ours() -> Submit:
    """The function as it is deployed."""
    from functions.submit_request.handler import build
    from functions.submit_request.settings import Settings

    api = build(Settings(**TABLES), clock=StoppedClock())

    def submit(event: dict[str, Any]) -> Answer:
        answered = api.resolve(event, context())
        return answered["statusCode"], json.loads(answered["body"])

    return submit


def bare() -> Submit:
    """A body validated by pydantic, the work, and its JSON."""
    from functions.submit_request.handler import Submission

    work = _work()

    def submit(event: dict[str, Any]) -> Answer:
        submission = Submission.model_validate_json(event["body"])
        reply = work(submission, event["path"].split("/")[3], event)
        return 201, json.loads(reply.body.model_dump_json())

    return submit


def powertools() -> Submit:
    """Powertools as its documentation shows it: validated routes, structured logs, metrics, tracing (disabled here)."""
    from typing import Annotated

    from aws_lambda_powertools import Logger, Metrics, Tracer
    from aws_lambda_powertools.event_handler import APIGatewayRestResolver
    from aws_lambda_powertools.event_handler.openapi.params import Path
    from aws_lambda_powertools.logging import correlation_paths
    from aws_lambda_powertools.metrics import MetricUnit

    from functions.submit_request.handler import Confirmation, Submission

    logger, metrics, tracer = Logger(), Metrics(), Tracer()
    app = APIGatewayRestResolver(enable_validation=True)
    work = _work()

    @app.post("/v1/requests/<request_id>/submission")
    @tracer.capture_method
    def submit_request(
        submission: Submission, request_id: Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
    ) -> tuple[Confirmation, int]:
        reply = work(submission, request_id, app.current_event.raw_event)
        logger.info("submitted")
        metrics.add_metric(name="Submitted", unit=MetricUnit.Count, value=1)
        return reply.body, 201

    @logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
    @tracer.capture_lambda_handler
    @metrics.log_metrics(capture_cold_start_metric=True)
    def handler(event: dict[str, Any], given: Any) -> dict[str, Any]:
        return app.resolve(event, given)

    def submit(event: dict[str, Any]) -> Answer:
        answered = handler(event, context())
        return answered["statusCode"], json.loads(answered["body"])

    return submit


VARIANTS: dict[str, Callable[[], Submit]] = {
    "powertools": powertools,
    "powertools (twin)": powertools,
    "bare": bare,
    "ours": ours,
}


def _work() -> Callable[[Any, str, dict[str, Any]], Reply[Any]]:
    """What the function does between the edge and AWS, for the variants that have another edge."""
    from ishtirak.otp.service import verify

    from functions.submit_request.handler import Confirmation
    from ishtirak.adapters.aws.access_table import AccessTable
    from ishtirak.adapters.aws.idempotency_table import IdempotencyTable
    from ishtirak.adapters.aws.mac import KmsMac
    from ishtirak.adapters.aws.request_table import RequestTable
    from ishtirak.kernel.canonical import digest
    from ishtirak.otp.model import Purpose
    from ishtirak.requests import rules
    from ishtirak.requests.model import signed_content

    requests, access, mac = RequestTable("Requests"), AccessTable("Access"), KmsMac(TABLES["mac_key_arn"])
    onces, clock = IdempotencyTable("Requests"), StoppedClock()

    def work(submission: Any, request_id: str, event: dict[str, Any]) -> Reply[Any]:
        uuid.UUID(request_id)
        key = event["headers"]["Idempotency-Key"]
        content = hashlib.sha256(event["body"].encode()).hexdigest()
        once = IdempotencyKey(
            scope=f"{CONTRIBUTOR.subject}:submit_request", key=key, fingerprint=content, status=201
        )
        assert onces.find(once.scope, once.key, now=NOW) is None
        request = requests.get(request_id)
        change = rules.submit(request, by=CONTRIBUTOR, at=clock.now())
        challenge = verify(
            submission.challenge_id,
            submission.code,
            subject=CONTRIBUTOR.person_id,
            purpose=Purpose.SUBMIT_REQUEST,
            digest=digest(signed_content(request)),
            challenges=access,
            mac=mac,
            clock=clock,
        )
        done = change.after
        confirmation = Confirmation(
            request_id=done.id,
            reference=done.reference or "",
            state=done.state,
            submitted_at=done.submitted_at or "",
        )
        reply = Reply(confirmation, etag=done.version, location=f"/v1/requests/{done.id}")
        requests.commit(change, once=once, reply=reply, alongside=access.consuming(challenge))
        return reply

    return work
