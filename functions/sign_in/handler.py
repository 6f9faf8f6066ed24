"""POST /v1/sign-in…: a password, then the code sent to the registered phone, then tokens; refresh, sign-out.

No answer here is kept under an `Idempotency-Key`, because it would hold tokens. Asking again is safe
without one: a second password opens a second challenge, a code works once, a renewal repeated at once gives
the same handle, and signing out twice is signing out once.
"""

from functions.sign_in.model import (
    CodeAsked,
    CodeTyped,
    NameAndPassword,
    SessionHandle,
    SignedIn,
    SignedOut,
)
from functions.sign_in.settings import Settings
from functions.sign_in.signing_in import SigningIn
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.session_table import SessionTable
from ishtirak.adapters.aws.user_pool import CognitoUserPool
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.http.api import Api, Call
from ishtirak.edge.http.reply import Reply
from ishtirak.kernel.clock import Clock
from ishtirak.sessions import service
from ishtirak.sessions.model import Tokens


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    time = clock or SystemClock()
    sign_ins = SessionTable(settings.access_table, clock=time)
    pool = CognitoUserPool(settings.user_pool_id, client_id=settings.user_pool_client_id)
    vault = KmsEncryption(settings.data_key_arn)
    mac = KmsMac(settings.mac_key_arn)
    signing_in = SigningIn(
        access=AccessTable(settings.access_table),
        sign_ins=sign_ins,
        pool=pool,
        vault=vault,
        mac=mac,
        clock=time,
    )
    api = Api("sign_in", clock=time, origins=settings.web_origins)

    @api.post(
        "/v1/sign-in",
        summary="Ask for a sign-in code",
        description="The answer never tells whether the name exists or the password is right.",
        takes=NameAndPassword,
        gives=CodeAsked,
        roles=None,
        once=False,
        status=202,
        refusals=(503,),
    )
    def start_sign_in(call: Call[NameAndPassword]) -> Reply[CodeAsked]:
        opened = signing_in.ask_code(call.body.username, call.body.password.get_secret_value())
        return Reply(
            CodeAsked(
                challenge_id=opened.challenge_id,
                expires_at=opened.expires_at,
                resend_after_seconds=opened.resend_after_seconds,
            )
        )

    @api.post(
        "/v1/sign-in/code",
        summary="Sign in with the code",
        takes=CodeTyped,
        gives=SignedIn,
        roles=None,
        once=False,
        refusals=(401, 503),
    )
    def complete_sign_in(call: Call[CodeTyped]) -> Reply[SignedIn]:
        return _signed_in(*signing_in.enter_code(call.body.challenge_id, call.body.code))

    @api.post(
        "/v1/sign-in/refresh",
        summary="Renew the id token",
        description="A handle that was replaced before ends the session for everybody who holds one.",
        takes=SessionHandle,
        gives=SignedIn,
        roles=None,
        once=False,
        refusals=(401, 503),
    )
    def refresh_session(call: Call[SessionHandle]) -> Reply[SignedIn]:
        renewed = service.renew(
            call.body.session, sign_ins=sign_ins, pool=pool, vault=vault, mac=mac, clock=time
        )
        return _signed_in(*renewed)

    @api.post(
        "/v1/sign-in/sign-out",
        summary="Sign out",
        description="Ends the session and every credential of the person; an id token runs out by itself.",
        takes=SessionHandle,
        gives=SignedOut,
        roles=None,
        once=False,
        refusals=(503,),
    )
    def sign_out(call: Call[SessionHandle]) -> Reply[SignedOut]:
        service.sign_out(call.body.session, sign_ins=sign_ins, pool=pool, vault=vault, mac=mac)
        return Reply(SignedOut())

    return api


def _signed_in(tokens: Tokens, session: str) -> Reply[SignedIn]:
    return Reply(SignedIn(id_token=tokens.id_token, expires_in=tokens.expires_in, session=session))
