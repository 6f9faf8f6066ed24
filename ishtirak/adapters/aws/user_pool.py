"""The user pool in Cognito, asked by its administrative calls only: no client gets tokens around us."""

import base64
import json
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from ishtirak.adapters.clients import client
from ishtirak.kernel.errors import Unavailable
from ishtirak.sessions.model import AuthenticatedUser, Credential, Tokens

_NO: Final = frozenset(
    {
        "NotAuthorizedException",
        "UserNotFoundException",
        "UserNotConfirmedException",
        "PasswordResetRequiredException",
        "InvalidParameterException",
    }
)
"""Cognito's ways of saying no to a name or a password. To us, and to who asks, they are one."""


class CognitoUserPool:
    """The `UserPool` port. A name that is not acceptable, unknown, locked or disabled is the same `None`."""

    def __init__(self, pool_id: str, *, client_id: str) -> None:
        self._pool_id = pool_id
        self._client_id = client_id

    def check(self, username: str, password: str) -> AuthenticatedUser | None:
        result = self._initiate("ADMIN_USER_PASSWORD_AUTH", USERNAME=username, PASSWORD=password)
        if result is None:
            return None
        person_id = _claims(result["IdToken"]).get("custom:person_id")
        if not person_id:
            return None
        return AuthenticatedUser(
            str(person_id), Credential(username=username, refresh_token=result["RefreshToken"])
        )

    def renew(self, credential: Credential) -> Tokens | None:
        result = self._initiate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=credential.refresh_token)
        if result is None:
            return None
        sign_in_id = _claims(result["IdToken"]).get("origin_jti")
        return Tokens(
            id_token=result["IdToken"],
            expires_in=result["ExpiresIn"],
            sign_in_id=str(sign_in_id) if sign_in_id else None,
        )

    def sign_out(self, credential: Credential) -> None:
        try:
            client("cognito-idp").admin_user_global_sign_out(
                UserPoolId=self._pool_id, Username=credential.username
            )
        except (ClientError, BotoCoreError) as error:
            if not _is_no(error):
                raise Unavailable() from error

    def _initiate(self, flow: str, **parameters: str) -> dict[str, Any] | None:
        """The tokens, or None for a no.

        A challenge of Cognito's own (a first password to change) is a no as well.
        """
        try:
            answer = client("cognito-idp").admin_initiate_auth(
                UserPoolId=self._pool_id, ClientId=self._client_id, AuthFlow=flow, AuthParameters=parameters
            )
        except (ClientError, BotoCoreError) as error:
            if _is_no(error):
                return None
            raise Unavailable() from error
        result: dict[str, Any] | None = answer.get("AuthenticationResult")
        return result


def _is_no(error: Exception) -> bool:
    return isinstance(error, ClientError) and error.response["Error"]["Code"] in _NO


def _claims(token: str) -> dict[str, Any]:
    """What a token says.

    Its signature is not checked: it came from Cognito itself, over TLS, a moment ago.
    """
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims
