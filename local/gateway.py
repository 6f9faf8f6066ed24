"""API Gateway's front, built from the deployed OpenAPI body: the same document, the same answers.

Routes, the Cognito authorizer, request validators, MOCK integrations for CORS, gateway responses, the
payload a function receives (version 1.0), and what becomes of its answer.
"""

import base64
import fnmatch
import json
import re
import secrets
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, Map, Rule
from werkzeug.wrappers import Request, Response

from local.authorizer import CognitoAuthorizer, Unauthorized
from local.functions import Functions, new_trace_id
from local.placement import Api
from local.template import TemplateRefused

_LARGEST_BODY = 10 * 1024 * 1024
_METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "x-amazon-apigateway-any-method")
_EXTENSION = "x-amazon-apigateway-"
_PROXY_ANSWER = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}


class _Greedy(BaseConverter):
    regex = ".+"
    part_isolating = False


class Refusal(Exception):
    """An answer API Gateway gives itself, by its response type."""

    def __init__(self, response_type: str, status: int, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.response_type, self.status, self.message, self.detail = response_type, status, message, detail


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    path: str
    definition: Mapping[str, Any]
    integration: Mapping[str, Any]
    pool_arns: tuple[str, ...] | None
    scopes: tuple[str, ...]
    body_schemas: Mapping[str, jsonschema.Draft4Validator]
    body_required: bool
    required_parameters: tuple[tuple[str, str], ...]


class Gateway:
    """One deployed REST API, as a function of a request."""

    def __init__(
        self, api: Api, *, functions: Functions, authorizer: CognitoAuthorizer, account: str
    ) -> None:
        self.api = api
        self._functions = functions
        self._authorizer = authorizer
        self._account = account
        self.document: dict[str, Any] = api.properties["Body"]
        self._responses: dict[str, Any] = self.document.get(f"{_EXTENSION}gateway-responses", {})
        self._binary = (
            *self.document.get(f"{_EXTENSION}binary-media-types", ()),
            *api.properties.get("BinaryMediaTypes", ()),
        )
        self._operations = {
            path: {method: self._operation(path, item, method) for method in _METHODS if method in item}
            for path, item in self.document["paths"].items()
        }
        self._routes = Map(
            [Rule(_rule(path), endpoint=path) for path in self._operations],
            converters={"greedy": _Greedy},
            strict_slashes=False,
            merge_slashes=False,
        )

    # --- reading the document ----------------------------------------------------------------------

    def _operation(self, path: str, item: Mapping[str, Any], method: str) -> Operation:
        definition = item[method]
        integration = definition.get(f"{_EXTENSION}integration")
        if integration is None:
            raise TemplateRefused(f"{method.upper()} {path} has no integration")
        if integration["type"].lower() not in ("aws_proxy", "mock"):
            raise TemplateRefused(
                f"{method.upper()} {path}: integration type {integration['type']} is not served"
            )
        if "uri" in integration:
            self._functions.resolve(
                integration["uri"]
            )  # refuse at deployment what could only fail when asked
        pools, scopes = self._security(definition)
        checks_body, checks_parameters = self._validator(definition)
        body = self._resolved(definition.get("requestBody", {}))
        content = body.get("content", {}) if checks_body else {}
        parameters = [
            self._resolved(one) for one in (*item.get("parameters", ()), *definition.get("parameters", ()))
        ]
        return Operation(
            path=path,
            definition=definition,
            integration=integration,
            pool_arns=pools,
            scopes=scopes,
            body_schemas={
                kind: self._schema(media["schema"]) for kind, media in content.items() if "schema" in media
            },
            body_required=checks_body and bool(body.get("required")),
            required_parameters=tuple(
                (one["in"], one["name"])
                for one in parameters
                if checks_parameters and one.get("required") and one["in"] in ("query", "header")
            ),
        )

    def _security(self, definition: Mapping[str, Any]) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
        for requirement in definition.get("security", self.document.get("security", [])):
            for name, scopes in requirement.items():
                scheme = self.document["components"]["securitySchemes"][name]
                authorizer = scheme.get(f"{_EXTENSION}authorizer", {})
                if authorizer.get("type", "").lower() != "cognito_user_pools":
                    raise TemplateRefused(f"security scheme {name}: only Cognito user pools are served")
                return tuple(authorizer["providerARNs"]), tuple(scopes)
        return None, ()

    def _validator(self, definition: Mapping[str, Any]) -> tuple[bool, bool]:
        key = f"{_EXTENSION}request-validator"
        name = definition.get(key, self.document.get(key))
        if name is None:
            return False, False
        rules = self.document.get(f"{_EXTENSION}request-validators", {}).get(name)
        if rules is None:
            raise TemplateRefused(f"request validator {name!r} is not defined")
        return bool(rules.get("validateRequestBody")), bool(rules.get("validateRequestParameters"))

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in node:
            found: Any = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def _schema(self, schema: Mapping[str, Any]) -> jsonschema.Draft4Validator:
        components = _nullable_as_type(self.document.get("components", {}))
        return jsonschema.Draft4Validator({**_nullable_as_type(schema), "components": components})

    # --- answering ---------------------------------------------------------------------------------

    def answer(self, request: Request, stage: str, path: str) -> Response:
        """What API Gateway would answer, whoever is at fault."""
        request_id = str(uuid.uuid4())
        trace_id = _trace_id(request)
        try:
            response = self._answer(request, stage, path, request_id, trace_id)
        except Refusal as refusal:
            response = self._refused(refusal, request_id, stage, path)
        response.headers["x-amzn-RequestId"] = request_id
        response.headers["X-Amzn-Trace-Id"] = f"Root={trace_id}"
        return response

    def _answer(self, request: Request, stage: str, path: str, request_id: str, trace_id: str) -> Response:
        operation, path_parameters = self._match(request.method, path)
        claims = None
        if operation.pool_arns is not None:
            header = request.headers.get("Authorization")
            if not header:
                raise Refusal("UNAUTHORIZED", 401, "Unauthorized")
            try:
                claims = self._authorizer.claims(
                    header, pool_arns=operation.pool_arns, scopes=operation.scopes
                )
            except Unauthorized:
                raise Refusal("UNAUTHORIZED", 401, "Unauthorized") from None
        if (request.content_length or 0) > _LARGEST_BODY:
            raise Refusal("REQUEST_TOO_LARGE", 413, "Request Too Long")
        body = request.get_data()
        self._validate(operation, request, body)
        if operation.integration["type"].lower() == "mock":
            return _mocked(operation.integration)
        event = self._event(operation, request, body, stage, path, path_parameters, claims, request_id)
        return self._call(operation, event, trace_id)

    def _match(self, method: str, path: str) -> tuple[Operation, dict[str, str]]:
        try:
            route, parameters = self._routes.bind("local").match(path, method="GET")
        except HTTPException:
            raise Refusal("MISSING_AUTHENTICATION_TOKEN", 403, "Missing Authentication Token") from None
        operations = self._operations[route]
        operation = operations.get(method.lower()) or operations.get("x-amazon-apigateway-any-method")
        if operation is None:
            raise Refusal("MISSING_AUTHENTICATION_TOKEN", 403, "Missing Authentication Token")
        return operation, dict(parameters)

    def _validate(self, operation: Operation, request: Request, body: bytes) -> None:
        present: dict[str, Any] = {"query": request.args, "header": request.headers}
        missing = [name for where, name in operation.required_parameters if name not in present[where]]
        if missing:
            message = f"Missing required request parameters: [{', '.join(missing)}]"
            raise Refusal("BAD_REQUEST_PARAMETERS", 400, message, detail=message)
        if not body and not operation.body_required:
            return
        validator = operation.body_schemas.get(request.mimetype or "application/json")
        if validator is None:
            return
        try:
            document = json.loads(body)
        except ValueError:
            raise Refusal("BAD_REQUEST_BODY", 400, "Invalid request body", detail="[not JSON]") from None
        wrong = [error.message for error in validator.iter_errors(document)]
        if wrong:
            raise Refusal("BAD_REQUEST_BODY", 400, "Invalid request body", detail=f"[{', '.join(wrong)}]")

    def _event(
        self,
        operation: Operation,
        request: Request,
        body: bytes,
        stage: str,
        path: str,
        path_parameters: dict[str, str],
        claims: dict[str, str] | None,
        request_id: str,
    ) -> dict[str, Any]:
        headers: dict[str, list[str]] = {}
        for name, value in request.headers.items():
            headers.setdefault(name, []).append(value)
        query = {name: request.args.getlist(name) for name in request.args}
        text, encoded = self._body_text(body, request.mimetype)
        now = time.time()
        context: dict[str, Any] = {
            "accountId": self._account,
            "apiId": self.api.api_id,
            "domainName": request.host,
            "domainPrefix": self.api.api_id,
            "extendedRequestId": secrets.token_urlsafe(8),
            "httpMethod": request.method,
            "identity": {
                "sourceIp": request.remote_addr or "127.0.0.1",
                "userAgent": request.headers.get("User-Agent"),
            },
            "path": f"/{stage}{path}",
            "protocol": "HTTP/1.1",
            "requestId": request_id,
            "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "requestTimeEpoch": int(now * 1000),
            "resourceId": "local",
            "resourcePath": operation.path,
            "stage": stage,
        }
        if claims is not None:
            context["authorizer"] = {"claims": claims}
        return {
            "resource": operation.path,
            "path": path,
            "httpMethod": request.method,
            "headers": {name: values[-1] for name, values in headers.items()} or None,
            "multiValueHeaders": headers or None,
            "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
            "multiValueQueryStringParameters": query or None,
            "pathParameters": path_parameters or None,
            "stageVariables": self.api.stages.get(stage),
            "requestContext": context,
            "body": text,
            "isBase64Encoded": encoded,
        }

    def _body_text(self, body: bytes, media_type: str) -> tuple[str | None, bool]:
        """The body as an event carries it; bytes that are no text are encoded, declared binary or not."""
        if not body:
            return None, False
        if not any(fnmatch.fnmatchcase(media_type, pattern) for pattern in self._binary):
            try:
                return body.decode(), False
            except UnicodeDecodeError:
                pass
        return base64.b64encode(body).decode(), True

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
            return _proxied(answer.json())
        except (ValueError, TypeError, KeyError, AttributeError):
            raise Refusal("INTEGRATION_FAILURE", 502, "Internal server error") from None

    def _refused(self, refusal: Refusal, request_id: str, stage: str, path: str) -> Response:
        family = "DEFAULT_4XX" if refusal.status < 500 else "DEFAULT_5XX"
        configured: dict[str, Any] = (
            self._responses.get(refusal.response_type) or self._responses.get(family) or {}
        )
        templates = configured.get("responseTemplates") or {
            "application/json": '{"message":$context.error.messageString}'
        }
        media_type, template = next(iter(templates.items()))
        values = {
            "$context.error.messageString": json.dumps(refusal.message),
            "$context.error.message": refusal.message,
            "$context.error.validationErrorString": json.dumps(refusal.detail),
            "$context.error.responseType": refusal.response_type,
            "$context.requestId": request_id,
            "$context.extendedRequestId": request_id,
            "$context.stage": stage,
            "$context.path": f"/{stage}{path}",
        }
        body = re.sub(r"\$context\.[A-Za-z.]+", lambda match: values.get(match[0], ""), template)
        status = int(configured.get("statusCode", refusal.status))
        response = Response(body, status, content_type=media_type)
        for name, value in configured.get("responseParameters", {}).items():
            response.headers[name.split("header.", 1)[1]] = value.strip("'")
        return response


def _rule(path: str) -> str:
    return re.sub(r"\{(\w+)\+\}", r"<greedy:\1>", path).replace("{", "<").replace("}", ">")


def _trace_id(request: Request) -> str:
    given = re.search(r"Root=(1-[0-9a-f]{8}-[0-9a-f]{24})", request.headers.get("X-Amzn-Trace-Id", ""))
    return given[1] if given else new_trace_id()


def _nullable_as_type(node: Any) -> Any:
    """OpenAPI 3.0's `nullable` as the JSON Schema that validators understand."""
    if isinstance(node, list):
        return [_nullable_as_type(item) for item in node]
    if not isinstance(node, dict):
        return node
    changed = {
        key: _nullable_as_type(item)
        for key, item in node.items()
        if key != "nullable" or isinstance(item, dict)
    }
    if node.get("nullable") is not True:
        return changed
    if isinstance(changed.get("type"), str):
        listed = {"enum": [*changed["enum"], None]} if "enum" in changed else {}
        return {**changed, "type": [changed["type"], "null"], **listed}
    return {"anyOf": [changed, {"type": "null"}]}


def _mocked(integration: Mapping[str, Any]) -> Response:
    responses: dict[str, dict[str, Any]] = integration.get("responses", {})
    fallback: dict[str, Any] = {"statusCode": "200"}
    chosen = responses.get("default") or next(iter(responses.values()), fallback)
    parameters: dict[str, str] = chosen.get("responseParameters", {})
    headers = {name.split("header.", 1)[1]: value.strip("'") for name, value in parameters.items()}
    response = Response(b"", int(chosen["statusCode"]), headers)
    response.headers.setdefault("Content-Type", "application/json")
    return response


def _proxied(answer: dict[str, Any]) -> Response:
    if not isinstance(answer, dict) or not set(answer) <= _PROXY_ANSWER:
        raise ValueError("malformed Lambda proxy response")
    body = answer.get("body") or ""
    if not isinstance(body, str):
        raise TypeError("the body is text")
    content = base64.b64decode(body, validate=True) if answer.get("isBase64Encoded") else body.encode()
    response = Response(content, int(answer["statusCode"]))
    del response.headers["Content-Type"]
    for name, value in _answer_headers(answer):
        response.headers.add(name, value)
    response.headers.setdefault("Content-Type", "application/json")
    return response


def _answer_headers(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    several: Mapping[str, list[Any]] = answer.get("multiValueHeaders") or {}
    repeated = {name.lower() for name in several}
    for name, value in (answer.get("headers") or {}).items():
        if name.lower() not in repeated:
            yield name, str(value)
    for name, values in several.items():
        for value in values:
            yield name, str(value)
