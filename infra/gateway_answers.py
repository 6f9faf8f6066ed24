"""What API Gateway answers without a function: preflights, methods a path does not have, and its own refusals."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

type Json = Any

REQUEST_HEADERS = (
    "Accept-Language",
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
)
EXPOSED_HEADERS = ("Allow", "ETag", "Location", "Retry-After", "X-Amzn-Trace-Id")
PREFLIGHT_MAX_AGE = 600
#: What a problem of the gateway comes with.
PROBLEM_HEADERS: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": ",".join(EXPOSED_HEADERS),
    "Cache-Control": "no-store",
    "Content-Type": "application/problem+json",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
#: What a method is answered that a path does not have: our stable code, both texts.
METHOD_NOT_ALLOWED = (
    "method_not_allowed",
    "العملية غير متاحة على هذا العنوان",
    "The method is not allowed here",
)

#: What the gateway itself answers: its response type, status, our stable code, both texts. The two defaults keep the
#: status of the error they are used for.
GATEWAY_PROBLEMS: tuple[tuple[str, int | None, str, str, str], ...] = (
    ("DEFAULT_4XX", None, "request_refused", "تعذّر قبول الطلب", "The request was refused"),
    ("DEFAULT_5XX", None, "unavailable", "الخدمة غير متاحة حاليًا", "The service is not available now"),
    (
        "BAD_REQUEST_PARAMETERS",
        400,
        "parameters_missing",
        "بيانات ناقصة في رابط الطلب",
        "A parameter is missing",
    ),
    ("BAD_REQUEST_BODY", 400, "body_unreadable", "تعذّرت قراءة المحتوى", "The body cannot be read"),
    ("UNAUTHORIZED", 401, "not_signed_in", "يلزم تسجيل الدخول", "Sign in first"),
    ("EXPIRED_TOKEN", 401, "session_expired", "انتهت الجلسة", "The session has expired"),
    ("ACCESS_DENIED", 403, "not_allowed", "غير مصرح لك بهذه العملية", "Not allowed"),
    ("WAF_FILTERED", 403, "not_allowed", "غير مصرح لك بهذه العملية", "Not allowed"),
    ("MISSING_AUTHENTICATION_TOKEN", 404, "not_found", "غير موجود", "Not found"),
    ("RESOURCE_NOT_FOUND", 404, "not_found", "غير موجود", "Not found"),
    ("REQUEST_TOO_LARGE", 413, "too_large", "المحتوى أكبر من المسموح", "The content is too large"),
    (
        "UNSUPPORTED_MEDIA_TYPE",
        415,
        "media_type_unsupported",
        "نوع المحتوى غير مدعوم",
        "Unsupported media type",
    ),
    (
        "THROTTLED",
        429,
        "too_many_requests",
        "طلبات كثيرة، أعد المحاولة لاحقًا",
        "Too many requests, try again later",
    ),
    (
        "QUOTA_EXCEEDED",
        429,
        "too_many_requests",
        "طلبات كثيرة، أعد المحاولة لاحقًا",
        "Too many requests, try again later",
    ),
    ("INTEGRATION_FAILURE", 502, "unavailable", "الخدمة غير متاحة حاليًا", "The service is not available now"),
    ("INTEGRATION_TIMEOUT", 504, "timed_out", "تأخر الرد، أعد المحاولة", "No answer in time, try again"),
)


def gateway_responses() -> Json:
    """Every refusal of the gateway's own, as a problem."""
    return {
        kind: _response(status, code, arabic, english)
        for kind, status, code, arabic, english in GATEWAY_PROBLEMS
    }


def preflight(methods: Sequence[str], path_parameters: Sequence[Json], *, web_origins: Sequence[str]) -> Json:
    """The preflight request of a browser, answered by the gateway without a function."""
    headers = {
        "Access-Control-Allow-Methods": ",".join(methods),
        "Access-Control-Allow-Headers": ",".join(REQUEST_HEADERS),
        "Access-Control-Allow-Origin": web_origins[0],
        "Access-Control-Max-Age": str(PREFLIGHT_MAX_AGE),
        "Vary": "Origin",
    }
    return _mock(
        204,
        "What a page of our own may send",
        path_parameters,
        headers=headers,
        body=_other_origins(web_origins),
    )


def other_methods(methods: Sequence[str], path_parameters: Sequence[Json]) -> Json:
    """Every method the path does not have, answered by the gateway without a function: 405 and what it has."""
    problem = _problem(405, *METHOD_NOT_ALLOWED)
    headers = {"Allow": ",".join(methods), **PROBLEM_HEADERS}
    return _mock(
        405,
        "The path has other methods",
        path_parameters,
        headers=headers,
        body=json.dumps(problem, ensure_ascii=False),
    )


def _mock(
    status: int, description: str, path_parameters: Sequence[Json], *, headers: Mapping[str, str], body: str
) -> Json:
    """An operation whose answer is always this one; `body` is a template of the gateway."""
    return {
        "parameters": list(path_parameters),
        "security": [],
        "responses": {
            str(status): {
                "description": description,
                "headers": {name: {"schema": {"type": "string"}} for name in headers},
            }
        },
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "passthroughBehavior": "never",
            "requestTemplates": {"application/json": json.dumps({"statusCode": status})},
            "responses": {
                "default": {
                    "statusCode": str(status),
                    "responseParameters": {
                        f"method.response.header.{name}": f"'{value}'" for name, value in headers.items()
                    },
                    "responseTemplates": {"application/json": body},
                }
            },
        },
    }


def _other_origins(web_origins: Sequence[str]) -> str:
    """The first origin is the default; the template echoes any other of the list."""
    if len(web_origins) == 1:
        return ""
    named = " || ".join(f'$origin == "{origin}"' for origin in web_origins[1:])
    return (
        '#set($origin = $input.params().header.get("Origin"))\n'
        f"#if({named})\n"
        '#set($context.responseOverride.header["Access-Control-Allow-Origin"] = $origin)\n'
        "#end"
    )


def _problem(status: int | None, code: str, arabic: str, english: str) -> Json:
    return {
        "type": "about:blank",
        "title": f"{arabic} / {english}",
        **({"status": status} if status else {}),
        "detail": f"{arabic} / {english}",
        "code": code,
        "trace_id": "$context.requestId",
        "errors": [],
    }


def _response(status: int | None, code: str, arabic: str, english: str) -> Json:
    """A problem the gateway answers by itself: it does not know the language, so it says both.

    Any page may read it: it holds nothing about anybody, and sessions are never cookies.
    """
    problem = _problem(status, code, arabic, english)
    return {
        **({"statusCode": status} if status else {}),
        "responseParameters": {
            f"gatewayresponse.header.{name}": f"'{value}'" for name, value in PROBLEM_HEADERS.items()
        },
        "responseTemplates": {"application/json": json.dumps(problem, ensure_ascii=False)},
    }
