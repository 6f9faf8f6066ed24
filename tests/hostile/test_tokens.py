"""A token that is not the pool's own, in date and of the right shape, says nobody: 401, as a problem (H51)."""

import base64
import gzip
import json
import time
from pathlib import Path
from typing import Any

import jwt
import moto.cognitoidp
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.flows.world import World
from tests.hostile.wire import Told, send


def signing_key() -> Any:
    """The key every pool of the local cloud signs with: published, so anybody can try what a thief of ours would."""
    packed = Path(moto.cognitoidp.__file__).with_name("resources") / "jwks-private.json.gz"
    return jwt.PyJWK(json.loads(gzip.decompress(packed.read_bytes())), "RS256").key


def genuine(world: World) -> str:
    return str(world.holding_a_token("majid").token)


def claims_in(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def signed(claims: dict[str, Any], token: str, **header: Any) -> str:
    """A token with those claims, signed as the pool signs."""
    headers = {"kid": jwt.get_unverified_header(token)["kid"], **header}
    return jwt.encode(claims, signing_key(), "RS256", headers=headers)


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def asked(world: World, authorization: str) -> Told:
    return send(world, "GET", "/v1/requests", headers=[("Authorization", authorization)])


def assert_nobody(world: World, token: str) -> None:
    answer = asked(world, f"Bearer {token}")

    assert (answer.status, answer.code) == (401, "not_signed_in")


def test_a_token_of_the_pool_signed_again_is_accepted(served: World) -> None:
    """Or the refusals below would say nothing."""
    token = genuine(served)

    assert asked(served, f"Bearer {signed(claims_in(token), token)}").status == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": ["client", "other"]},
        {"aud": {"client": 1}},
        {"aud": 7},
        {"aud": None},
        {"aud": "another-client"},
        {"aud": ""},
        {"iss": ["https://issuer"]},
        {"iss": {"a": 1}},
        {"iss": 7},
        {"iss": "https://cognito-idp.me-central-1.amazonaws.com/me-central-1_other"},
        {"exp": "soon"},
        {"exp": [1]},
        {"exp": {"at": 1}},
        {"exp": None},
        {"exp": float("inf")},
        {"iat": [1]},
        {"iat": "yesterday"},
        {"nbf": {"a": 1}},
        {"nbf": 10**11},
        {"sub": None},
        {"sub": ["a"]},
        {"token_use": "access"},
        {"token_use": ["id"]},
        {"token_use": None},
        {"custom:person_id": ""},
    ],
    ids=lambda changed: f"{next(iter(changed))}={str(next(iter(changed.values())))[:24]}",
)
def test_a_claim_of_another_value_or_shape_says_nobody(served: World, changed: dict[str, Any]) -> None:
    token = genuine(served)
    forged = {name: value for name, value in (claims_in(token) | changed).items() if value is not None}
    payload = part(forged)
    head = part({"alg": "RS256", "kid": jwt.get_unverified_header(token)["kid"]})
    signature = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256).sign(
        f"{head}.{payload}".encode(), signing_key()
    )
    encoded = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
    answer = asked(served, f"Bearer {head}.{payload}.{encoded}")

    assert answer.status == 401
    assert answer.code in ("not_signed_in", "not_authentic")


@pytest.mark.parametrize("seconds", [1, 3_600])
def test_a_token_that_ran_out_says_nobody(served: World, seconds: int) -> None:
    token = genuine(served)
    assert_nobody(served, signed(claims_in(token) | {"exp": int(time.time()) - seconds}, token))


def test_a_role_written_into_a_token_says_nobody(served: World) -> None:
    """The claims edited, the signature left as it was."""
    head, _, signature = genuine(served).split(".")
    promoted = claims_in(genuine(served)) | {"cognito:groups": ["officer", "supervisor"]}

    assert_nobody(served, f"{head}.{part(promoted)}.{signature}")


def test_no_signature_another_algorithm_and_another_key_say_nobody(served: World) -> None:
    token = genuine(served)
    claims, kid = claims_in(token), jwt.get_unverified_header(token)["kid"]
    stranger = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)

    for forged in (
        f"{part({'alg': 'none', 'kid': kid})}.{part(claims)}.",
        f"{part({'alg': 'NONE', 'kid': kid})}.{part(claims)}.",
        f"{part({'alg': ['RS256'], 'kid': kid})}.{part(claims)}.AAAA",
        f"{part({'kid': kid})}.{part(claims)}.AAAA",
        jwt.encode(claims, "k" * 64, "HS256", headers={"kid": kid}),
        jwt.encode(claims, stranger, "RS256", headers={"kid": kid}),
        token[:-4] + "AAAA",
    ):
        assert_nobody(served, forged)


@pytest.mark.parametrize("kid", ["unknown", ["dummy"], {"a": 1}, 7, "../../etc/passwd"], ids=str)
def test_a_key_id_of_no_key_says_nobody(served: World, kid: Any) -> None:
    token = genuine(served)
    _, payload, signature = token.split(".")

    assert_nobody(served, f"{part({'alg': 'RS256', 'kid': kid})}.{payload}.{signature}")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "garbage",
        "a.b.c",
        "..",
        "a.b.c.d",
        "é.é.é",
        "[]",
        "e30.e30.e30",
        "bnVsbA.bnVsbA.bnVsbA",
        "W10.W10.W10",
        ".".join(["A" * 2_000] * 3),
    ],
    ids=lambda token: token[:20],
)
def test_what_is_no_token_says_nobody(served: World, token: str) -> None:
    assert_nobody(served, token)


def test_a_token_of_a_thousand_brackets_says_nobody(served: World) -> None:
    head = genuine(served).split(".")[0]
    deep = base64.urlsafe_b64encode(b"[" * 6_000).decode().rstrip("=")

    assert_nobody(served, f"{head}.{deep}.AAAA")


def test_two_tokens_say_nobody(served: World) -> None:
    token = genuine(served)
    bearer = ("Authorization", f"Bearer {token}")

    answer = send(served, "GET", "/v1/requests", headers=[bearer, bearer])

    assert (answer.status, answer.code) == (401, "not_signed_in")


@pytest.mark.parametrize(
    "groups", [{"officer": True}, [["officer"]], "officers", 7, True, None, "OFFICER"], ids=str
)
def test_groups_of_another_shape_are_no_role(served: World, groups: Any) -> None:
    token = genuine(served)

    answer = send(
        served,
        "GET",
        "/v1/reviews",
        headers=[("Authorization", f"Bearer {signed(claims_in(token) | {'cognito:groups': groups}, token)}")],
    )

    assert (answer.status, answer.code) == (403, "not_for_this_role")
