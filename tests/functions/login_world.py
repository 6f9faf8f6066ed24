"""The functions that open logins and set passwords, on moto, and one person who comes in."""

from typing import Any

from functions.manage_password.handler import build as build_manage_password
from functions.manage_password.settings import Settings as ManagePasswordSettings
from functions.manage_sessions.handler import build as build_manage_sessions
from functions.manage_sessions.settings import Settings as ManageSessionsSettings
from functions.recover_password.handler import build as build_recover_password
from functions.recover_password.settings import Settings as RecoverPasswordSettings
from functions.sign_in.handler import build as build_sign_in
from functions.sign_in.settings import Settings as SignInSettings
from functions.sign_up.handler import build as build_sign_up
from functions.sign_up.settings import Settings as SignUpSettings
from ishtirak.otp.model import Challenge
from tests.fakes.otp import HandClock
from tests.functions.access_world import (
    IDENTITY,
    OnePersonDirectory,
    World,
    answered,
    asked,
    with_pool,
)

BORN = "1990-01-01"
CHOSEN, ANOTHER = "green tea at the wadi", "a lamp beside the date palm"
PAIR = {"identity_number": IDENTITY, "birth_date": BORN}


class Desk:
    """Everybody's front door: no function of it knows what another remembers."""

    def __init__(self, world: World) -> None:
        with_pool(world, username="fahad")
        self.world = world
        self.clock = HandClock()
        self.directory = OnePersonDirectory()
        common: dict[str, Any] = {
            "access_table": world.access,
            "register_table": world.register,
            "user_pool_id": world.pool,
            "user_pool_client_id": world.client,
            "data_key_arn": world.data_key,
            "mac_key_arn": world.mac_key,
            "absher_secret_arn": "arn:absher",
        }
        known: dict[str, Any] = {"clock": self.clock, "directory": self.directory}
        self.apis = {
            "sign_up": build_sign_up(SignUpSettings(**common), **known),
            "recover": build_recover_password(RecoverPasswordSettings(**common), **known),
            "password": build_manage_password(ManagePasswordSettings(**common), **known),
            "sign_in": build_sign_in(SignInSettings(**common), **known),
            "sessions": build_manage_sessions(
                ManageSessionsSettings(access_table=world.access), clock=self.clock
            ),
        }

    def call(self, api: str, path: str, body: Any, **more: Any) -> tuple[int, dict[str, Any], dict[str, str]]:
        return answered(self.apis[api], asked(path, body, language="en", **more))

    def start(self, **changed: Any) -> dict[str, Any]:
        status, body, _ = self.call("sign_up", "/v1/sign-up", {**PAIR, **changed})
        assert status == 202, body
        return body

    def completed(self, opened: dict[str, Any], **changed: Any) -> tuple[int, dict[str, Any]]:
        typed = {
            "challenge_id": opened["challenge_id"],
            "code": self.code(opened),
            "username": "majid",
            "password": CHOSEN,
            **changed,
        }
        status, body, _ = self.call("sign_up", "/v1/sign-up/code", typed)
        return status, body

    def signed_up(self) -> str:
        """The person's opaque id; a minute passed."""
        opened = self.start()
        status, body = self.completed(opened)
        assert status == 201, body
        self.clock.pass_seconds(61)
        return self.challenge(opened["challenge_id"]).subject

    def forgot(self, username: str = "majid", **changed: Any) -> dict[str, Any]:
        status, body, _ = self.call(
            "recover", "/v1/password-recovery", {**PAIR, "username": username, **changed}
        )
        assert status == 202, body
        return body

    def challenge(self, challenge_id: str) -> Challenge:
        from ishtirak.adapters.aws.access_table import AccessTable

        found = AccessTable(self.world.access).find(challenge_id)
        assert found is not None
        return found

    def code(self, opened: dict[str, Any]) -> str:
        """What the person would read on their phone."""
        from ishtirak.adapters.aws.mac import KmsMac
        from ishtirak.use_cases.send_code import code_of

        return code_of(self.challenge(opened["challenge_id"]), mac=KmsMac(self.world.mac_key))

    def users(self) -> dict[str, str]:
        """The pool's users beside `fahad`, by name: the person each is."""
        listed = self.world.aws("cognito-idp").list_users(UserPoolId=self.world.pool)["Users"]
        return {
            user["Username"]: next(
                one["Value"] for one in user["Attributes"] if one["Name"] == "custom:person_id"
            )
            for user in listed
            if user["Username"] != "fahad"
        }

    def password_is(self, password: str, username: str = "majid") -> bool:
        from ishtirak.adapters.aws.user_pool import CognitoUserPool

        pool = CognitoUserPool(self.world.pool, client_id=self.world.client)
        return pool.check(username, password) is not None

    def happened(self) -> list[str]:
        """The types of the events of logins, in order."""
        items = [item for item in self.world.items(self.world.access) if item.get("kind") == "event"]
        events = [item for item in items if item["source"] == "ishtirak.logins"]
        return [item["type"] for item in sorted(events, key=lambda item: item["seq"])]
