"""The OpenAPI document of a REST API: its operations, and what API Gateway checks before each."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, Map, Rule
from werkzeug.wrappers import Request

from localcloud.gateway.responses import Refusal
from localcloud.template import TemplateRefused

EXTENSION = "x-amazon-apigateway-"
_METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "x-amazon-apigateway-any-method")


class _GreedyPath(BaseConverter):
    regex = ".+"
    part_isolating = False


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

    def validate(self, request: Request, body: bytes) -> None:
        """Check parameters and body as the operation's request validator does; raises `Refusal`."""
        present: dict[str, Any] = {"query": request.args, "header": request.headers}
        missing = [name for where, name in self.required_parameters if name not in present[where]]
        if missing:
            message = f"Missing required request parameters: [{', '.join(missing)}]"
            raise Refusal("BAD_REQUEST_PARAMETERS", 400, message, detail=message)
        if not body and not self.body_required:
            return
        validator = self.body_schemas.get(request.mimetype or "application/json")
        if validator is None:
            return
        try:
            document = json.loads(body)
        except ValueError:
            raise Refusal("BAD_REQUEST_BODY", 400, "Invalid request body", detail="[not JSON]") from None
        wrong = [error.message for error in validator.iter_errors(document)]
        if wrong:
            raise Refusal("BAD_REQUEST_BODY", 400, "Invalid request body", detail=f"[{', '.join(wrong)}]")


class ApiDocument:
    """The operations of one document.

    Served are Lambda proxy and mock integrations, and Cognito authorizers; another raises `TemplateRefused`.
    """

    def __init__(self, document: Mapping[str, Any], *, check_integration: Callable[[str], object]) -> None:
        """Read it all; `check_integration` gets each integration's URI, to refuse now what would fail when asked."""
        self._document = document
        self._check_integration = check_integration
        self._operations = {
            path: {method: self._operation(path, item, method) for method in _METHODS if method in item}
            for path, item in document["paths"].items()
        }
        self._routes = Map(
            [Rule(_rule(path), endpoint=path) for path in self._operations],
            converters={"greedy": _GreedyPath},
            strict_slashes=False,
            merge_slashes=False,
        )

    def match(self, method: str, path: str) -> tuple[Operation, dict[str, str]]:
        """The operation of a request and its path parameters; raises `Refusal` where there is none."""
        try:
            route, parameters = self._routes.bind("local").match(path, method="GET")
        except HTTPException:
            raise Refusal("MISSING_AUTHENTICATION_TOKEN", 403, "Missing Authentication Token") from None
        operations = self._operations[route]
        named = operations.get(method.lower()) if method.isupper() else None
        operation = named or operations.get(f"{EXTENSION}any-method")
        if operation is None:
            raise Refusal("MISSING_AUTHENTICATION_TOKEN", 403, "Missing Authentication Token")
        return operation, dict(parameters)

    def _operation(self, path: str, item: Mapping[str, Any], method: str) -> Operation:
        definition = item[method]
        integration = definition.get(f"{EXTENSION}integration")
        if integration is None:
            raise TemplateRefused(f"{method.upper()} {path} has no integration")
        if integration["type"].lower() not in ("aws_proxy", "mock"):
            raise TemplateRefused(
                f"{method.upper()} {path}: integration type {integration['type']} is not served"
            )
        if "uri" in integration:
            self._check_integration(integration["uri"])
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
        for requirement in definition.get("security", self._document.get("security", [])):
            for name, scopes in requirement.items():
                scheme = self._document["components"]["securitySchemes"][name]
                authorizer = scheme.get(f"{EXTENSION}authorizer", {})
                if authorizer.get("type", "").lower() != "cognito_user_pools":
                    raise TemplateRefused(f"security scheme {name}: only Cognito user pools are served")
                return tuple(authorizer["providerARNs"]), tuple(scopes)
        return None, ()

    def _validator(self, definition: Mapping[str, Any]) -> tuple[bool, bool]:
        key = f"{EXTENSION}request-validator"
        name = definition.get(key, self._document.get(key))
        if name is None:
            return False, False
        rules = self._document.get(f"{EXTENSION}request-validators", {}).get(name)
        if rules is None:
            raise TemplateRefused(f"request validator {name!r} is not defined")
        return bool(rules.get("validateRequestBody")), bool(rules.get("validateRequestParameters"))

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in node:
            found: Any = self._document
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def _schema(self, schema: Mapping[str, Any]) -> jsonschema.Draft4Validator:
        components = _nullable_as_type(self._document.get("components", {}))
        return jsonschema.Draft4Validator({**_nullable_as_type(schema), "components": components})


def _rule(path: str) -> str:
    return re.sub(r"\{(\w+)\+\}", r"<greedy:\1>", path).replace("{", "<").replace("}", ">")


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
