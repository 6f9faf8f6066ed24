"""Signing in, staying signed in, signing out: nothing here has a key, so a client that lost an answer begins again."""

from contextlib import ExitStack
from typing import Any

from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.session_table import SessionTable
from ishtirak.adapters.aws.user_pool import CognitoUserPool
from ishtirak.adapters.clock import SystemClock
from ishtirak.otp.model import Challenge
from ishtirak.sessions import rules
from ishtirak.sessions.credentials import decrypt_credential
from ishtirak.sessions.model import Session
from ishtirak.use_cases.send_code import code_of
from tests.faults.footprint import Footprint
from tests.faults.stepped import Reply, Stepped
from tests.faults.work import Piece, not_so
from tests.flows.people import PASSWORD
from tests.flows.world import later

USER = "majid"
COOL_DOWN = 61


class _SignIn(Piece):
    """Somebody with a browser, a password and a phone; a minute passes wherever a new code is needed."""

    function = "sign_in"

    def prepare(self) -> None:
        forget_attempts(self.stepped)

    def forget(self) -> None:
        self.replies: list[Reply] = []
        self._minutes = 0

    def post(self, path: str, body: dict[str, Any]) -> Reply:
        with ExitStack() as stack:
            if self._minutes:
                stack.enter_context(later(COOL_DOWN * self._minutes))
            return self.stepped.asked("sign_in", "POST", path, body, by=None)

    def a_minute_passes(self) -> None:
        self._minutes += 1

    def start(self) -> Challenge | None:
        """The challenge whose code is on its way; None where there was a fault, or no code is sent this minute."""
        reply = self.post("/v1/sign-in", {"username": USER, "password": PASSWORD})
        self.replies.append(reply)
        if reply.status != 202:
            return None
        challenge = self.stepped.access.find(reply.body["challenge_id"])
        assert challenge is not None
        return None if challenge.decoy else challenge

    def type_code(self, challenge: Challenge) -> Reply:
        code = code_of(challenge, mac=self.mac)
        self.replies.append(self.post("/v1/sign-in/code", {"challenge_id": challenge.id, "code": code}))
        return self.replies[-1]

    def signed_in(self) -> str:
        """A session nothing went wrong with; its handle."""
        challenge = self.start()
        assert challenge is not None, self.replies
        return str(self.type_code(challenge).body["session"])

    @property
    def mac(self) -> KmsMac:
        return KmsMac(self.stepped.outputs["MacKeyArn"])

    def renew(self, handle: str) -> Reply:
        return self.post("/v1/sign-in/refresh", {"session": handle})

    def session(self, handle: str) -> Session:
        table = SessionTable(self.stepped.outputs["AccessTable"], clock=SystemClock())
        found = table.session(rules.read(handle).session_id)
        assert found is not None
        return found


class _BeginsAgain(_SignIn):
    """What a fault leaves over (a challenge nobody will answer, a session nobody holds) is not compared."""

    def footprint(self) -> Footprint:
        left = super().footprint()
        return Footprint(type(left.things)(), left.broken)


class Starting(_BeginsAgain):
    """start_sign_in: in the end a code is sent that is accepted."""

    def attempt(self) -> bool:
        self.challenge = self.start()
        if self.challenge is None and self.replies[-1].status == 202:
            self.a_minute_passes()
        return self.challenge is not None

    def deviations(self) -> list[str]:
        accepted = self.challenge is not None and self.type_code(self.challenge).status == 200
        return [*super().deviations(), *not_so(the_code_is_accepted=accepted)]


class Completing(_BeginsAgain):
    """complete_sign_in: in the end somebody is signed in; a code that was used signs in nobody else."""

    challenge: Challenge | None

    def before_the_work(self) -> None:
        self.challenge = self.start()

    def attempt(self) -> bool:
        if self.challenge is None:
            self.challenge = self.start()
        if self.challenge is None:
            return False
        reply = self.type_code(self.challenge)
        if reply.status == 401:  # it was used, and the answer lost: with a new one, then
            self.challenge = None
            self.a_minute_passes()
        return reply.status == 200

    def deviations(self) -> list[str]:
        assert self.challenge is not None
        handle = self.replies[-1].body["session"]
        again = self.type_code(self.challenge)
        return [
            *super().deviations(),
            *not_so(the_code_works_once=again.status == 401, signed_in=self.renew(handle).status == 200),
        ]


class Refreshing(_SignIn):
    """refresh_session: one step on, whichever of the answers arrives."""

    def before_the_work(self) -> None:
        self.handle = self.signed_in()

    def attempt(self) -> bool:
        self.replies.append(self.renew(self.handle))
        return not self.replies[-1].worth_repeating

    def deviations(self) -> list[str]:
        last = self.replies[-1]
        if last.status != 200:
            return [f"answered {[(reply.status, reply.body) for reply in self.replies]}"]
        generation = self.session(self.handle).generation
        next_one = self.renew(last.body["session"])
        return [
            *super().deviations(),
            *not_so(one_step_on=generation == 2, the_new_handle_renews=next_one.status == 200),
        ]


class SigningOut(Refreshing):
    """sign_out: the session is over, here and in the user pool."""

    def attempt(self) -> bool:
        self.replies.append(self.post("/v1/sign-in/sign-out", {"session": self.handle}))
        return not self.replies[-1].worth_repeating

    def deviations(self) -> list[str]:
        outputs, session = self.stepped.outputs, self.session(self.handle)
        encryption = KmsEncryption(outputs["DataKeyArn"])
        credential = decrypt_credential(session.encrypted, item=session.id, encryption=encryption)
        pool = CognitoUserPool(outputs["UserPoolId"], client_id=outputs["UserPoolClientId"])
        return [
            *Piece.deviations(self),
            *not_so(
                answered=self.replies[-1].status == 200,
                ended=session.ended,
                not_renewed=self.renew(self.handle).status == 401,
                the_pool_accepts_it_no_longer=pool.renew(credential) is None,
            ),
        ]


def forget_attempts(stepped: Stepped) -> None:
    """Nobody tried to sign in yet, and no code was sent."""
    table = stepped.outputs["AccessTable"]
    client = stepped.cloud.client("dynamodb")
    for item in client.scan(TableName=table, ProjectionExpression="pk, sk")["Items"]:
        if item["pk"]["S"].startswith(("ADDRESS#", "NAME#", "NUMBER#", "REVOKED#", "SENDS#")):
            client.delete_item(TableName=table, Key=item)


PIECES = {
    "start_sign_in": Starting,
    "complete_sign_in": Completing,
    "refresh_session": Refreshing,
    "sign_out": SigningOut,
}
