"""A deployed REST API as a function of a request: routing, authorizer, validators, integrations, gateway responses."""

import json
import logging
import re
import uuid
from typing import Any

from werkzeug.wrappers import Request, Response

from localcloud.deployment import Api
from localcloud.functions import Functions
from localcloud.gateway.authorizer import CognitoAuthorizer, Unauthorized
from localcloud.gateway.document import EXTENSION, ApiDocument, Operation
from localcloud.gateway.payload import ProxyRequest, mock_response, proxy_event, proxy_response
from localcloud.gateway.responses import GatewayResponses, Refusal, Rendering
from localcloud.invocations import new_trace_id

_LARGEST_BODY = 10 * 1024 * 1024
_LARGEST_HEADERS = 10_240
"""Request line and headers together."""


_log = logging.getLogger(__name__)


class RestApi:
    """One REST API with its stages."""

    def __init__(
        self, api: Api, *, functions: Functions, authorizer: CognitoAuthorizer, account: str
    ) -> None:
        self.api = api
        self.document: dict[str, Any] = api.properties["Body"]
        self._functions = functions
        self._authorizer = authorizer
        self._account = account
        self._operations = ApiDocument(self.document, check_integration=functions.resolve)
        self._responses = GatewayResponses(self.document.get(f"{EXTENSION}gateway-responses", {}))
        self._binary_media_types = (
            *self.document.get(f"{EXTENSION}binary-media-types", ()),
            *api.properties.get("BinaryMediaTypes", ()),
        )

    def answer(self, request: Request, stage: str, path: str) -> Response:
        """What API Gateway would answer, whoever is at fault."""
        request_id = str(uuid.uuid4())
        trace_id = _trace_id(request)
        rendering = Rendering(request_id=request_id, path=f"/{stage}{path}")
        try:
            response = self._answer(request, stage, path, rendering, trace_id)
        except Refusal as refusal:
            response = self._responses.render(refusal, rendering)
        except Exception:
            _log.exception("the gateway failed")
            failed = Refusal("DEFAULT_5XX", 500, "Internal server error")
            response = self._responses.render(failed, rendering)
        response.headers["x-amzn-RequestId"] = request_id
        response.headers["X-Amzn-Trace-Id"] = f"Root={trace_id}"
        return response

    def _answer(
        self, request: Request, stage: str, path: str, rendering: Rendering, trace_id: str
    ) -> Response:
        if sum(len(name) + len(value) for name, value in request.headers.items()) > _LARGEST_HEADERS:
            raise Refusal("DEFAULT_4XX", 431, "Request Header Fields Too Large")
        operation, path_parameters = self._operations.match(request.environ["REQUEST_METHOD"], path)
        claims = self._claims(operation, request)
        if (request.content_length or 0) > _LARGEST_BODY:
            raise Refusal("REQUEST_TOO_LARGE", 413, "Request Too Long")
        body = request.get_data()
        operation.validate(request, body)
        if operation.integration["type"].lower() == "mock":
            return mock_response(operation.integration, rendering)
        event = proxy_event(
            ProxyRequest(
                request=request,
                body=body,
                request_id=rendering.request_id,
                stage=stage,
                path=path,
                resource=operation.path,
                path_parameters=path_parameters,
                claims=claims,
            ),
            account=self._account,
            api_id=self.api.api_id,
            stage_variables=self.api.stages.get(stage),
            binary_media_types=self._binary_media_types,
        )
        return self._call(operation, event, trace_id)

    def _claims(self, operation: Operation, request: Request) -> dict[str, str] | None:
        """The caller's claims; None where the operation asks for nobody."""
        if operation.pool_arns is None:
            return None
        try:
            return self._authorizer.claims(
                request.headers.get("Authorization"), pool_arns=operation.pool_arns, scopes=operation.scopes
            )
        except Unauthorized:
            raise Refusal("UNAUTHORIZED", 401, "Unauthorized") from None

    def _call(self, operation: Operation, event: dict[str, Any], trace_id: str) -> Response:
        payload = json.dumps(event, ensure_ascii=False).encode()
        trigger = f"{event['httpMethod']} {operation.path}"
        answer = self._functions.invoke(
            operation.integration["uri"], payload, trigger=trigger, trace_id=trace_id
        )
        if answer.timed_out:
            raise Refusal("INTEGRATION_TIMEOUT", 504, "Endpoint request timed out")
        if answer.error is not None:
            raise Refusal("INTEGRATION_FAILURE", 502, "Internal server error")
        try:
            return proxy_response(answer.json())
        except (ValueError, TypeError, KeyError, AttributeError):
            raise Refusal("INTEGRATION_FAILURE", 502, "Internal server error") from None


def _trace_id(request: Request) -> str:
    given = re.search(r"Root=(1-[0-9a-f]{8}-[0-9a-f]{24})", request.headers.get("X-Amzn-Trace-Id", ""))
    return given[1] if given else new_trace_id()
