"""What a function is given and what becomes of its answer: Lambda proxy integrations, payload version 1.0."""

import base64
import fnmatch
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from localcloud.gateway.responses import Rendering

HEADERS_AS_SENT = "localcloud.headers"
"""In the WSGI environment: every header by itself, as WSGI makes one of those that come several times."""
_PROXY_ANSWER = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}


@dataclass(frozen=True)
class ProxyRequest:
    """One request to an operation that passed every check before its integration."""

    request: Request
    body: bytes
    request_id: str
    stage: str
    path: str
    """Without the stage."""
    resource: str
    path_parameters: Mapping[str, str]
    claims: Mapping[str, str] | None


def proxy_event(
    asked: ProxyRequest,
    *,
    account: str,
    api_id: str,
    stage_variables: Mapping[str, str] | None,
    binary_media_types: Sequence[str],
) -> dict[str, Any]:
    """The event a function receives."""
    request = asked.request
    headers: dict[str, list[str]] = {}
    for name, value in request.environ.get(HEADERS_AS_SENT, request.headers.items()):
        headers.setdefault(name, []).append(value)
    query = {name: request.args.getlist(name) for name in request.args}
    text, encoded = _body_text(asked.body, request.mimetype, binary_media_types)
    return {
        "resource": asked.resource,
        "path": asked.path,
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in headers.items()} or None,
        "multiValueHeaders": headers or None,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": asked.path_parameters or None,
        "stageVariables": stage_variables,
        "requestContext": _context(asked, account=account, api_id=api_id),
        "body": text,
        "isBase64Encoded": encoded,
    }


def _context(asked: ProxyRequest, *, account: str, api_id: str) -> dict[str, Any]:
    request, now = asked.request, time.time()
    context: dict[str, Any] = {
        "accountId": account,
        "apiId": api_id,
        "domainName": request.host,
        "domainPrefix": api_id,
        "extendedRequestId": secrets.token_urlsafe(8),
        "httpMethod": request.method,
        "identity": {
            "sourceIp": request.remote_addr or "127.0.0.1",
            "userAgent": request.headers.get("User-Agent"),
        },
        "path": f"/{asked.stage}{asked.path}",
        "protocol": "HTTP/1.1",
        "requestId": asked.request_id,
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "requestTimeEpoch": int(now * 1000),
        "resourceId": "local",
        "resourcePath": asked.resource,
        "stage": asked.stage,
    }
    if asked.claims is not None:
        context["authorizer"] = {"claims": asked.claims}
    return context


def _body_text(body: bytes, media_type: str, binary_media_types: Sequence[str]) -> tuple[str | None, bool]:
    """The body as an event carries it; bytes that are no text are encoded, declared binary or not."""
    if not body:
        return None, False
    if not any(fnmatch.fnmatchcase(media_type, pattern) for pattern in binary_media_types):
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), True


def proxy_response(answer: Any) -> Response:
    """The HTTP response a function's answer stands for; ValueError, TypeError or KeyError for a malformed one."""
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


def mock_response(integration: Mapping[str, Any], rendering: Rendering) -> Response:
    """The response of a MOCK integration, of its first template."""
    responses: dict[str, dict[str, Any]] = integration.get("responses", {})
    fallback: dict[str, Any] = {"statusCode": "200"}
    chosen = responses.get("default") or next(iter(responses.values()), fallback)
    parameters: dict[str, str] = chosen.get("responseParameters", {})
    headers = {name.split("header.", 1)[1]: value.strip("'") for name, value in parameters.items()}
    template = next(iter(chosen.get("responseTemplates", {}).values()), "")
    response = Response(rendering.rendered(template), int(chosen["statusCode"]), headers)
    response.headers.setdefault("Content-Type", "application/json")
    return response
