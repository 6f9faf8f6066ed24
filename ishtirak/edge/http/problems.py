"""Problem details (RFC 9457): a refusal as a person and a program may read it."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ishtirak.edge.http import decode
from ishtirak.edge.texts import cited, codes, text
from ishtirak.kernel.errors import (
    ChangedMeanwhile,
    Denied,
    DomainError,
    Incomplete,
    NotAuthentic,
    NotFound,
    Refused,
    TooMany,
    Unavailable,
)

MEDIA_TYPE = "application/problem+json"


class BadRequest(DomainError):
    """Something the protocol asks for is missing or wrong (400)."""

    code = "bad_request"


class KeyMissing(BadRequest):
    code = "idempotency_key_missing"


class KeyReused(Incomplete):
    """The same `Idempotency-Key` came with other content (422)."""

    code = "idempotency_key_reused"


class InFlight(Refused):
    """A request with the same `Idempotency-Key` is being answered at this moment (409)."""

    code = "in_flight"


class MediaTypeRefused(DomainError):
    """The body is not said to be JSON in UTF-8, or is compressed (415)."""

    code = "media_type_not_supported"


class VersionMissing(DomainError):
    """A draft is only changed by who says which version they read (428)."""

    code = "if_match_missing"


class VersionStale(DomainError):
    """The draft changed since it was read (412)."""

    code = "if_match_stale"


class FieldsRefused(Incomplete):
    """What was sent has fields a form of ours does not accept (422). Stored data that do so are a defect, not this."""

    code = "fields_not_accepted"

    def __init__(self, cause: ValidationError) -> None:
        super().__init__(count=cause.error_count())
        self.cause = cause


STATUS: Mapping[type[DomainError], HTTPStatus] = {
    decode.Malformed: HTTPStatus.BAD_REQUEST,
    decode.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    BadRequest: HTTPStatus.BAD_REQUEST,
    MediaTypeRefused: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    VersionMissing: HTTPStatus.PRECONDITION_REQUIRED,
    VersionStale: HTTPStatus.PRECONDITION_FAILED,
    NotAuthentic: HTTPStatus.UNAUTHORIZED,
    Denied: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    ChangedMeanwhile: HTTPStatus.CONFLICT,
    Refused: HTTPStatus.CONFLICT,
    Incomplete: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


class FieldProblem(BaseModel):
    """One field that is not acceptable; `pointer` is a JSON pointer (RFC 6901) into the body, or the query."""

    pointer: str
    code: str
    message: str


class Problem(BaseModel):
    """An error answer (RFC 9457). `code` is stable; `title` and `detail` are in the person's language."""

    model_config = ConfigDict(title="Problem")

    type: str
    title: str
    status: int
    detail: str
    code: str
    trace_id: str
    rule: str = Field(default="", description="The id of the statutory rule that refuses, where one does")
    source: str = Field(default="", description="Where that rule is written, in the person's language")
    errors: list[FieldProblem] = Field(default_factory=list)


def status_of(error: DomainError) -> HTTPStatus:
    return next(
        (status for kind, status in STATUS.items() if isinstance(error, kind)),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def problem_of(error: DomainError, *, language: str, trace_id: str) -> Problem:
    """A refusal as problem details, in the person's language."""
    if isinstance(error, FieldsRefused):
        return problem_of_fields(error.cause, language=language, trace_id=trace_id)
    status = status_of(error)
    errors = []
    if error.pointer:
        message = text(language, "problems", error.code, "detail", error.facts)
        errors = [FieldProblem(pointer=error.pointer, code=error.code, message=message)]
    return Problem(
        type=f"/problems/{error.code}",
        title=text(language, "problems", error.code, "title", error.facts),
        status=status,
        detail=text(language, "problems", error.code, "detail", error.facts),
        code=error.code,
        trace_id=trace_id,
        rule=error.rule,
        source=cited(language, error.source),
        errors=errors,
    )


def problem_of_fields(error: ValidationError, *, language: str, trace_id: str) -> Problem:
    """Every field a model refused, with our codes: pydantic's own wording never reaches a person."""
    errors = [_field(detail, language) for detail in error.errors(include_url=False, include_input=False)]
    return Problem(
        type="/problems/fields_not_accepted",
        title=text(language, "problems", "fields_not_accepted", "title"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        detail=text(language, "problems", "fields_not_accepted", "detail", {"count": len(errors)}),
        code="fields_not_accepted",
        trace_id=trace_id,
        errors=errors,
    )


_KINDS = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "string_pattern_mismatch": "wrong_form",
    "greater_than_equal": "too_small",
    "greater_than": "too_small",
    "less_than_equal": "too_large",
    "less_than": "too_large",
    "enum": "not_one_of",
    "literal_error": "not_one_of",
    "union_tag_invalid": "not_one_of",
}


def _field(detail: Mapping[str, Any], language: str) -> FieldProblem:
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in detail["loc"])
    kind = detail["type"]
    context = detail.get("ctx") or {}
    cause = context.get("error")
    facts = {name: value for name, value in context.items() if isinstance(value, (str, int))}
    if isinstance(cause, DomainError):
        return FieldProblem(
            pointer=pointer,
            code=cause.code,
            message=text(language, "problems", cause.code, "detail", cause.facts),
        )
    code = _KINDS.get(kind) or (kind if kind in codes(language, "fields") else "wrong_type")
    return FieldProblem(pointer=pointer, code=code, message=text(language, "fields", code, None, facts))


def as_json(problem: Problem) -> str:
    return json.dumps(problem.model_dump(mode="json"), ensure_ascii=False)
