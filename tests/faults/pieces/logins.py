"""Coming in: signing up, changing, recovering and replacing a password; seeing and ending sessions.

The user pool is another system, so what was begun is gone on with: by the same code once the process that died is
surely over, or by a new one. Nothing here has a key where a password is in it.
"""

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

from ishtirak.adapters.aws.login_table import LoginTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.session_table import SessionTable
from ishtirak.adapters.aws.user_pool import CognitoUserPool
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.kernel.caller import Caller, Role
from ishtirak.otp.model import Challenge
from ishtirak.sessions.model import Place, PlaceKind, SignInAttempts
from ishtirak.sessions.rules import start
from ishtirak.use_cases.send_code import code_of
from local.simulators.people import SyntheticPerson
from tests.faults.footprint import Footprint
from tests.faults.pieces.sign_in import forget_attempts
from tests.faults.stepped import Reply
from tests.faults.work import ByClient, Piece, Reading, not_so
from tests.flows.people import PASSWORD, crowd
from tests.flows.world import later

A_MINUTE, LEASE = 61, 21
CHOSEN = "green tea at the wadi"
FIRST = "A-first-passw0rd"
KNOWN, SIGNED_IN = "majid", "turki"


class _ComesIn(Piece):
    """Somebody with a browser and a phone; time passes wherever a new code, or another process's end, is awaited."""

    function = "sign_up"
    begins: str
    completes: str
    who: str

    def prepare(self) -> None:
        forget_attempts(self.stepped)

    def forget(self) -> None:
        self.replies: list[Reply] = []
        self._seconds = 0
        self.challenge: Challenge | None = None

    @property
    def person(self) -> SyntheticPerson:
        return crowd(0, newcomers=3).person(self.who)

    @property
    def claim(self) -> dict[str, Any]:
        return {
            "identity_number": self.person.identity_number.reveal(),
            "birth_date": self.person.birth_date.written_parts(),
        }

    def post(self, path: str, body: dict[str, Any]) -> Reply:
        with ExitStack() as stack:
            if self._seconds:
                stack.enter_context(later(self._seconds))
            self.replies.append(self.stepped.asked(self.function, "POST", path, body, by=None))
        return self.replies[-1]

    def passes(self, seconds: int) -> None:
        self._seconds += seconds

    def start(self) -> Challenge | None:
        """The challenge whose code is on its way; None where there was a fault, or nothing is sent this minute."""
        reply = self.post(self.begins, self.claim)
        if reply.status != 202:
            return None
        challenge = self.stepped.access.find(reply.body["challenge_id"])
        assert challenge is not None
        return None if challenge.decoy else challenge

    def type_code(self, challenge: Challenge) -> Reply:
        code = code_of(challenge, mac=KmsMac(self.stepped.outputs["MacKeyArn"]))
        return self.post(self.completes, {"challenge_id": challenge.id, "code": code, **self.typed()})

    def typed(self) -> dict[str, Any]:
        return {"password": CHOSEN}

    def signs_in_with(self, username: str, password: str) -> bool:
        outputs = self.stepped.outputs
        pool = CognitoUserPool(outputs["UserPoolId"], client_id=outputs["UserPoolClientId"])
        return pool.check(username, password) is not None

    def set_in_pool(self, username: str, password: str) -> None:
        self.stepped.cloud.client("cognito-idp").admin_set_user_password(
            UserPoolId=self.stepped.outputs["UserPoolId"],
            Username=username,
            Password=password,
            Permanent=True,
        )

    def leaves_the_pool(self, username: str) -> None:
        cognito, pool = self.stepped.cloud.client("cognito-idp"), self.stepped.outputs["UserPoolId"]
        if username in {user["Username"] for user in cognito.list_users(UserPoolId=pool)["Users"]}:
            cognito.admin_delete_user(UserPoolId=pool, Username=username)

    def footprint(self) -> Footprint:
        """What a fault leaves over, challenges nobody will answer and tries, is not compared."""
        left = super().footprint()
        return Footprint(type(left.things)(), left.broken)


class _Starting(_ComesIn):
    """In the end something is sent."""

    def attempt(self) -> bool:
        self.challenge = self.start()
        if self.challenge is None and self.replies[-1].status == 202:
            self.passes(A_MINUTE)
        return self.challenge is not None

    def deviations(self) -> list[str]:
        accepted = self.challenge is not None and self.type_code(self.challenge).status in (200, 201)
        return [*super().deviations(), *not_so(the_code_is_accepted=accepted)]


class _Completing(_ComesIn):
    """In the end the login is there with the password, once."""

    username: str
    opened = True

    def before_the_work(self) -> None:
        self.challenge = self.start()

    def attempt(self) -> bool:
        if self.challenge is None:
            self.challenge = self.start()
        if self.challenge is None:
            self.passes(A_MINUTE)
            return False
        reply = self.type_code(self.challenge)
        if reply.status == 401:  # the code was used, and the answer lost
            return self.signs_in_with(self.username, CHOSEN)
        if reply.worth_repeating:
            self.passes(LEASE)
        return reply.status in (200, 201)

    def deviations(self) -> list[str]:
        assert self.challenge is not None
        login = LoginTable(self.stepped.outputs["AccessTable"]).find(self.challenge.subject)
        again = self.type_code(self.challenge)
        return [
            *super().deviations(),
            *not_so(
                the_password_holds=self.signs_in_with(self.username, CHOSEN),
                the_login_is_open=login is not None and login.open,
                the_code_works_once=again.status in (401, 429),
            ),
        ]


class _SigningUp(_ComesIn):
    begins, completes = "/v1/sign-up", "/v1/sign-up/code"
    username: str

    def typed(self) -> dict[str, Any]:
        return {"password": CHOSEN, "username": self.username}

    def forget(self) -> None:
        super().forget()
        self.leaves_the_pool(self.username)


class StartingSignUp(_SigningUp, _Starting):
    """start_sign_up"""

    who, username = "person0001", "newcomer.one"


class CompletingSignUp(_SigningUp, _Completing):
    """complete_sign_up"""

    who, username = "person0002", "newcomer.two"


class _Recovering(_ComesIn):
    function = "recover_password"
    begins, completes = "/v1/password-recovery", "/v1/password-recovery/code"
    who = username = KNOWN

    @property
    def claim(self) -> dict[str, Any]:
        return {**super().claim, "username": KNOWN}

    def forget(self) -> None:
        super().forget()
        self.set_in_pool(KNOWN, PASSWORD)


class StartingRecovery(_Recovering, _Starting):
    """start_recovery"""


class CompletingRecovery(_Recovering, _Completing):
    """complete_recovery"""


class _FirstPassword(_ComesIn):
    """An administrator made the user; the person is known to the register."""

    function = "recover_password"
    begins, completes = "/v1/first-password", "/v1/first-password/code"
    username: str

    def prepare(self) -> None:
        super().prepare()
        self.by = self.stepped.newcomer()

    @property
    def claim(self) -> dict[str, Any]:
        return {"username": self.username, "password": FIRST}

    def typed(self) -> dict[str, Any]:
        return {"password": CHOSEN, "username": self.username}

    def before_the_work(self) -> None:
        self.leaves_the_pool(self.username)
        self.stepped.cloud.client("cognito-idp").admin_create_user(
            UserPoolId=self.stepped.outputs["UserPoolId"],
            Username=self.username,
            TemporaryPassword=FIRST,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "custom:person_id", "Value": self.by.person_id}],
        )
        super().before_the_work()


class StartingFirstPassword(_FirstPassword, _Starting):
    """start_first_password"""

    username = "first.one"


class SettingFirstPassword(_FirstPassword, _Completing):
    """set_first_password"""

    username = "first.two"


class _SignedIn(ByClient):
    """Turki, whom the seed signed up."""

    function = "manage_password"

    def prepare(self) -> None:
        forget_attempts(self.stepped)
        person = crowd(0).person(SIGNED_IN)
        self.by = Caller(
            subject=person.person_id,
            person_id=person.person_id,
            roles=frozenset({Role.CONTRIBUTOR}),
            signed_in_at=datetime.now(UTC),
            sign_in_id="of this device",
        )


class IssuingPasswordCode(_SignedIn):
    """issue_password_code"""

    expected, path = 202, "/v1/me/password/code"


class ChangingPassword(_SignedIn):
    """change_password: changed once; who lost the answer goes on with the same code, or is told that it is used."""

    repeatable = False
    path = "/v1/me/password"

    def forget(self) -> None:
        super().forget()
        self._seconds = 0

    def before_the_work(self) -> None:
        self.stepped.cloud.client("cognito-idp").admin_set_user_password(
            UserPoolId=self.stepped.outputs["UserPoolId"],
            Username=SIGNED_IN,
            Password=PASSWORD,
            Permanent=True,
        )
        issued = self.stepped.asked(
            self.function, "POST", f"{self.path}/code", None, by=self.by, key=self.key
        ).body
        challenge = self.stepped.access.find(issued["challenge_id"])
        assert challenge is not None
        self.body = {
            "current_password": PASSWORD,
            "password": CHOSEN,
            "kind": "SMS",
            "code": code_of(challenge, mac=KmsMac(self.stepped.outputs["MacKeyArn"])),
            "challenge_id": challenge.id,
        }

    def attempt(self) -> bool:
        with ExitStack() as stack:
            if self._seconds:
                stack.enter_context(later(self._seconds))
            self.replies.append(self.ask())
        if self.replies[-1].worth_repeating:
            self._seconds += LEASE
        return not self.replies[-1].worth_repeating

    @property
    def done(self) -> bool:
        """Changed, or the code was used and the answer lost."""
        return self.replies[-1].status == 200 or (len(self.replies) > 1 and self.replies[-1].status == 401)

    def footprint(self) -> Footprint:
        left = super().footprint()
        return Footprint(type(left.things)(), left.broken)

    def deviations(self) -> list[str]:
        outputs = self.stepped.outputs
        pool = CognitoUserPool(outputs["UserPoolId"], client_id=outputs["UserPoolClientId"])
        login = LoginTable(outputs["AccessTable"]).find(self.by.person_id)
        changed = self.stepped.events("AccessTable", f"login/{self.by.person_id}").count("PasswordChanged")
        return [
            *super().deviations(),
            *not_so(
                the_new_password_holds=pool.check(SIGNED_IN, CHOSEN) is not None,
                the_old_one_does_not=pool.check(SIGNED_IN, PASSWORD) is None,
                changed_once=changed == 1,
                nothing_is_under_way=login is not None and login.under_way is None,
            ),
        ]


class _Sessions(_SignedIn):
    function = "manage_sessions"
    session_id = "0e0e0e0e-0000-4000-8000-000000000001"

    def prepare(self) -> None:
        super().prepare()
        at = datetime.now(UTC)
        session = start(
            session_id=self.session_id,
            person_id=self.by.person_id,
            encrypted="-",
            at=at,
            sign_in_id="of another device",
        )
        table = SessionTable(self.stepped.outputs["AccessTable"], clock=SystemClock())
        device = SignInAttempts(Place("tag", PlaceKind.DEVICE, "device"), last_at=at, next_at=at)
        if table.session(self.session_id) is None:
            DynamoTransaction().commit(table.start(session, device=device))


class ListingSessions(_Sessions, Reading):
    """list_my_sessions"""

    path = "/v1/me/sessions"


class EndingSession(_Sessions):
    """end_my_session"""

    method = "DELETE"
    path = f"/v1/me/sessions/{_Sessions.session_id}"


class EndingOthers(_Sessions):
    """end_other_sessions"""

    path = "/v1/me/sessions/others/end"
    may_differ = frozenset({"revoked_at"})


PIECES = {
    "start_sign_up": StartingSignUp,
    "complete_sign_up": CompletingSignUp,
    "start_recovery": StartingRecovery,
    "complete_recovery": CompletingRecovery,
    "start_first_password": StartingFirstPassword,
    "set_first_password": SettingFirstPassword,
    "issue_password_code": IssuingPasswordCode,
    "change_password": ChangingPassword,
    "list_my_sessions": ListingSessions,
    "end_my_session": EndingSession,
    "end_other_sessions": EndingOthers,
}
