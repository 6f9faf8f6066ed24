"""The committed OpenAPI 3.1 document as API Gateway imports it: 3.0.1, with integrations, authorizer and CORS.

Pure: documents in, documents out. The gateway checks that a path exists, that its caller is signed in and that path
and query parameters are there; bodies and headers are left to the functions, because only they can say in
the person's language which field is wrong, and answer a missing `If-Match` by 428 instead of 400. What a
function refuses with passes through unread, so it is left out: a template has one megabyte.
"""

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from infra.gateway_answers import gateway_responses, other_methods, preflight

type Json = Any

VERBS = ("get", "put", "post", "delete", "patch", "head")
#: The security scheme of the document, and the name of the authorizer made of it.
SESSION = "session"
FUNCTION = "x-ishtirak-function"
#: JSON Schema keywords API Gateway refuses or ignores.
DROPPED_KEYWORDS = frozenset(
    {"$id", "$schema", "contentEncoding", "contentMediaType", "deprecated", "discriminator"}
    | {"example", "examples", "title"}
)


class DocumentError(ValueError):
    """The document cannot be served as it is; the message names the operation."""


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Path, verb and operation, in the document's order."""
    for path, item in document["paths"].items():
        for verb in VERBS:
            if verb in item:
                yield path, verb, item[verb]


def function_of(path: str, verb: str, operation: Json) -> str:
    """The function that answers an operation."""
    if FUNCTION not in operation:
        raise DocumentError(f"{verb.upper()} {path} names no function in {FUNCTION}")
    return str(operation[FUNCTION])


def signed_in(document: Json, operation: Json) -> bool:
    """Whether the gateway lets only signed-in callers through; an operation says `security: []` to be open."""
    required = operation.get("security", document.get("security", [{SESSION: []}]))
    return bool(required)


def gateway_document(
    document: Json, *, uris: Mapping[str, str], pool_arn: str, web_origins: Sequence[str]
) -> dict[str, Json]:
    """What API Gateway imports; `uris` are the functions' invocation addresses by function name."""
    renamed = _with_alphanumeric_names(_inline_components(copy.deepcopy(document)))
    paths = {
        path: {
            **{verb: _operation(renamed, path, verb, item[verb], uris) for verb in VERBS if verb in item},
            "options": preflight(_methods(item), _path_parameters(item), web_origins=web_origins),
            "x-amazon-apigateway-any-method": other_methods(_methods(item), _path_parameters(item)),
        }
        for path, item in renamed["paths"].items()
    }
    return {
        "openapi": "3.0.1",
        "info": {"title": renamed["info"]["title"], "version": renamed["info"]["version"]},
        "paths": paths,
        "components": {
            "schemas": {
                name: schema(content)
                for name, content in renamed.get("components", {}).get("schemas", {}).items()
            },
            "securitySchemes": {SESSION: _authorizer(pool_arn)},
        },
        "x-amazon-apigateway-request-validators": {
            "parameters": {"validateRequestParameters": True, "validateRequestBody": False}
        },
        "x-amazon-apigateway-request-validator": "parameters",
        "x-amazon-apigateway-gateway-responses": gateway_responses(),
    }


def schema(value: Json) -> Json:
    """A JSON Schema 2020-12 expressed in OpenAPI 3.0: no `const`, `null` or numeric exclusive bounds."""
    if isinstance(value, list):
        return [schema(element) for element in value]
    if not isinstance(value, dict):
        return value
    kept = {word: content for word, content in value.items() if word not in DROPPED_KEYWORDS}
    if "const" in kept:
        kept["enum"] = [kept.pop("const")]
    kept = _exclusive_bounds(_nullable(kept))
    return {word: _keyword(word, content) for word, content in kept.items()}


def _keyword(word: str, content: Json) -> Json:
    match word:
        case "properties":
            return {name: schema(inner) for name, inner in content.items()}
        case "enum" | "required" | "default":
            return content
        case _:
            return schema(content)


def _nullable(value: dict[str, Json]) -> dict[str, Json]:
    if isinstance(value.get("type"), list):
        kinds = [kind for kind in value["type"] if kind != "null"]
        if len(kinds) != 1:
            raise DocumentError(f"type {value['type']} has no counterpart in OpenAPI 3.0")
        return {**value, "type": kinds[0], "nullable": True}
    for union in ("anyOf", "oneOf"):
        present = [choice for choice in value.get(union, []) if choice.get("type") != "null"]
        if union in value and len(present) < len(value[union]):
            rest = {word: content for word, content in value.items() if word != union}
            if len(present) > 1:
                return {**rest, union: present, "nullable": True}
            only = {"allOf": present} if "$ref" in present[0] else present[0]
            return {**only, **rest, "nullable": True}
    return value


def _exclusive_bounds(value: dict[str, Json]) -> dict[str, Json]:
    bounds = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
    for exclusive, inclusive in bounds.items():
        limit = value.get(exclusive)
        if isinstance(limit, int | float) and not isinstance(limit, bool):
            value = {**value, inclusive: limit, exclusive: True}
    return value


def _inline_components(document: Json) -> Json:
    """Shared parameters and responses, inlined where they are used: the gateway imports schemas only."""
    shared = {
        f"#/components/{kind}/{name}": content
        for kind in ("parameters", "responses", "requestBodies", "headers")
        for name, content in document.get("components", {}).get(kind, {}).items()
    }

    def inlined(value: Json) -> Json:
        if isinstance(value, dict):
            if value.get("$ref") in shared:
                return inlined(copy.deepcopy(shared[value["$ref"]]))
            return {word: inlined(inner) for word, inner in value.items()}
        return [inlined(inner) for inner in value] if isinstance(value, list) else value

    return {**document, "paths": inlined(document["paths"])}


def _with_alphanumeric_names(document: Json) -> Json:
    """The names of the gateway's models are alphanumeric."""
    names = document.get("components", {}).get("schemas", {})
    alphanumeric = {name: re.sub(r"[^A-Za-z0-9]", "", name) for name in names}
    if len(set(alphanumeric.values())) != len(alphanumeric):
        raise DocumentError("two schemas differ only by characters the gateway does not allow in a name")
    if names:
        document["components"]["schemas"] = {alphanumeric[name]: content for name, content in names.items()}
    _rename(
        document,
        {f"#/components/schemas/{name}": f"#/components/schemas/{alphanumeric[name]}" for name in names},
    )
    return document


def _rename(value: Json, references: Mapping[str, str]) -> None:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            if value["$ref"] not in references:
                raise DocumentError(f"{value['$ref']} refers to nothing")
            value["$ref"] = references[value["$ref"]]
        for inner in value.values():
            _rename(inner, references)
    elif isinstance(value, list):
        for inner in value:
            _rename(inner, references)


def _operation(document: Json, path: str, verb: str, operation: Json, uris: Mapping[str, str]) -> Json:
    function = function_of(path, verb, operation)
    if function not in uris:
        raise DocumentError(f"{verb.upper()} {path} is answered by {function}, which no stack deploys")
    gateway: dict[str, Json] = {
        "operationId": f"{function}.{operation.get('operationId', verb)}",
        "parameters": [
            _parameter(parameter) for parameter in _parameters(document["paths"][path], operation)
        ],
        "responses": {
            status: _response(response)
            for status, response in operation.get("responses", {}).items()
            if status < "400"
        },
        "security": [{SESSION: []}] if signed_in(document, operation) else [],
        "x-amazon-apigateway-integration": {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "passthroughBehavior": "never",
            "uri": uris[function],
        },
    }
    gateway |= {word: operation[word] for word in ("summary", "description", "tags") if word in operation}
    if "requestBody" in operation:
        gateway["requestBody"] = _content(operation["requestBody"])
    return gateway


def _parameters(item: Json, operation: Json) -> Iterable[Json]:
    return [*item.get("parameters", []), *operation.get("parameters", [])]


def _parameter(parameter: Json) -> Json:
    """A header the function refuses with its own status and code is not required here."""
    required = bool(parameter.get("required", False)) and parameter["in"] != "header"
    return {
        "name": parameter["name"],
        "in": parameter["in"],
        "required": required,
        "schema": schema(parameter.get("schema", {"type": "string"})),
    }


def _response(response: Json) -> Json:
    content = _content(response) if "content" in response else {}
    return {"description": response.get("description", ""), **content}


def _content(holder: Json) -> Json:
    kept = {kind: {"schema": schema(media.get("schema", {}))} for kind, media in holder["content"].items()}
    return {"content": kept, **({"required": True} if holder.get("required") else {})}


def _authorizer(pool_arn: str) -> Json:
    return {
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [pool_arn]},
    }


def _methods(item: Json) -> list[str]:
    """The methods of a path, as a browser and `Allow` name them."""
    return [verb.upper() for verb in VERBS if verb in item] + ["OPTIONS"]


def _path_parameters(item: Json) -> list[Json]:
    named = {
        parameter["name"]: _parameter(parameter)
        for verb in VERBS
        for parameter in _parameters(item, item.get(verb, {}))
        if parameter["in"] == "path"
    }
    return list(named.values())
