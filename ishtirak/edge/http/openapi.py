"""OpenAPI 3.1 of a function's operations, as Powertools makes it of their signatures and answers.

For the generated reference only: no function imports it, so no request waits for it.
"""

import inspect
import json
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer
from aws_lambda_powertools.event_handler.openapi.params import Body as BodyParameter
from aws_lambda_powertools.event_handler.openapi.params import Header, Query

from ishtirak.edge.http import problems
from ishtirak.edge.http.api import Api
from ishtirak.edge.http.operation import Operation


def document(api: Api) -> dict[str, Any]:
    """The OpenAPI document of one function."""
    resolver = APIGatewayRestResolver(enable_validation=False)
    for name, operation in api.operations.items():
        resolver.route(
            operation.path,
            method=operation.method,
            summary=operation.summary,
            description=operation.description,
            tags=list(operation.tags) or [operation.path.split("/")[2]],
            operation_id=name,
            status_code=operation.status,
            responses=_responses(operation),
            security=[] if operation.roles is None else [{"session": []}],
            openapi_extensions={"x-ishtirak-function": api.function},
        )(_handler_of(name, operation))
    schema = resolver.get_openapi_json_schema(
        title="Ishtirak",
        version="1",
        openapi_version="3.1.0",
        security_schemes={"session": HTTPBearer(bearerFormat="JWT")},
    )
    described: dict[str, Any] = json.loads(schema)
    return described


def _handler_of(name: str, operation: Operation) -> Any:
    """A function with the name and the signature of an operation, never called."""

    def handler(**_: Any) -> None:
        raise NotImplementedError

    handler.__name__ = name
    handler.__signature__ = _signature(operation)  # type: ignore[attr-defined]
    return handler


def _signature(operation: Operation) -> inspect.Signature:
    """The parameters of an operation as a function would have them."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    annotated: dict[str, Any] = dict.fromkeys(operation.path_parameters, str)
    if operation.takes is not None:
        annotated["body"] = Annotated[operation.takes, BodyParameter()]
    if operation.idempotent:
        annotated["idempotency_key"] = Annotated[
            str, Header(alias="Idempotency-Key", min_length=1, max_length=255)
        ]
    if operation.versioned:
        annotated["if_match"] = Annotated[str, Header(alias="If-Match")]
    parameters = [inspect.Parameter(name, keyword, annotation=kind) for name, kind in annotated.items()]
    parameters += [
        inspect.Parameter(name, keyword, annotation=Annotated[str | None, Query(alias=name)], default=None)
        for name in operation.query
    ]
    return inspect.Signature(parameters, return_annotation=operation.gives)


def _responses(operation: Operation) -> Any:
    """The answers of an operation: what it gives, and every refusal as a problem."""
    described: dict[int, Any] = {
        operation.status: {
            "description": HTTPStatus(operation.status).phrase,
            "content": {"application/json": {"model": operation.gives}},
        }
    }
    for refusal in sorted(operation.refusal_statuses):
        described[refusal] = {
            "description": HTTPStatus(refusal).phrase,
            "content": {problems.MEDIA_TYPE: {"model": problems.Problem}},
        }
    return described
