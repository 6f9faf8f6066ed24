"""POST /v1/sign-in…: a password, then the code sent to the registered phone, then tokens; refresh, sign-out."""

from functools import partial

from functions.sign_in import model
from functions.sign_in.settings import Settings
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.revocation_table import RevocationTable
from ishtirak.adapters.aws.session_table import SessionTable
from ishtirak.adapters.aws.sign_in_ports import SignInPorts
from ishtirak.adapters.aws.user_pool import CognitoUserPool
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.http.api import Api
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.complete_sign_in import complete_sign_in
from ishtirak.use_cases.refresh_session import refresh_session
from ishtirak.use_cases.sign_out import sign_out
from ishtirak.use_cases.start_sign_in import start_sign_in
from ishtirak.wiring import unrecorded_api


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    clock = clock or SystemClock()
    ports = SignInPorts(
        sign_ins=SessionTable(settings.access_table, clock=clock),
        pool=CognitoUserPool(settings.user_pool_id, client_id=settings.user_pool_client_id),
        encryption=KmsEncryption(settings.data_key_arn),
        mac=KmsMac(settings.mac_key_arn),
    )
    start = partial(start_sign_in, challenges=AccessTable(settings.access_table), clock=clock, **ports)
    complete = partial(complete_sign_in, challenges=AccessTable(settings.access_table), clock=clock, **ports)
    ending = partial(partial, revocations=RevocationTable(settings.access_table), clock=clock, **ports)
    api = unrecorded_api("sign_in", settings, clock=clock)
    api.add(model.START_SIGN_IN, start, model.code_asked)
    api.add(model.COMPLETE_SIGN_IN, complete, model.signed_in)
    api.add(model.REFRESH_SESSION, ending(refresh_session), model.signed_in)
    api.add(model.SIGN_OUT, ending(sign_out), model.signed_out)
    return api
