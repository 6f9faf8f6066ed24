"""The users in the Cognito pool, made and given passwords by its administrative calls only."""

from collections.abc import Collection
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from ishtirak.adapters.clients import client
from ishtirak.kernel.errors import Unavailable
from ishtirak.logins.rules import UsernameTaken

_PERSON: Final = "custom:person_id"
_DEFECTS: Final = frozenset(
    {
        "InvalidParameterException",
        "InvalidPasswordException",
        "ResourceNotFoundException",
        "AccessDeniedException",
    }
)
"""What asking again would not mend: a defect of ours, or of what was deployed."""


class CognitoUsers:
    """The `PoolUsers` port. `client_id` is that of the pool's client first passwords are checked with."""

    def __init__(self, pool_id: str, *, client_id: str) -> None:
        self._pool_id = pool_id
        self._client_id = client_id

    def owner(self, username: str) -> str | None:
        found = self._ask("admin_get_user", "UserNotFoundException", Username=username)
        if found is None:
            return None
        attributes = {one["Name"]: one["Value"] for one in found["UserAttributes"]}
        return str(attributes.get(_PERSON, ""))

    def save(self, username: str, *, person_id: str, password: str, roles: Collection[str]) -> None:
        made = self._ask(
            "admin_create_user",
            "UsernameExistsException",
            Username=username,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": _PERSON, "Value": person_id}],
        )
        if made is None and self.owner(username) != person_id:
            raise UsernameTaken()
        for role in sorted(roles):
            self._ask("admin_add_user_to_group", Username=username, GroupName=role)
        self.set_password(username, password)

    def set_password(self, username: str, password: str) -> None:
        self._ask("admin_set_user_password", Username=username, Password=password, Permanent=True)

    def first_password_of(self, username: str, password: str) -> str | None:
        answer = self._ask(
            "admin_initiate_auth",
            "NotAuthorizedException",
            "UserNotFoundException",
            "UserNotConfirmedException",
            "PasswordResetRequiredException",
            "InvalidParameterException",
            ClientId=self._client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )
        owner = self.owner(username)
        first = answer is not None and answer.get("ChallengeName") == "NEW_PASSWORD_REQUIRED"
        return owner or None if first else None

    def sign_out(self, username: str) -> None:
        self._ask("admin_user_global_sign_out", "UserNotFoundException", Username=username)

    def _ask(self, call: str, *noes: str, **parameters: Any) -> Any:
        """The pool's answer, or None for one of its ways of saying no; `Unavailable` where asking again may help."""
        try:
            return getattr(client("cognito-idp"), call)(UserPoolId=self._pool_id, **parameters)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in noes:
                return None
            if code in _DEFECTS:
                raise
            raise Unavailable() from error
        except BotoCoreError as error:
            raise Unavailable() from error
