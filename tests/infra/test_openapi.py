"""The document API Gateway imports says what ours says, in the words it understands."""

import json
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from infra import openapi
from infra.api import DOCUMENT
from infra.gateway_answers import GATEWAY_PROBLEMS, METHOD_NOT_ALLOWED
from tests.unit.edge.faults import faults
from tools.openapi import refuse_namesakes

POOL = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/p"
ORIGIN = "https://eservices.example.sa"
SMALL: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Small", "version": "1"},
    "security": [{"session": []}],
    "paths": {
        "/v1/things/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "put": {
                "x-ishtirak-function": "edit_request",
                "parameters": [
                    {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}
                ],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A_Thing"}}}
                },
                "responses": {"200": {"$ref": "#/components/responses/Thing"}},
            },
        },
        "/v1/open": {"post": {"x-ishtirak-function": "sign_in", "security": [], "responses": {}}},
    },
    "components": {
        "schemas": {
            "A_Thing": {"type": "object", "properties": {"title": {"type": "string", "title": "Title"}}}
        },
        "responses": {
            "Thing": {
                "description": "A thing",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A_Thing"}}},
            }
        },
    },
}


def converted(document: Any = SMALL, origins: tuple[str, ...] = (ORIGIN,)) -> dict[str, Any]:
    uris = {
        openapi.function_of(path, verb, operation): "arn:aws:uri"
        for path, verb, operation in openapi.operations(document)
    }
    return openapi.gateway_document(document, uris=uris, pool_arn=POOL, web_origins=origins)


def committed() -> Any:
    return json.loads(DOCUMENT.read_text(encoding="utf-8"))


def test_the_committed_document_converts_to_valid_openapi_3_0() -> None:
    document = converted(committed())

    assert document["openapi"] == "3.0.1"
    OpenAPIV30SpecValidator(json.loads(json.dumps(document))).validate()


def test_no_operation_is_lost_or_added() -> None:
    ours = {(path, verb) for path, verb, _ in openapi.operations(committed())}
    theirs = {(path, verb) for path, verb, _ in openapi.operations(converted(committed()))}

    assert ours == theirs
    assert ours


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"const": "a"}, {"enum": ["a"]}),
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {"type": "integer", "nullable": True}),
        (
            {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]},
            {"allOf": [{"$ref": "#/components/schemas/A"}], "nullable": True},
        ),
        (
            {"oneOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}]},
            {"oneOf": [{"type": "integer"}, {"type": "string"}], "nullable": True},
        ),
        ({"exclusiveMinimum": 0}, {"exclusiveMinimum": True, "minimum": 0}),
        ({"title": "A", "examples": [1], "type": "integer"}, {"type": "integer"}),
        ({"properties": {"title": {"type": "string"}}}, {"properties": {"title": {"type": "string"}}}),
        ({"default": {"const": 1}}, {"default": {"const": 1}}),
    ],
)
def test_a_schema_is_said_in_the_older_words(ours: Any, theirs: Any) -> None:
    assert openapi.schema(ours) == theirs


def test_a_type_without_counterpart_is_refused() -> None:
    with pytest.raises(openapi.DocumentError, match="no counterpart"):
        openapi.schema({"type": ["string", "integer"]})


def test_names_the_gateway_does_not_allow_are_made_plain_everywhere() -> None:
    document = converted()

    assert document["components"]["schemas"].keys() == {"AThing"}
    assert "A_Thing" not in json.dumps(document)


def test_two_names_that_become_one_are_refused() -> None:
    clashing = {**SMALL, "components": {**SMALL["components"], "schemas": {"A_Thing": {}, "AThing": {}}}}

    with pytest.raises(openapi.DocumentError, match="differ only"):
        converted(clashing)


def test_a_session_is_asked_for_unless_the_operation_is_open() -> None:
    paths = converted()["paths"]

    assert paths["/v1/things/{id}"]["put"]["security"] == [{"session": []}]
    assert paths["/v1/open"]["post"]["security"] == []


def test_a_header_is_left_to_the_function_to_refuse() -> None:
    parameters = converted()["paths"]["/v1/things/{id}"]["put"]["parameters"]

    assert {parameter["name"]: parameter["required"] for parameter in parameters} == {
        "id": True,
        "If-Match": False,
    }


def test_an_operation_without_a_function_is_refused() -> None:
    nameless = {**SMALL, "paths": {"/v1/open": {"post": {"responses": {}}}}}

    with pytest.raises(openapi.DocumentError, match="POST /v1/open names no function"):
        converted(nameless)


def test_no_two_operations_share_a_name() -> None:
    names = [operation["operationId"] for _, _, operation in openapi.operations(committed())]

    assert len(names) == len(set(names)) > 30


def test_namesakes_are_refused_when_the_document_is_written() -> None:
    paths = {"/v1/a": {"get": {"operationId": "read"}}, "/v1/b": {"get": {"operationId": "read"}}}

    with pytest.raises(SystemExit, match="read is the name of 2 operations: GET /v1/a, GET /v1/b"):
        refuse_namesakes({"paths": paths})


def test_an_operation_of_a_function_nobody_deploys_is_refused() -> None:
    with pytest.raises(openapi.DocumentError, match="which no stack deploys"):
        openapi.gateway_document(SMALL, uris={}, pool_arn=POOL, web_origins=[ORIGIN])


def test_every_path_answers_a_browsers_preflight_without_a_function() -> None:
    for item in converted(committed())["paths"].values():
        integration = item["options"]["x-amazon-apigateway-integration"]
        answered = integration["responses"]["default"]["responseParameters"]
        assert integration["type"] == "mock"
        assert answered["method.response.header.Access-Control-Allow-Origin"] == f"'{ORIGIN}'"
        assert item["options"]["security"] == []


def test_every_path_answers_the_methods_it_does_not_have() -> None:
    for path, item in converted(committed())["paths"].items():
        answered = item["x-amazon-apigateway-any-method"]["x-amazon-apigateway-integration"]["responses"]
        allowed = answered["default"]["responseParameters"]["method.response.header.Allow"].strip("'")
        assert answered["default"]["statusCode"] == "405"
        assert {*allowed.lower().split(",")} == item.keys() - {"x-amazon-apigateway-any-method"}, path
        problem = json.loads(answered["default"]["responseTemplates"]["application/json"])
        assert (problem["status"], problem["code"]) == (405, "method_not_allowed")


def test_a_second_origin_is_answered_by_name_and_any_other_is_not() -> None:
    preflight = converted(origins=(ORIGIN, "https://second.example.sa"))["paths"]["/v1/open"]["options"]
    template = preflight["x-amazon-apigateway-integration"]["responses"]["default"]["responseTemplates"]

    assert '$origin == "https://second.example.sa"' in template["application/json"]
    assert "*" not in template["application/json"]


def test_the_gateways_own_refusals_are_problems_a_page_may_read() -> None:
    responses = converted()["x-amazon-apigateway-gateway-responses"]

    assert {"DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED", "THROTTLED"} <= responses.keys()
    for response in responses.values():
        problem = json.loads(response["responseTemplates"]["application/json"])
        assert {"type", "title", "detail", "code", "trace_id"} <= problem.keys()
        assert problem.get("status") == response.get("statusCode")
        assert response["responseParameters"]["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'"
        assert (
            response["responseParameters"]["gatewayresponse.header.Content-Type"]
            == "'application/problem+json'"
        )


def test_what_the_gateway_itself_answers_is_fit_to_be_read() -> None:
    told = [
        (language, text)
        for ar, en in (*((ar, en) for *_, ar, en in GATEWAY_PROBLEMS), METHOD_NOT_ALLOWED[1:])
        for language, text in (("ar", ar), ("en", en))
    ]

    assert [text for language, text in told if faults(language, text)] == []
