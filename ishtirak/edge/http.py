"""HTTP at the edge: routing and OpenAPI by Powertools, and around it what a public service owes its callers.

A route declares what it takes and gives; the body is decoded strictly, the caller read from the authorizer, the
`Idempotency-Key` and `If-Match` demanded where they belong, and every refusal answered as problem+json in
the person's language.
"""

import base64
import binascii
import hashlib
import inspect
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Annotated, Any, Protocol

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.openapi.params import Body as BodyParameter
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from pydantic import BaseModel, ValidationError

from ishtirak.edge import problems
from ishtirak.edge.decode import Malformed, decode
from ishtirak.edge.logs import logger, where
from ishtirak.edge.texts import preferred
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.errors import ChangedMeanwhile, Denied, DomainError, NotAuthentic, NotFound, OnceTaken
from ishtirak.kernel.once import KeptAnswer, Once, Reply

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_ETAG = re.compile(r'"(\d{1,9})"', re.ASCII)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TEXT = "application/json; charset=utf-8"
_EVERY_ANSWER = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Vary": "Accept-Language, Origin",
}


class Onces(Protocol):
    """Where finished requests' answers are found again."""

    def find(self, scope: str, key: str, *, now: Any) -> KeptAnswer | None: ...


@dataclass(frozen=True)
class Call[Body]:
    """One request, decoded: what a handler needs and nothing of HTTP."""

    body: Body
    language: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes
    signed_in: Caller | None
    once: Once | None
    version: int | None

    @property
    def caller(self) -> Caller:
        """The signed-in person; routes that ask for a role always have one."""
        if self.signed_in is None:
            raise NotAuthentic()
        return self.signed_in

    @property
    def replacing(self) -> int:
        """The version the caller read (`If-Match`)."""
        if self.version is None:
            raise problems.VersionMissing()
        return self.version


Handler = Callable[..., Reply[Any]]


@dataclass(frozen=True)
class _Route:
    operation: str
    takes: type[BaseModel] | None
    roles: frozenset[Role] | None
    status: int
    once: bool
    versioned: bool


class Api:
    """The routes of one function. `resolve` is what Lambda calls; `openapi` what the reference is generated from."""

    def __init__(self, function: str, *, clock: Clock, onces: Onces | None = None, origins: str = "") -> None:
        self._function = function
        self._clock = clock
        self._onces = onces
        self._origins = frozenset(filter(None, origins.split(",")))
        self._app = APIGatewayRestResolver(enable_validation=False)
        self._app.not_found(self._unknown)

    @property
    def resolver(self) -> APIGatewayRestResolver:
        return self._app

    def get(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("GET", path, once=False, **options)

    def post(self, path: str, *, once: bool = True, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("POST", path, once=once, **options)

    def put(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("PUT", path, once=False, versioned=True, **options)

    def delete(self, path: str, **options: Any) -> Callable[[Handler], Handler]:
        return self._route("DELETE", path, once=False, versioned=True, **options)

    def _route(
        self,
        method: str,
        path: str,
        *,
        summary: str,
        gives: type[BaseModel],
        takes: type[BaseModel] | None = None,
        roles: Iterable[Role] | None,
        status: int = 200,
        once: bool,
        versioned: bool = False,
        refusals: Iterable[int] = (),
        query: Iterable[str] = (),
        tags: list[str] | None = None,
        description: str | None = None,
    ) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            route = _Route(
                operation=handler.__name__,
                takes=takes,
                roles=frozenset(roles) if roles is not None else None,
                status=status,
                once=once,
                versioned=versioned,
            )

            @wraps(handler)
            def answer(**path_parameters: str) -> Response[Any]:
                return self._answer(route, handler, path_parameters)

            names = re.findall(r"<(\w+)>", path)
            answer.__signature__ = _signature(names, route, query, gives)  # type: ignore[attr-defined]
            statuses = {400, 422, 500} | set(refusals)
            if route.roles is not None:
                statuses |= {401, 403}
            if names:
                statuses |= {404}
            if once:
                statuses |= {409}
            if versioned:
                statuses |= {409, 412, 428}
            self._app.route(
                path,
                method=method,
                summary=summary,
                description=description,
                tags=tags or [path.split("/")[2]],
                operation_id=handler.__name__,
                status_code=status,
                responses=_responses(status, gives, statuses),
                security=[] if roles is None else [{"session": []}],
                openapi_extensions={"x-ishtirak-function": self._function},
            )(answer)
            return handler

        return register

    def _answer(self, route: _Route, handler: Handler, path_parameters: dict[str, str]) -> Response[Any]:
        headers, language, trace = self._asked()
        try:
            call = self._call(route, headers, language, path_parameters)
            try:
                response = self._first_or_again(route, handler, call, path_parameters)
            except ChangedMeanwhile as stale:
                if call.version is not None:
                    raise problems.VersionStale(**dict(stale.facts)) from None
                raise
            outcome, code = response.status_code, "answered"
        except problems.FieldsRefused as refused:
            problem = problems.problem_of_fields(refused.cause, language=language, trace_id=trace)
            response, outcome, code = _problem(problem, {}), problem.status, problem.code
        except DomainError as refused:
            problem = problems.problem_of(refused, language=language, trace_id=trace)
            response, outcome, code = _problem(problem, _telling(refused)), problem.status, problem.code
        except Exception as defect:  # noqa: BLE001 - the last resort: nothing but a well-formed answer gets out
            told = {"operation": route.operation, "kind": type(defect).__name__, "where": where(defect)}
            logger.error("defect", extra=told)
            problem = problems.problem_of(Defect(), language=language, trace_id=trace)
            response, outcome, code = _problem(problem, {}), problem.status, problem.code
        logger.info("answered", extra={"operation": route.operation, "status": int(outcome), "code": code})
        return self._finished(response, headers, language)

    def _unknown(self, error: Exception) -> Response[Any]:
        """A path or method no route has: told like everything else that is not there."""
        headers, language, trace = self._asked()
        logger.info("answered", extra={"operation": "unknown", "status": 404, "code": NotFound.code})
        problem = problems.problem_of(NotFound(), language=language, trace_id=trace)
        return self._finished(_problem(problem, {}), headers, language)

    def _asked(self) -> tuple[dict[str, str], str, str]:
        """The headers by lower-case name, the language to answer in, the trace id."""
        event = self._app.current_event.raw_event
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        return headers, preferred(headers.get("accept-language")), _trace(event)

    def _finished(self, response: Response[Any], headers: dict[str, str], language: str) -> Response[Any]:
        """With the headers every answer has."""
        response.headers.update(_EVERY_ANSWER)
        response.headers.setdefault("Content-Language", language)
        origin = headers.get("origin")
        if origin in self._origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = (
                "ETag, Location, Retry-After, Content-Language"
            )
        return response

    def _call(
        self, route: _Route, headers: dict[str, str], language: str, path_parameters: dict[str, str]
    ) -> Call[Any]:
        event = self._app.current_event.raw_event
        signed_in = _caller(event)
        if route.roles is not None:
            if signed_in is None:
                raise NotAuthentic()
            if not route.roles & signed_in.roles:
                raise Denied()
        for name, value in path_parameters.items():
            if name.endswith("_id") and not _ID.fullmatch(value):
                raise NotFound()
        raw = _raw(event)
        once = self._once(route, headers, signed_in, raw, event, language) if route.once else None
        version = _version(headers) if route.versioned else None
        return Call(
            body=_model(route.takes, raw),
            language=language,
            query=dict(event.get("queryStringParameters") or {}),
            headers=headers,
            raw=raw,
            signed_in=signed_in,
            once=once,
            version=version,
        )

    def _once(
        self,
        route: _Route,
        headers: dict[str, str],
        signed_in: Caller | None,
        raw: bytes,
        event: dict[str, Any],
        language: str,
    ) -> Once:
        key = headers.get("idempotency-key")
        if not key:
            raise problems.KeyMissing()
        if not _KEY.fullmatch(key):
            raise problems.BadRequest(header="Idempotency-Key")
        who = signed_in.subject if signed_in else "anonymous"
        content = hashlib.sha256(
            b"\n".join([event["httpMethod"].encode(), event["path"].encode(), raw])
        ).hexdigest()
        return Once(
            scope=f"{who}:{route.operation}",
            key=key,
            fingerprint=content,
            status=route.status,
            language=language,
        )

    def _first_or_again(
        self, route: _Route, handler: Handler, call: Call[Any], path_parameters: dict[str, str]
    ) -> Response[Any]:
        """Answer, or give the answer this key got before.

        Losing a race to one's own twin is not an error, whether it shows when storing or as what the twin left behind.
        """
        again = self._again(call)
        if again:
            return again
        try:
            reply = handler(call, **path_parameters)
        except (OnceTaken, DomainError) as refused:
            again = self._again(call)
            if again is not None:
                return again
            if isinstance(refused, OnceTaken):
                raise problems.InFlight(retry_after=1) from None
            raise
        body = reply.body.model_dump_json()
        return _ok(KeptAnswer("", route.status, body, reply.etag, reply.location))

    def _again(self, call: Call[Any]) -> Response[Any] | None:
        if call.once is None or self._onces is None:
            return None
        kept = self._onces.find(call.once.scope, call.once.key, now=self._clock.now())
        if kept is None:
            return None
        if kept.fingerprint != call.once.fingerprint:
            raise problems.KeyReused()
        return _ok(kept)

    def resolve(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer one API Gateway proxy event. Nothing gets out of here but a well-formed answer."""
        logger.append_keys(trace_id=_trace(event))
        answered: dict[str, Any] = self._app.resolve(event, context)
        return answered

    def openapi(self) -> dict[str, Any]:
        """OpenAPI 3.1 of these routes, as Powertools reads it from their signatures."""
        from aws_lambda_powertools.event_handler.openapi.models import (
            HTTPBearer,
        )  # not on the way of any request

        schema = self._app.get_openapi_json_schema(
            title="Ishtirak",
            version="1",
            openapi_version="3.1.0",
            security_schemes={"session": HTTPBearer(bearerFormat="JWT")},
        )
        described: dict[str, Any] = json.loads(schema)
        return described


class Defect(DomainError):
    """Our own fault (500). The trace id is all a caller learns."""

    code = "internal"


def entry(api: Api) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """What Lambda calls."""
    return api.resolve


def _model(takes: type[BaseModel] | None, raw: bytes) -> Any:
    if takes is None:
        return None
    decode(raw)
    try:
        return takes.model_validate_json(raw, strict=True)
    except ValidationError as refused:
        raise problems.FieldsRefused(refused) from None


def _raw(event: dict[str, Any]) -> bytes:
    """The body as it was sent. What cannot be bytes is not decoded any further."""
    text = event.get("body") or ""
    try:
        return base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, ValueError):
        raise Malformed(reason="not_utf8") from None


def _version(headers: dict[str, str]) -> int:
    tag = headers.get("if-match")
    if tag is None:
        raise problems.VersionMissing()
    match = _ETAG.fullmatch(tag)
    if match is None:
        raise problems.VersionStale()
    return int(match[1])


def _caller(event: dict[str, Any]) -> Caller | None:
    """The person the authorizer vouched for; nothing a client can send is read here.

    Somebody without a person id is nobody here: ownership and four eyes are told by it.
    """
    authorizer = (event.get("requestContext") or {}).get("authorizer") or {}
    claims = authorizer.get("claims") or {}
    subject, person_id = claims.get("sub"), claims.get("custom:person_id")
    if not subject or not person_id:
        return None
    return Caller(subject=str(subject), person_id=str(person_id), roles=_roles(claims.get("cognito:groups")))


def _roles(groups: Any) -> frozenset[Role]:
    """The groups that are roles, each by its whole name: gateways write `a,b`, `[a b]` or a list."""
    names = groups if isinstance(groups, list) else re.split(r"[\s,]+", str(groups or "").strip().strip("[]"))
    return frozenset(Role(name) for name in names if name in set(Role))


def _trace(event: dict[str, Any]) -> str:
    return str((event.get("requestContext") or {}).get("requestId") or "none")


def _ok(answer: KeptAnswer) -> Response[Any]:
    headers: dict[str, str | list[str]] = {}
    if answer.etag is not None:
        headers["ETag"] = f'"{answer.etag}"'
    if answer.location is not None:
        headers["Location"] = answer.location
    if answer.language is not None:
        headers["Content-Language"] = answer.language
    return Response(answer.status, _TEXT, answer.body, headers)


def _telling(refused: DomainError) -> dict[str, str | list[str]]:
    """What the protocol says beside a refusal: when to come back, how to sign in."""
    told: dict[str, str | list[str]] = {}
    if (retry := refused.facts.get("retry_after")) is not None:
        told["Retry-After"] = str(retry)
    if isinstance(refused, NotAuthentic):
        told["WWW-Authenticate"] = "Bearer"
    return told


def _problem(problem: problems.Problem, headers: dict[str, str | list[str]]) -> Response[Any]:
    return Response(problem.status, problems.MEDIA_TYPE, problems.as_json(problem), headers)


def _signature(
    names: list[str], route: _Route, query: Iterable[str], gives: type[BaseModel]
) -> inspect.Signature:
    """The signature Powertools reads the operation's OpenAPI from."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(name, keyword, annotation=str) for name in names]
    if route.takes is not None:
        parameters.append(
            inspect.Parameter("body", keyword, annotation=Annotated[route.takes, BodyParameter()])
        )
    if route.once:
        parameters.append(
            inspect.Parameter(
                "idempotency_key",
                keyword,
                annotation=Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=255)],
            )
        )
    if route.versioned:
        parameters.append(
            inspect.Parameter("if_match", keyword, annotation=Annotated[str, Header(alias="If-Match")])
        )
    parameters.extend(
        inspect.Parameter(name, keyword, annotation=Annotated[str | None, Query(alias=name)], default=None)
        for name in query
    )
    return inspect.Signature(parameters, return_annotation=gives)


def _responses(status: int, gives: type[BaseModel], refusals: Iterable[int]) -> Any:
    described: dict[int, Any] = {
        status: {"description": HTTPStatus(status).phrase, "content": {"application/json": {"model": gives}}}
    }
    for refusal in sorted(refusals):
        described[refusal] = {
            "description": HTTPStatus(refusal).phrase,
            "content": {problems.MEDIA_TYPE: {"model": problems.Problem}},
        }
    return described
