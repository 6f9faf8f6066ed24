"""Who is calling, as API Gateway's Cognito authorizer finds out: by an RS256 token of the API's own pool."""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jwt
import moto.cognitoidp
from moto.cognitoidp.models import cognitoidp_backends

_REQUIRED = ["exp", "iat", "iss", "sub", "token_use"]


class Unauthorized(Exception):
    """The token does not say who is calling, or not in a way that counts."""


def signing_keys() -> dict[str, Any]:
    """The public keys moto signs every pool's tokens with."""
    packed = Path(moto.cognitoidp.__file__).with_name("resources") / "jwks-public.json.gz"
    keys = json.loads(gzip.decompress(packed.read_bytes()))["keys"]
    return {key["kid"]: jwt.PyJWK(key, "RS256").key for key in keys}


class CognitoAuthorizer:
    """Accepts `<token>` and `Bearer <token>`; gives the claims as text, as a function receives them."""

    def __init__(self, *, account: str, region: str) -> None:
        self._backend = cognitoidp_backends[account][region]
        self._region = region
        self._keys = signing_keys()

    def claims(
        self, header: str | None, *, pool_arns: Sequence[str], scopes: Sequence[str]
    ) -> dict[str, str]:
        token = (header or "").strip()
        if token[:7].lower() == "bearer ":
            token = token[7:].strip()
        try:
            return self._verified(token, [arn.split("/")[-1] for arn in pool_arns], scopes)
        except Unauthorized:
            raise
        except Exception as failure:
            raise Unauthorized(type(failure).__name__) from failure

    def _verified(self, token: str, pools: Sequence[str], scopes: Sequence[str]) -> dict[str, str]:
        key = self._keys[jwt.get_unverified_header(token)["kid"]]
        issuers = {f"https://cognito-idp.{self._region}.amazonaws.com/{pool}": pool for pool in pools}
        options: Any = {"require": _REQUIRED, "verify_aud": False}
        claims: Mapping[str, Any] = jwt.decode(
            token, key, algorithms=["RS256"], issuer=list(issuers), options=options
        )
        pool = self._backend.user_pools[issuers[claims["iss"]]]
        wanted = "access" if scopes else "id"
        audience = claims["client_id"] if wanted == "access" else claims["aud"]
        if claims["token_use"] != wanted or not isinstance(audience, str) or audience not in pool.clients:
            raise Unauthorized("a token of another kind or client")
        if scopes and not set(scopes) & set(str(claims.get("scope", "")).split()):
            raise Unauthorized("none of the scopes")
        return {name: _as_text(value) for name, value in claims.items()}


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)
