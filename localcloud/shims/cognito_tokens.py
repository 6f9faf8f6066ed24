"""Tokens live as long as their client says, and a sign-out ends what it should.

Upstream: moto 5.2.5 gives every token an hour whatever the client's settings, and a refresh token never
expires. No issue known. Here: `IdTokenValidity`, `AccessTokenValidity` and `RefreshTokenValidity` with
their units. All pools sign with one published key, so these tokens mean something on this machine only.
"""

import time
from typing import Any

from moto.cognitoidp.exceptions import NotAuthorizedError
from moto.cognitoidp.models import CognitoIdpUserPool

from localcloud.patches import Patches

_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_DEFAULTS = {"IdToken": (1, "hours"), "AccessToken": (1, "hours"), "RefreshToken": (30, "days")}


def validity(client: Any, token: str) -> int:
    """Seconds a kind of token of this client lives: `IdToken`, `AccessToken` or `RefreshToken`."""
    settings = client.extended_config
    amount, unit = _DEFAULTS[token]
    amount = settings.get(f"{token}Validity") or amount
    return int(amount) * _SECONDS[(settings.get("TokenValidityUnits") or {}).get(token, unit)]


def install(patches: Patches) -> None:
    issued: dict[str, float] = {}

    def create_jwt(
        pool: Any,
        client_id: str,
        username: str,
        token_use: str,
        expires_in: int = 3600,
        extra_data: Any = None,
    ) -> Any:
        kind = {"id": "IdToken", "access": "AccessToken"}[token_use]
        seconds = validity(pool.clients[client_id], kind) if client_id in pool.clients else expires_in
        return upstream_jwt(pool, client_id, username, token_use, seconds, extra_data)

    def create_refresh_token(pool: Any, client_id: str, username: str) -> Any:
        token, origin = upstream_refresh(pool, client_id, username)
        issued[token] = time.time()
        return token, origin

    def create_tokens_from_refresh_token(pool: Any, refresh_token: str) -> Any:
        known = pool.refresh_tokens.get(refresh_token)
        if known is None:
            raise NotAuthorizedError("Refresh Token has been revoked")
        client = pool.clients.get(known[0])
        if client and time.time() - issued.get(refresh_token, time.time()) > validity(client, "RefreshToken"):
            raise NotAuthorizedError("Refresh Token has expired")
        return upstream_exchange(pool, refresh_token)

    upstream_jwt = patches.replace(CognitoIdpUserPool, "create_jwt", create_jwt)
    upstream_refresh = patches.replace(CognitoIdpUserPool, "create_refresh_token", create_refresh_token)
    upstream_exchange = patches.replace(
        CognitoIdpUserPool, "create_tokens_from_refresh_token", create_tokens_from_refresh_token
    )
