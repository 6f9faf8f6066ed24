"""POST /v1/sign-up…: number and birth date, then the code, a username and a password."""

from functools import partial

from functions.sign_up import model
from functions.sign_up.settings import Settings
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.login_ports import answered_codes, identity_check, login_opening, silent_opening
from ishtirak.edge.http.api import Api
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory
from ishtirak.use_cases.complete_sign_up import complete_sign_up
from ishtirak.use_cases.start_sign_up import start_sign_up
from ishtirak.wiring import unrecorded_api


def build(settings: Settings, *, clock: Clock | None = None, directory: Directory | None = None) -> Api:
    clock = clock or SystemClock()
    logins = login_opening(settings, clock=clock)
    identity = identity_check(settings, clock=clock, directory=directory)
    codes = answered_codes(settings, clock=clock, directory=directory)
    opening = silent_opening(settings, clock=clock)
    people = PeopleTable(settings.register_table)
    start = partial(start_sign_up, identity=identity, logins=logins.logins, opening=opening)
    complete = partial(complete_sign_up, codes=codes, opening=logins, people=people)
    api = unrecorded_api("sign_up", settings, clock=clock)
    api.add(model.START_SIGN_UP, start, model.text_asked)
    api.add(model.COMPLETE_SIGN_UP, complete, model.signed_up)
    return api
