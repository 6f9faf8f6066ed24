"""What Powertools reads an operation's OpenAPI from: a signature, and the answers it may give."""

import inspect
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body as BodyParameter
from aws_lambda_powertools.event_handler.openapi.params import Header, Query

from ishtirak.edge.http import problems
from ishtirak.edge.http.operation import Operation


def signature(operation: Operation) -> inspect.Signature:
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


def responses(operation: Operation) -> Any:
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
