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

from ishtirak.edge.http import problems
from ishtirak.edge.http.api import Api
from ishtirak.edge.http.call import ETAG, KEY
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
    for operation in api.operations.values():
        _add_parameters(described, operation)
    return described


def _add_parameters(described: dict[str, Any], operation: Operation) -> None:
    """The parameters of an operation, from what reads them when it is called."""
    path = operation.path.replace("<", "{").replace(">", "}")
    parameters = [
        _parameter("path", name, {"type": "string", "pattern": form.pattern}, required=True)
        for name, form in operation.path_forms.items()
    ]
    query = operation.query.model_json_schema(ref_template="#/components/schemas/{model}")
    described.setdefault("components", {}).setdefault("schemas", {}).update(query.get("$defs", {}))
    parameters += [
        _parameter("query", name, schema, required=name in query.get("required", ()))
        for name, schema in query["properties"].items()
    ]
    if operation.idempotent:
        key = {"type": "string", "pattern": f"^({KEY.pattern})$"}
        parameters.append(_parameter("header", "Idempotency-Key", key, required=True))
    if operation.versioned:
        version = {"type": "string", "pattern": f"^{ETAG.pattern}$"}
        parameters.append(_parameter("header", "If-Match", version, required=True))
    if parameters:
        described["paths"][path][operation.method.lower()]["parameters"] = parameters


def _parameter(where: str, name: str, schema: dict[str, Any], *, required: bool) -> dict[str, Any]:
    """A parameter, its schema without what is said beside it; one that is left out is not null."""
    said = {
        word: content for word, content in schema.items() if word not in ("title", "description", "anyOf")
    }
    present = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    if present:
        said = {**present[0], **{word: content for word, content in said.items() if content is not None}}
    described = {"description": schema["description"]} if "description" in schema else {}
    return {"name": name, "in": where, "required": required, "schema": said, **described}


def _handler_of(name: str, operation: Operation) -> Any:
    """A function with the name and the signature of an operation, never called."""

    def handler(**_: Any) -> None:
        raise NotImplementedError

    handler.__name__ = name
    handler.__signature__ = _signature(operation)  # type: ignore[attr-defined]
    return handler


def _signature(operation: Operation) -> inspect.Signature:
    """The body and the answer of an operation as a function would have them."""
    keyword = inspect.Parameter.KEYWORD_ONLY
    if operation.takes is None:
        return inspect.Signature(return_annotation=operation.gives)
    body = inspect.Parameter("body", keyword, annotation=Annotated[operation.takes, BodyParameter()])
    return inspect.Signature([body], return_annotation=operation.gives)


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
