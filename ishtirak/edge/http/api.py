"""The operations of one function: routing by Powertools, and what a public service owes its callers.

The body is decoded strictly, the caller read from the authorizer, the `Idempotency-Key` and `If-Match` demanded where
they belong, and every refusal answered as problem+json in the person's language.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from ishtirak.edge.http import binding, problems
from ishtirak.edge.http.access import AuthorisationTable, authorisation_table
from ishtirak.edge.http.call import Call, caller_of, headers_of, read_call
from ishtirak.edge.http.idempotency import IdempotencyRecords, RespondingTransaction, saved_response
from ishtirak.edge.http.officials import OfficialCheck
from ishtirak.edge.http.operation import Operation
from ishtirak.edge.http.reply import Reply, SavedResponse
from ishtirak.edge.http.revocation import RevocationCheck
from ishtirak.edge.logs import logger, where
from ishtirak.edge.texts import preferred
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.errors import ChangedMeanwhile, DomainError, NotAuthentic, NotFound
from ishtirak.kernel.idempotency import IdempotencyKeyTaken
from ishtirak.kernel.transaction import Items, Transaction
from ishtirak.officials.model import OFFICIAL_ROLES

_JSON = "application/json; charset=utf-8"
_EVERY_ANSWER = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Vary": "Accept-Language, Origin",
}
_EXPOSED = "ETag, Location, Retry-After, Content-Language"

type View = Callable[[Any, Call[Any]], Reply[Any]]
"""Makes the reply of a use case's result, in the language of the call."""
type Respond = Callable[[Call[Any], Mapping[str, str]], SavedResponse]


class InternalDefect(DomainError):
    """Our own fault (500). The trace id is all a caller learns."""

    code = "internal"


class ReadOnly:
    """The `Transaction` of a function that writes nothing."""

    def commit(self, *items: Items, result: object = None) -> None:
        raise TypeError("this function has nothing to commit with")


class Api:
    """The operations of one function. `resolve` is what Lambda calls; the reference is made from `operations`."""

    def __init__(
        self,
        function: str,
        *,
        clock: Clock,
        transaction: Transaction | None = None,
        records: IdempotencyRecords | None = None,
        origins: str = "",
        revocations: RevocationCheck | None = None,
        officials: OfficialCheck | None = None,
        access: AuthorisationTable | None = None,
    ) -> None:
        self.function = function
        self.operations: dict[str, Operation] = {}
        """Every operation it answers, by name."""
        self._clock = clock
        self._transaction = transaction or ReadOnly()
        self._records = records
        self._revocations = revocations
        self._officials = officials
        self._access = access or authorisation_table()
        self._origins = frozenset(filter(None, origins.split(",")))
        self._app = APIGatewayRestResolver(enable_validation=False)
        self._app.not_found(self._unknown)

    def add(self, operation: Operation, use_case: Callable[..., Any], view: View) -> None:
        """Answer an operation by a use case, its ports bound; it is named after the use case. See `binding`."""
        operation = operation.under(self._access.row(binding.name_of(use_case)))
        wanted = binding.check(operation, use_case)

        def respond(call: Call[Any], path_parameters: Mapping[str, str]) -> SavedResponse:
            transaction = RespondingTransaction(
                self._transaction,
                call=call,
                status=operation.status,
                render=lambda result: _shown(view(result, call), operation, call),
                records=self._records,
                clock=self._clock,
            )
            result = use_case(
                **binding.arguments(operation, call, path_parameters, wanted=wanted, transaction=transaction)
            )
            return transaction.response or transaction.respond(result)

        self._route(operation, binding.name_of(use_case), respond)

    def add_handler(self, operation: Operation, handler: Callable[[Call[Any]], Reply[Any]]) -> None:
        """Answer an operation from the call itself: for what has to see the raw bytes (`edge.webhook`)."""
        operation = operation.under(self._access.row(handler.__name__))

        def respond(call: Call[Any], path_parameters: Mapping[str, str]) -> SavedResponse:
            reply = _shown(handler(call), operation, call)
            return SavedResponse(operation.status, reply.body.model_dump_json(), reply.etag, reply.location)

        self._route(operation, handler.__name__, respond)

    def _route(self, operation: Operation, name: str, respond: Respond) -> None:
        def answer(**path_parameters: str) -> Response[Any]:
            return self._answer(operation, name, respond, path_parameters)

        self.operations[name] = operation
        self._app.route(operation.path, method=operation.method)(answer)

    def _answer(
        self, operation: Operation, name: str, respond: Respond, path_parameters: dict[str, str]
    ) -> Response[Any]:
        headers, language, trace = self._asked()
        event = self._app.current_event.raw_event
        try:
            signed_in = self._signed_in(operation, event)
            call = read_call(
                operation,
                name,
                event,
                headers=headers,
                language=language,
                path_parameters=path_parameters,
                signed_in=signed_in,
            )
            try:
                response = _ok(self._first_or_again(call, path_parameters, respond))
            except ChangedMeanwhile as stale:
                if call.version is not None:
                    raise problems.VersionStale(**dict(stale.facts)) from None
                raise
            outcome, code = response.status_code, "answered"
        except DomainError as refused:
            problem = problems.problem_of(refused, language=language, trace_id=trace)
            response, outcome, code = (
                _problem(problem, _protocol_headers(refused)),
                problem.status,
                problem.code,
            )
        except Exception as defect:  # noqa: BLE001 - the last resort: nothing but a well-formed answer gets out
            fields = {"operation": name, "kind": type(defect).__name__, "where": where(defect)}
            logger.error("defect", extra=fields)
            problem = problems.problem_of(InternalDefect(), language=language, trace_id=trace)
            response, outcome, code = _problem(problem, {}), problem.status, problem.code
        logger.info("answered", extra={"operation": name, "status": int(outcome), "code": code})
        return self._finished(response, headers, language)

    def _signed_in(self, operation: Operation, event: Mapping[str, Any]) -> Caller | None:
        """The caller, with the roles they have by now.

        A token that was revoked is nobody's, whatever is asked with it: before anything is read or answered. What only
        officials may ask is held against the table of officials.
        """
        caller = caller_of(event)
        if caller is None or operation.roles is None:
            return caller
        if self._revocations is not None:
            self._revocations(caller)
        if self._officials is not None and operation.roles <= OFFICIAL_ROLES:
            return self._officials(caller)
        return caller

    def _first_or_again(
        self, call: Call[Any], path_parameters: dict[str, str], respond: Respond
    ) -> SavedResponse:
        """Answer, or give the answer this key got before.

        Losing a race to a concurrent retry of the same request is not an error, whether it shows when storing or as
        the state that retry left.
        """
        again = self._again(call)
        if again:
            return again
        try:
            return respond(call, path_parameters)
        except (IdempotencyKeyTaken, DomainError) as refused:
            again = self._again(call)
            if again is not None:
                return again
            if isinstance(refused, IdempotencyKeyTaken):
                raise problems.InFlight(retry_after=1) from None
            raise

    def _again(self, call: Call[Any]) -> SavedResponse | None:
        return saved_response(call, records=self._records, clock=self._clock)

    def _unknown(self, error: Exception) -> Response[Any]:
        """A path or method no operation has: answered like everything else that is not there."""
        headers, language, trace = self._asked()
        logger.info("answered", extra={"operation": "unknown", "status": 404, "code": NotFound.code})
        problem = problems.problem_of(NotFound(), language=language, trace_id=trace)
        return self._finished(_problem(problem, {}), headers, language)

    def _asked(self) -> tuple[dict[str, str], str, str]:
        """The headers by lower-case name, the language to answer in, the trace id."""
        event = self._app.current_event.raw_event
        headers = headers_of(event)
        return headers, preferred(headers.get("accept-language")), _trace(event)

    def _finished(self, response: Response[Any], headers: dict[str, str], language: str) -> Response[Any]:
        """With the headers every answer has."""
        response.headers.update(_EVERY_ANSWER)
        response.headers.setdefault("Content-Language", language)
        origin = headers.get("origin")
        if origin in self._origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = _EXPOSED
        return response

    def resolve(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer one API Gateway proxy event. Nothing gets out of here but a well-formed answer."""
        logger.append_keys(trace_id=_trace(event))
        answered: dict[str, Any] = self._app.resolve(event, context)
        return answered


def _shown(reply: Reply[Any], operation: Operation, call: Call[Any]) -> Reply[Any]:
    """The reply without what the authorisation table does not let the caller see of it."""
    body = operation.authorised.shown(reply.body, roles=call.roles, permit=call.permit)
    return reply if body is reply.body else replace(reply, body=body)


def entry(api: Api) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """What Lambda calls."""
    return api.resolve


def _trace(event: Mapping[str, Any]) -> str:
    return str((event.get("requestContext") or {}).get("requestId") or "none")


def _ok(answer: SavedResponse) -> Response[Any]:
    headers: dict[str, str | list[str]] = {}
    if answer.etag is not None:
        headers["ETag"] = f'"{answer.etag}"'
    if answer.location is not None:
        headers["Location"] = answer.location
    if answer.language is not None:
        headers["Content-Language"] = answer.language
    return Response(answer.status, _JSON, answer.body, headers)


def _protocol_headers(refused: DomainError) -> dict[str, str | list[str]]:
    """What the protocol says beside a refusal: when to come back, how to sign in."""
    headers: dict[str, str | list[str]] = {}
    if (retry := refused.facts.get("retry_after")) is not None:
        headers["Retry-After"] = str(retry)
    if isinstance(refused, NotAuthentic):
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def _problem(problem: problems.Problem, headers: dict[str, str | list[str]]) -> Response[Any]:
    return Response(problem.status, problems.MEDIA_TYPE, problems.as_json(problem), headers)
