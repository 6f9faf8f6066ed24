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

from ishtirak.edge.http.reply import SavedResponse
from ishtirak.kernel.idempotency import IdempotencyRecord
from ishtirak.kernel.transaction import Items
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.requests import CONTRIBUTOR, NOW, REQUEST, StoppedClock, declared
from tests.functions.events import api_event, context

PATH = f"/v1/requests/{REQUEST}/submission"
TABLES = {
    "requests_table": "Requests",
    "access_table": "Access",
    "register_table": "Register",
    "mac_key_arn": "arn:aws:kms:x:1:key/k",
    "data_key_arn": "arn:aws:kms:x:1:key/d",
    "absher_secret_arn": "arn:aws:secretsmanager:x:1:secret:absher",
}
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
        found = self.items.get(_key(asked["Key"]))
        return {"Item": found} if found else {}

    def update_item(self, **asked: Any) -> dict[str, Any]:
        self.calls.append("UpdateItem")
        return {"Attributes": self.items[_key(asked["Key"])]}

    def put_item(self, **asked: Any) -> dict[str, Any]:
        self.calls.append("PutItem")
        if not self.kept:
            self.items[_key(asked["Item"])] = asked["Item"]
        return {}

    def transact_write_items(self, **asked: Any) -> dict[str, Any]:
        self.calls.append(f"TransactWriteItems of {len(asked['TransactItems'])}")
        if not self.kept:
            for write in asked["TransactItems"]:
                item = write.get("Put", {}).get("Item")
                if item:
                    self.items[_key(item)] = item
        return {}

    def generate_mac(self, **asked: Any) -> dict[str, Any]:
        self.calls.append("GenerateMac")
        return {"Mac": hmac.digest(b"k" * 32, asked["Message"], "sha256")}


def _key(item: dict[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]


def prepared() -> tuple[Still, dict[str, Any]]:
    """The world of a submission, and the event of the last step."""
    os.environ.update(SURROUNDINGS)
    import boto3

    world = Still()
    from ishtirak.adapters import clients
    from ishtirak.adapters.aws.access_table import AccessTable
    from ishtirak.adapters.aws.mac import KmsMac
    from ishtirak.adapters.aws.request_table import RequestTable
    from ishtirak.adapters.transaction import DynamoTransaction
    from ishtirak.kernel.clock import today
    from ishtirak.otp import rules as otp
    from ishtirak.otp.model import Purpose
    from ishtirak.otp.policy import policy_on
    from ishtirak.requests.model import RequestChange, signing_digest
    from ishtirak.use_cases.open_challenge import open_challenge

    boto3.client = world.client
    clients.client.cache_clear()
    request = declared().after.model_copy(update={"estimate": None})
    transaction, clock = DynamoTransaction(), StoppedClock()
    requests = RequestTable("Requests")
    transaction.commit(requests.save(RequestChange(before=None, after=request, events=())))
    opened = open_challenge(
        CONTRIBUTOR.person_id,
        purpose=Purpose.SUBMIT_REQUEST,
        digest=signing_digest(request).for_code,
        about=REQUEST,
        challenges=AccessTable("Access"),
        mac=KmsMac("k"),
        budgets=BudgetsInMemory(),
        clock=clock,
    )
    transaction.commit(opened.items)
    world.kept = True
    tag = KmsMac("k").of(otp.message(opened.challenge))
    code = otp.code_from(tag, digits=policy_on(today(clock)).digits)
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
    from functions.submit_request.model import Submission

    work = _work()

    def submit(event: dict[str, Any]) -> Answer:
        submission = Submission.model_validate_json(event["body"])
        confirmation = work(submission, event["path"].split("/")[3], event)
        return 201, json.loads(confirmation.model_dump_json())

    return submit


def powertools() -> Submit:
    """Powertools as its documentation shows it: validated routes, structured logs, metrics, tracing (disabled here)."""
    from typing import Annotated

    from aws_lambda_powertools import Logger, Metrics, Tracer
    from aws_lambda_powertools.event_handler import APIGatewayRestResolver
    from aws_lambda_powertools.event_handler.openapi.params import Path
    from aws_lambda_powertools.logging import correlation_paths
    from aws_lambda_powertools.metrics import MetricUnit

    from functions.submit_request.model import Confirmation, Submission

    logger, metrics, tracer = Logger(), Metrics(), Tracer()
    app = APIGatewayRestResolver(enable_validation=True)
    work = _work()

    @app.post("/v1/requests/<request_id>/submission")
    @tracer.capture_method
    def submit_request(
        submission: Submission, request_id: Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]
    ) -> tuple[Confirmation, int]:
        confirmation = work(submission, request_id, app.current_event.raw_event)
        logger.info("submitted")
        metrics.add_metric(name="Submitted", unit=MetricUnit.Count, value=1)
        return confirmation, 201

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


def _work() -> Callable[[Any, str, dict[str, Any]], Any]:
    """What the function does between the edge and AWS, for the variants that have another edge."""
    from functions.submit_request.model import Confirmation
    from ishtirak.adapters.aws.access_table import AccessTable
    from ishtirak.adapters.aws.idempotency_table import IdempotencyTable
    from ishtirak.adapters.aws.mac import KmsMac
    from ishtirak.adapters.aws.request_table import RequestTable
    from ishtirak.adapters.transaction import DynamoTransaction
    from ishtirak.requests.model import SubmittedRequest
    from ishtirak.use_cases.submit_request import submit_request
    from tests.fakes.phones import no_phones

    requests, access, mac = RequestTable("Requests"), AccessTable("Access"), KmsMac(TABLES["mac_key_arn"])
    records, clock, dynamo = IdempotencyTable("Requests"), StoppedClock(), DynamoTransaction()

    class Saving:
        """A transaction that keeps the response with the effect."""

        def __init__(self, **key: str) -> None:
            self.key = key

        def commit(self, *items: Items, result: object = None) -> None:
            assert isinstance(result, SubmittedRequest)
            self.confirmation = Confirmation(
                request_id=result.id,
                reference=result.reference,
                state=result.state,
                submitted_at=result.submitted_at,
            )
            body, location = self.confirmation.model_dump_json(), f"/v1/requests/{result.id}"
            response = SavedResponse(201, body, etag=result.version, location=location)
            record = IdempotencyRecord(**self.key, response=response.to_text())
            dynamo.commit(records.save(record, now=NOW), *items)

    def work(submission: Any, request_id: str, event: dict[str, Any]) -> Confirmation:
        uuid.UUID(request_id)
        scope, key = f"{CONTRIBUTOR.subject}:submit_request", event["headers"]["Idempotency-Key"]
        assert records.find(scope, key, now=NOW) is None
        content = hashlib.sha256(event["body"].encode()).hexdigest()
        saving = Saving(scope=scope, key=key, fingerprint=content)
        submit_request(
            request_id,
            challenge_id=submission.challenge_id,
            code=submission.code,
            by=CONTRIBUTOR,
            requests=requests,
            challenges=access,
            mac=mac,
            phones=no_phones(),
            clock=clock,
            transaction=saving,
        )
        return saving.confirmation

    return work
