"""The access log of the API: who called what, when and with what result, and nothing that tells about whom."""

import json

from tests.infra.conftest import Assembly


def test_a_line_says_when_who_what_and_how_it_ended(assembly: Assembly) -> None:
    [stage] = assembly.resources("AWS::ApiGateway::Stage").values()

    logged = json.loads(stage["Properties"]["AccessLogSetting"]["Format"])
    assert {logged[name] for name in ("at", "caller", "method", "route", "status", "trace_id")} == {
        "$context.requestTime",
        "$context.authorizer.claims.sub",
        "$context.httpMethod",
        "$context.resourcePath",
        "$context.status",
        "$context.requestId",
    }


def test_a_line_holds_no_path_query_address_or_claim_that_names_a_person(assembly: Assembly) -> None:
    [stage] = assembly.resources("AWS::ApiGateway::Stage").values()

    logged = stage["Properties"]["AccessLogSetting"]["Format"]
    for word in ("$context.path", "querystring", "sourceIp", "person_id", "username", "name", "header"):
        assert word not in logged
