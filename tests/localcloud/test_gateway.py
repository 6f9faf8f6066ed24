"""The API front answers as API Gateway would, from the deployed document."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import pytest
import requests

from localcloud.cloud import Cloud


@pytest.fixture
def post(served: Cloud) -> Any:
    def send(body: Any, path: str = "/things", **more: Any) -> requests.Response:
        return requests.post(served.url + path, json=body, timeout=30, **more)

    return send


def test_a_function_receives_the_request_as_payload_version_one(served: Cloud) -> None:
    answer = requests.get(
        served.url + "/things/%D8%A3%201?page=2&page=3&empty=", headers={"X-Twice": "a"}, timeout=10
    )

    event = answer.json()["event"]
    assert event["resource"] == "/things/{id}"
    assert event["pathParameters"] == {"id": "أ 1"}
    assert event["queryStringParameters"] == {"page": "3", "empty": ""}
    assert event["multiValueQueryStringParameters"] == {"page": ["2", "3"], "empty": [""]}
    assert event["headers"]["X-Twice"] == "a"
    assert event["body"] is None
    assert event["isBase64Encoded"] is False
    assert event["requestContext"]["stage"] == "live"
    assert event["requestContext"]["requestId"] == answer.headers["x-amzn-RequestId"]
    assert answer.json()["request_id"] != answer.headers["x-amzn-RequestId"]


def test_a_functions_headers_all_arrive(post: Any) -> None:
    answer = post({"do": "nothing"})

    assert answer.headers["X-Single"] == "one"
    assert answer.headers["X-Many"] == "one, two"
    assert answer.cookies.get_dict() == {"a": "1", "b": "2"}


def test_the_stage_is_served_under_its_own_address_too(served: Cloud) -> None:
    path = f"/restapis/{served.outputs['Rest']}/live/_user_request_/things/7"

    assert requests.get(served.url + path, timeout=10).json()["event"]["path"] == "/things/7"


def test_another_stage_is_forbidden(served: Cloud) -> None:
    path = f"/restapis/{served.outputs['Rest']}/other/_user_request_/things/7"

    assert requests.get(served.url + path, timeout=10).status_code == 403


def test_a_greedy_parameter_takes_the_rest_of_the_path(served: Cloud) -> None:
    event = requests.get(served.url + "/files/a/b/c.pdf", timeout=10).json()["event"]

    assert event["pathParameters"] == {"path": "a/b/c.pdf"}


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("DELETE", "/things")])
def test_what_the_document_does_not_name_is_missing_a_token(served: Cloud, method: str, path: str) -> None:
    answer = requests.request(method, served.url + path, timeout=10)

    assert (answer.status_code, answer.json()["message"]) == (403, "Missing Authentication Token")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"do": 1}', b'{"do": "x", "note": 3}'])
def test_a_body_that_breaks_the_schema_never_reaches_the_function(served: Cloud, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}

    answer = requests.post(served.url + "/things", data=body, headers=headers, timeout=10)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.headers["X-Refused-By"] == "edge"
    assert answer.json()["detail"]


def test_null_is_allowed_where_the_document_says_nullable(post: Any) -> None:
    assert post({"do": "nothing", "note": None}).status_code == 200


def test_a_required_query_parameter_is_required(served: Cloud) -> None:
    answer = requests.get(served.url + "/things", timeout=10)

    assert answer.status_code == 400
    assert answer.json()["message"] == "Missing required request parameters: [page]"


def test_a_preflight_is_answered_by_the_mock_integration(served: Cloud) -> None:
    answer = requests.options(served.url + "/things", timeout=10)

    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:8080"


def test_a_body_of_bytes_arrives_encoded_and_bytes_come_back(served: Cloud, post: Any) -> None:
    sent = requests.post(served.url + "/files/x", data=b"\xff\xfe", timeout=10).json()["event"]
    returned = post({"do": "bytes"})

    assert (sent["body"], sent["isBase64Encoded"]) == ("//4=", True)
    assert returned.content == bytes(range(256))


def test_eleven_megabytes_are_too_long(served: Cloud) -> None:
    answer = requests.post(served.url + "/files/x", data=bytes(11 * 1024 * 1024), timeout=30)

    assert answer.status_code == 413


@pytest.mark.parametrize("what", ["raise", "crash", "malform"])
def test_a_function_that_fails_is_a_bad_gateway(post: Any, what: str) -> None:
    answer = post({"do": what})

    assert (answer.status_code, answer.json()) == (502, {"message": "Internal server error"})


def test_a_function_that_crashed_serves_the_next_caller(post: Any) -> None:
    post({"do": "crash"})

    assert post({"do": "nothing"}).status_code == 200


def test_a_function_that_overruns_is_a_gateway_timeout(post: Any) -> None:
    begun = time.monotonic()

    answer = post({"do": "sleep", "seconds": 20})

    assert answer.status_code == 504
    assert time.monotonic() - begun < 6


def test_twenty_callers_at_once_are_all_answered(post: Any) -> None:
    with ThreadPoolExecutor(20) as callers:
        statuses = list(
            callers.map(lambda number: post({"do": "put", "pk": f"c{number}"}).status_code, range(100))
        )

    assert statuses == [200] * 100


def test_a_function_is_served_by_few_processes(post: Any) -> None:
    with ThreadPoolExecutor(10) as callers:
        pids = set(callers.map(lambda number: post({"do": "nothing"}).json()["pid"], range(30)))

    assert 1 <= len(pids) <= 4


@pytest.fixture
def people(served: Cloud) -> dict[str, str]:
    return _tokens(served, "People")


def _tokens(cloud: Cloud, pool: str) -> dict[str, str]:
    cognito = cloud.client("cognito-idp")
    pool_id, client_id = cloud.outputs[pool], cloud.outputs[f"{pool}Client"]
    name = f"sara-{time.time_ns()}"
    attributes = [{"Name": "custom:national_id", "Value": "1000000008"}]
    cognito.admin_create_user(UserPoolId=pool_id, Username=name, UserAttributes=attributes)
    cognito.admin_set_user_password(
        UserPoolId=pool_id, Username=name, Password="Long-enough-9!", Permanent=True
    )
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool_id,
        ClientId=client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": "Long-enough-9!"},
    )["AuthenticationResult"]
    return {**answer, "name": name}


def _mine(cloud: Cloud, authorization: str | None) -> requests.Response:
    headers = {"Authorization": authorization} if authorization is not None else {}
    return requests.get(cloud.url + "/mine", headers=headers, timeout=10)


@pytest.mark.parametrize("prefix", ["Bearer ", "bearer ", ""])
def test_an_id_token_says_who_is_calling(served: Cloud, people: dict[str, str], prefix: str) -> None:
    answer = _mine(served, prefix + people["IdToken"])

    claims = answer.json()["event"]["requestContext"]["authorizer"]["claims"]
    assert claims["cognito:username"] == people["name"]
    assert claims["custom:national_id"] == "1000000008"
    assert isinstance(claims["exp"], str)


def _without_signature(token: str) -> str:
    import base64

    header = base64.urlsafe_b64encode(b'{"alg":"none","kid":"dummy"}').rstrip(b"=").decode()
    return f"{header}.{token.split('.')[1]}."


def _signed_with(token: str, algorithm: str) -> str:
    import jwt

    claims = jwt.decode(token, options={"verify_signature": False})
    if algorithm == "HS256":
        return jwt.encode(claims, "x" * 40, "HS256", headers={"kid": "dummy"})
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims, key, "RS256", headers={"kid": "dummy"})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tokens: None,
        lambda tokens: "",
        lambda tokens: "Bearer garbage",
        lambda tokens: tokens["AccessToken"],
        lambda tokens: tokens["IdToken"][:-4] + "AAAA",
        lambda tokens: _without_signature(tokens["IdToken"]),
        lambda tokens: _signed_with(tokens["IdToken"], "HS256"),
        lambda tokens: _signed_with(tokens["IdToken"], "RS256"),
    ],
    ids=["absent", "empty", "garbage", "access", "altered", "none", "hmac", "own-key"],
)
def test_a_token_that_does_not_count_is_unauthorized(
    served: Cloud, people: dict[str, str], spoil: Any
) -> None:
    answer = _mine(served, spoil(people))

    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized"})


def test_a_token_of_another_pool_is_unauthorized(served: Cloud) -> None:
    assert _mine(served, _tokens(served, "Strangers")["IdToken"]).status_code == 401


def test_an_expired_token_is_unauthorized(served: Cloud) -> None:
    from unittest import mock

    with mock.patch("moto.cognitoidp.models.time.time", return_value=time.time() - 301):
        token = _tokens(served, "People")["IdToken"]

    assert _mine(served, token).status_code == 401


def test_pages_answer_a_loopback_name_only(served: Cloud) -> None:
    answer = requests.get(served.url + "/_local/outputs", headers={"Host": "evil.example"}, timeout=10)

    assert answer.status_code == 403


def test_another_sites_form_can_not_steer_the_cloud(served: Cloud) -> None:
    headers = {"Origin": "https://evil.example"}

    assert requests.post(served.url + "/_local/redeliver", headers=headers, timeout=10).status_code == 403
    assert (
        requests.post(
            served.url + "/_local/redeliver", headers={"Origin": served.url}, timeout=10
        ).status_code
        == 200
    )


@pytest.mark.parametrize("path", ["/", "/docs", "/a-table"])
def test_pages_have_a_strict_policy_and_nothing_inline(served: Cloud, path: str) -> None:
    served.register_table("/a-table", title={"en": "A table"}, columns=[("a", "A")], rows=lambda: [{"a": 1}])

    answer = requests.get(served.url + path, timeout=10)

    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'; img-src 'self' data:")
    assert "<script>" not in answer.text
    assert "style=" not in answer.text


def test_the_documentation_page_needs_nothing_from_elsewhere(served: Cloud) -> None:
    page = requests.get(served.url + "/docs", timeout=10).text
    document = requests.get(served.url + "/openapi.json", timeout=10).json()

    assert "://" not in page
    assert document["paths"]
    assert len(requests.get(served.url + "/_local/static/swagger-ui.js", timeout=10).content) > 500_000


def test_a_registered_table_is_a_page_and_a_document(served: Cloud) -> None:
    columns = [("at", "At"), ("to", "To"), ("text", "Message"), ("provider", "Provider")]
    served.register_table(
        "/outbox",
        title={"en": "Outbox"},
        columns=columns,
        rows=lambda: [{"at": "now", "to": "+966500000000", "text": "رمز <b>", "provider": "one"}],
    )

    page = requests.get(served.url + "/outbox", timeout=10).text
    document = requests.get(served.url + "/outbox.json", timeout=10).json()

    assert "رمز &lt;b&gt;" in page
    assert document == [{"at": "now", "to": "+966500000000", "text": "رمز <b>", "provider": "one"}]
    assert "/outbox" in requests.get(served.url + "/", timeout=10).text


def test_calls_are_counted_for_the_function_and_the_request_that_made_them(served: Cloud, post: Any) -> None:
    answer = post({"do": "put", "pk": "counted", "times": 3})
    trace = answer.headers["X-Amzn-Trace-Id"].removeprefix("Root=")

    calls = requests.get(f"{served.url}/_local/calls/{trace}", timeout=10).json()["invocations"]

    assert [one["calls"] for one in calls] == [["dynamodb.PutItem"] * 3]
    assert calls[0]["trigger"] == "POST /things"


@pytest.mark.parametrize(("when", "stored"), [("before", 1), ("after", 2)])
def test_a_fault_kills_the_function_around_its_call(
    served: Cloud, post: Any, when: Literal["before", "after"], stored: int
) -> None:
    served.arm(served.outputs["Api"], call=2, when=when)
    pk = f"fault-{when}"

    killed = post({"do": "put", "pk": pk, "times": 3})

    count = served.client("dynamodb").query(
        TableName=served.outputs["Table"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": pk}},
    )["Count"]
    assert killed.status_code == 502
    assert count == stored
    assert post({"do": "put", "pk": pk, "times": 3}).status_code == 200


def test_a_fault_that_could_never_happen_is_refused(served: Cloud) -> None:
    body = json.dumps({"function": served.outputs["Api"], "call": 0, "when": "during"})

    assert requests.post(served.url + "/_local/faults", data=body, timeout=10).status_code == 400
