"""/v1/me/sessions…: seen and ended."""

from functools import partial

from functions.manage_sessions import model
from functions.manage_sessions.settings import Settings
from ishtirak.adapters.aws.revocation_table import RevocationTable
from ishtirak.adapters.aws.session_table import SessionTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.http.api import Api
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.end_sessions import end_my_session, end_other_sessions, list_my_sessions
from ishtirak.wiring import writing_api


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    clock, table = clock or SystemClock(), settings.access_table
    ending = partial(partial, revocations=RevocationTable(table), clock=clock)
    sessions = partial(ending, sign_ins=SessionTable(table, clock=clock))
    api = writing_api("manage_sessions", settings, table=table, clock=clock)
    api.add(model.LIST_MY_SESSIONS, sessions(list_my_sessions), model.sessions)
    api.add(model.END_OTHER_SESSIONS, ending(end_other_sessions), model.ended)
    api.add(model.END_MY_SESSION, sessions(end_my_session), model.ended)
    return api
