"""Data is kept as AWS keeps it: atomic writes, transactions once, uploads held to policy, keys, tokens."""

import base64
import hashlib
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from localcloud.cloud import Cloud
from tests.localcloud.conftest import eventually, received


def _remote(cloud: Cloud, service: str) -> Any:
    """A client that goes through the served port, as a function's does."""
    return boto3.client(
        service,
        region_name=cloud.region,
        endpoint_url=cloud.url,
        aws_access_key_id="AKIALOCALCLOUD000000",
        aws_secret_access_key="local-cloud-secret",
    )


def _key(pk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": "total"}}


def test_twenty_writers_lose_no_update(served: Cloud) -> None:
    table = served.outputs["Table"]
    body = {"do": "add", "pk": "counted-by-many"}

    with ThreadPoolExecutor(20) as writers:
        list(writers.map(lambda _: requests.post(served.url + "/things", json=body, timeout=30), range(200)))

    item = served.client("dynamodb").get_item(TableName=table, Key=_key("counted-by-many"))["Item"]
    assert item["amount"] == {"N": "200"}


def test_twenty_threads_on_the_port_take_a_thing_once(served: Cloud) -> None:
    table = served.outputs["Table"]
    client = _remote(served, "dynamodb")
    gate = threading.Barrier(20)

    def take(number: int) -> bool:
        gate.wait()
        try:
            client.put_item(
                TableName=table,
                Item={**_key("taken-once"), "by": {"N": str(number)}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    with ThreadPoolExecutor(20) as takers:
        assert sum(takers.map(take, range(20))) == 1


def _transfer(table: str, pk: str, token: str, amount: str = "1") -> dict[str, Any]:
    update = {
        "TableName": table,
        "Key": _key(pk),
        "UpdateExpression": "ADD amount :n",
        "ExpressionAttributeValues": {":n": {"N": amount}},
    }
    return {"TransactItems": [{"Update": update}], "ClientRequestToken": token}


def test_a_transaction_repeated_with_its_token_happens_once(served: Cloud) -> None:
    table = served.outputs["Table"]
    client = _remote(served, "dynamodb")

    for _ in range(3):
        client.transact_write_items(**_transfer(table, "token", "t" * 36))

    assert client.get_item(TableName=table, Key=_key("token"))["Item"]["amount"] == {"N": "1"}


def test_a_token_used_with_something_else_is_refused(served: Cloud) -> None:
    table = served.outputs["Table"]
    client = _remote(served, "dynamodb")
    client.transact_write_items(**_transfer(table, "mismatch", "m" * 36))

    with pytest.raises(client.exceptions.IdempotentParameterMismatchException):
        client.transact_write_items(**_transfer(table, "mismatch", "m" * 36, amount="2"))


def test_a_hundred_items_are_read_or_written_at_one_moment(served: Cloud) -> None:
    client, table = _remote(served, "dynamodb"), served.outputs["Table"]
    keys = [_key(f"hundred-{place:03d}") for place in range(100)]

    client.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": key}} for key in keys])
    found = client.transact_get_items(
        TransactItems=[{"Get": {"TableName": table, "Key": key}} for key in keys]
    )

    assert [response["Item"] for response in found["Responses"]] == keys


def test_a_refused_transaction_leaves_nothing_behind(served: Cloud) -> None:
    table = served.outputs["Table"]
    client = served.client("dynamodb")
    client.put_item(TableName=table, Item={**_key("kept"), "amount": {"N": "7"}})
    absent = {"TableName": table, "Key": _key("absent"), "ConditionExpression": "attribute_exists(pk)"}
    items = [
        {"Put": {"TableName": table, "Item": {**_key("half-done"), "kind": {"S": "event"}}}},
        {"Put": {"TableName": table, "Item": {**_key("kept"), "amount": {"N": "8"}}}},
        {"ConditionCheck": absent},
    ]

    with pytest.raises(client.exceptions.TransactionCanceledException) as cancelled:
        client.transact_write_items(TransactItems=items)

    reasons = [reason["Code"] for reason in cancelled.value.response["CancellationReasons"]]
    assert reasons == ["None", "None", "ConditionalCheckFailed"]
    assert "Item" not in client.get_item(TableName=table, Key=_key("half-done"))
    assert client.get_item(TableName=table, Key=_key("kept"))["Item"]["amount"] == {"N": "7"}


EVERY_TYPE = {
    "S": {"S": "نص"},
    "N": {"N": "-1.5"},
    "B": {"B": b"\x00\xff"},
    "BOOL": {"BOOL": False},
    "NULL": {"NULL": True},
    "M": {"M": {"deep": {"L": [{"N": "1"}, {"M": {}}, {"B": b"x"}]}}},
    "L": {"L": []},
    "SS": {"SS": ["a", "b"]},
    "NS": {"NS": ["1", "2"]},
    "BS": {"BS": [b"a", b"b"]},
}


@pytest.mark.parametrize("kind", EVERY_TYPE)
def test_every_type_of_attribute_comes_back_as_it_was_stored(served: Cloud, kind: str) -> None:
    client = _remote(served, "dynamodb")
    item = {**_key(f"type-{kind}"), "value": EVERY_TYPE[kind]}

    client.put_item(TableName=served.outputs["Table"], Item=item)

    assert client.get_item(TableName=served.outputs["Table"], Key=_key(f"type-{kind}"))["Item"] == item


@pytest.mark.alone
def test_a_transaction_does_not_slow_down_with_its_table(served: Cloud) -> None:
    """Against itself on the small table, so that the machine does not matter."""
    table = served.outputs["Table"]
    client = served.client("dynamodb")
    small = _fastest_transfer(client, table, name="small")
    for start in range(0, 1000, 25):
        rows = [
            {"PutRequest": {"Item": {"pk": {"S": f"row{start + n}"}, "sk": {"S": "bulk"}}}} for n in range(25)
        ]
        client.batch_write_item(RequestItems={table: rows})

    assert _fastest_transfer(client, table, name="large") < 5 * small


def _fastest_transfer(client: Any, table: str, *, name: str) -> float:
    """The shortest of twenty transactions, in seconds: what it takes when nothing else is in the way."""
    spans = []
    for number in range(20):
        begun = time.monotonic()
        client.transact_write_items(**_transfer(table, name, f"{name}-{number:032d}"))
        spans.append(time.monotonic() - begun)
    return min(spans)


CONTENT = b"%PDF-1.7 synthetic"
DIGEST = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()


def _form(cloud: Cloud, *, expires: int = 60) -> dict[str, Any]:
    fields = {"Content-Type": "application/pdf", "x-amz-checksum-sha256": DIGEST, "x-amz-meta-request": "r1"}
    conditions = [
        {"Content-Type": "application/pdf"},
        {"x-amz-checksum-sha256": DIGEST},
        ["starts-with", "$x-amz-meta-request", "r"],
        ["content-length-range", 5, 30],
    ]
    made: dict[str, Any] = _remote(cloud, "s3").generate_presigned_post(
        Bucket=cloud.outputs["Bucket"],
        Key="quarantine/one.pdf",
        Fields=fields,
        Conditions=conditions,
        ExpiresIn=expires,
    )
    return made


def _upload(form: dict[str, Any], content: bytes = CONTENT, **changed: str | None) -> requests.Response:
    fields = {**form["fields"], **{name.replace("_", "-"): value for name, value in changed.items()}}
    kept = {name: value for name, value in fields.items() if value is not None}
    headers = {"Origin": "http://localhost:8080"}
    return requests.post(
        form["url"], data=kept, files={"file": ("a.pdf", content)}, headers=headers, timeout=10
    )


def test_an_upload_that_keeps_to_its_policy_is_stored_and_announced_once(served: Cloud) -> None:
    received(served, "Mail")

    answer = _upload(_form(served))

    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:8080"
    stored = served.client("s3").get_object(Bucket=served.outputs["Bucket"], Key="quarantine/one.pdf")
    assert (stored["Body"].read(), stored["ContentType"]) == (CONTENT, "application/pdf")
    assert stored["Metadata"] == {"request": "r1"}
    [event] = [json.loads(body) for body in eventually(lambda: received(served, "Mail"))]
    assert event["detail-type"] == "Object Created"
    assert event["detail"]["object"]["version-id"] == stored["VersionId"]
    assert event["detail"]["object"]["size"] == len(CONTENT)


def test_every_object_is_an_event_of_its_own(served: Cloud) -> None:
    received(served, "Mail")
    for _ in range(3):
        _upload(_form(served))

    assert served.settle()
    events = [json.loads(body) for body in received(served, "Mail")]
    assert len({event["id"] for event in events}) == 3
    assert len({event["detail"]["object"]["sequencer"] for event in events}) == 3
    assert len({event["detail"]["object"]["version-id"] for event in events}) == 3


BAD_UPLOADS: dict[str, tuple[dict[str, Any], int]] = {
    "another key": ({"key": "clean/one.pdf"}, 403),
    "another type": ({"Content_Type": "text/html"}, 403),
    "another request": ({"x_amz_meta_request": "q"}, 403),
    "another checksum": ({"x_amz_checksum_sha256": "A" * 43 + "="}, 403),
    "a checksum that is not the content's": ({"content": b"%PDF-1.7 other"}, 400),
    "too small": ({"content": b"%PDF"}, 400),
    "too large": ({"content": b"x" * 31}, 400),
    "an extra field": ({"acl": "public-read"}, 403),
    "no signature": ({"x_amz_signature": None}, 403),
    "another signature": ({"x_amz_signature": "0" * 64}, 403),
    "no policy": ({"policy": None}, 403),
    "another policy": (
        {"policy": base64.b64encode(b'{"expiration":"2099-01-01T00:00:00Z","conditions":[]}').decode()},
        403,
    ),
    "an unknown key id": ({"x_amz_credential": "AKIASOMEBODYELSE/20261122/me-south-1/s3/aws4_request"}, 403),
    "another day's credential": (
        {"x_amz_credential": "AKIALOCALCLOUD000000/20200101/me-south-1/s3/aws4_request"},
        403,
    ),
    "a missing field a condition names": ({"x_amz_meta_request": None}, 403),
    "a missing checksum": ({"x_amz_checksum_sha256": None}, 403),
}


@pytest.mark.parametrize("case", BAD_UPLOADS)
def test_an_upload_that_breaks_its_policy_is_refused(served: Cloud, case: str) -> None:
    changes, status = BAD_UPLOADS[case]
    received(served, "Mail")

    answer = _upload(_form(served), **changes)

    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/xml")
    assert served.settle()
    assert received(served, "Mail") == []


def test_an_upload_after_its_time_is_refused(served: Cloud) -> None:
    assert "Policy expired" in _upload(_form(served, expires=-1)).text


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unsigned_request_for_an_object_is_refused(served: Cloud, method: str) -> None:
    url = f"{served.url}/{served.outputs['Bucket']}/quarantine/one.pdf"

    assert requests.request(method, url, timeout=10).status_code == 403


def _link(cloud: Cloud, *, expires: int = 60) -> str:
    cloud.client("s3").put_object(Bucket=cloud.outputs["Bucket"], Key="read/a b.pdf", Body=CONTENT)
    wanted = {"Bucket": cloud.outputs["Bucket"], "Key": "read/a b.pdf"}
    client = boto3.client(
        "s3",
        region_name=cloud.region,
        endpoint_url=cloud.url,
        aws_access_key_id="AKIALOCALCLOUD000000",
        aws_secret_access_key="local-cloud-secret",
        config=Config(signature_version="s3v4"),
    )
    return str(client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=expires))


def test_a_signed_link_gives_its_object(served: Cloud) -> None:
    assert requests.get(_link(served), timeout=10).content == CONTENT


@pytest.mark.parametrize(
    "spoil",
    [
        lambda link: link.replace("read/", "other/"),
        lambda link: link.replace("Expires=60", "Expires=6000"),
        lambda link: link[:-4] + "0000",
        lambda link: link.split("&X-Amz-Signature")[0],
        lambda link: link + "&response-content-type=text/html",
        lambda link: link.replace("AKIALOCALCLOUD000000", "AKIASOMEBODYELSE0000"),
    ],
    ids=["another key", "longer", "another signature", "no signature", "another parameter", "another signer"],
)
def test_a_link_that_was_not_signed_so_is_refused(served: Cloud, spoil: Any) -> None:
    assert requests.get(spoil(_link(served)), timeout=10).status_code == 403


def test_a_link_after_its_time_is_refused(served: Cloud) -> None:
    assert "expired" in requests.get(_link(served, expires=-1), timeout=10).text


@pytest.mark.parametrize(("origin", "status"), [("http://localhost:8080", 200), ("http://evil.example", 403)])
def test_a_preflight_is_held_to_the_buckets_rules(served: Cloud, origin: str, status: int) -> None:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}

    answer = requests.options(f"{served.url}/{served.outputs['Bucket']}", headers=headers, timeout=10)

    assert answer.status_code == status


def test_a_mac_key_of_the_template_makes_and_verifies_codes(served: Cloud) -> None:
    kms = _remote(served, "kms")
    asked = {"KeyId": served.outputs["Mac"], "Message": b"1000000008", "MacAlgorithm": "HMAC_SHA_256"}

    mac = kms.generate_mac(**asked)["Mac"]

    assert kms.verify_mac(**asked, Mac=mac)["MacValid"] is True
    with pytest.raises(kms.exceptions.KMSInvalidMacException):
        kms.verify_mac(**asked, Mac=bytes(32))


def test_an_encryption_context_is_part_of_the_key(served: Cloud) -> None:
    kms = _remote(served, "kms")
    made = kms.generate_data_key(
        KeyId=served.outputs["Data"], KeySpec="AES_256", EncryptionContext={"person": "one"}
    )

    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"person": "one"})

    assert opened["Plaintext"] == made["Plaintext"]
    with pytest.raises(ClientError):
        kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"person": "two"})


def test_a_secret_of_the_template_can_be_read_and_replaced(served: Cloud) -> None:
    secrets = _remote(served, "secretsmanager")
    name = served.outputs["Secret"]
    assert secrets.get_secret_value(SecretId=name)["SecretString"] == '{"url": "none"}'

    secrets.put_secret_value(SecretId=name, SecretString='{"url": "here"}')

    assert secrets.get_secret_value(SecretId=name)["SecretString"] == '{"url": "here"}'


def _sign_in(cloud: Cloud) -> tuple[Any, dict[str, str], dict[str, str]]:
    cognito = _remote(cloud, "cognito-idp")
    place = {"UserPoolId": cloud.outputs["People"], "ClientId": cloud.outputs["PeopleClient"]}
    name = f"user{time.time_ns()}"
    cognito.admin_create_user(UserPoolId=place["UserPoolId"], Username=name)
    cognito.admin_set_user_password(
        UserPoolId=place["UserPoolId"], Username=name, Password="Long-enough-9!", Permanent=True
    )
    answer = cognito.admin_initiate_auth(
        **place,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": "Long-enough-9!"},
    )
    return cognito, {**place, "name": name}, answer["AuthenticationResult"]


def _life(token: str) -> int:
    import jwt

    claims = jwt.decode(token, options={"verify_signature": False})
    return int(claims["exp"] - claims["iat"])


def test_tokens_live_as_long_as_their_client_says(served: Cloud) -> None:
    _, _, tokens = _sign_in(served)

    assert (_life(tokens["IdToken"]), _life(tokens["AccessToken"])) == (300, 600)


def test_a_refresh_token_gives_new_tokens_until_sign_out(served: Cloud) -> None:
    cognito, place, tokens = _sign_in(served)
    name = place.pop("name")
    again = {
        **place,
        "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": {"REFRESH_TOKEN": tokens["RefreshToken"]},
    }
    assert cognito.admin_initiate_auth(**again)["AuthenticationResult"]["IdToken"]

    cognito.admin_user_global_sign_out(UserPoolId=place["UserPoolId"], Username=name)

    with pytest.raises(cognito.exceptions.NotAuthorizedException):
        cognito.admin_initiate_auth(**again)


def test_a_refresh_token_expires(served: Cloud) -> None:
    from unittest import mock

    cognito, place, tokens = _sign_in(served)
    place.pop("name")
    later = time.time() + 3601

    with (
        mock.patch("localcloud.shims.cognito_tokens.time.time", return_value=later),
        pytest.raises(cognito.exceptions.NotAuthorizedException),
    ):
        cognito.admin_initiate_auth(
            **place, AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": tokens["RefreshToken"]}
        )
