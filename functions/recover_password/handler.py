"""POST /v1/password-recovery…, /v1/first-password…: a claim or a first password, then the code and a password."""

from functools import partial

from functions.recover_password import model
from functions.recover_password.settings import Settings
from ishtirak.adapters.aws.factor_table import FactorTable
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.adapters.aws.revocation_table import RevocationTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.login_ports import answered_codes, identity_check, login_opening, silent_opening
from ishtirak.edge.http.api import Api
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory
from ishtirak.use_cases.complete_recovery import complete_recovery
from ishtirak.use_cases.first_password import set_first_password, start_first_password
from ishtirak.use_cases.start_recovery import start_recovery
from ishtirak.wiring import unrecorded_api


def build(settings: Settings, *, clock: Clock | None = None, directory: Directory | None = None) -> Api:
    clock, table = clock or SystemClock(), settings.access_table
    logins, opening = login_opening(settings, clock=clock), silent_opening(settings, clock=clock)
    identity = identity_check(settings, clock=clock, directory=directory)
    codes = answered_codes(settings, clock=clock, directory=directory)
    people = PeopleTable(settings.register_table)
    factors, revocations = FactorTable(table, clock=clock), RevocationTable(table)
    start = partial(start_recovery, identity=identity, logins=logins.logins, opening=opening)
    answered = partial(partial, codes=codes, opening=logins, people=people)
    first = partial(start_first_password, sign_ins=identity.sign_ins, login=logins, opening=opening)
    api = unrecorded_api("recover_password", settings, clock=clock)
    recover = answered(complete_recovery, factors=factors, revocations=revocations)
    api.add(model.START_RECOVERY, start, model.text_asked)
    api.add(model.COMPLETE_RECOVERY, recover, model.login_view)
    api.add(model.START_FIRST_PASSWORD, first, model.text_asked)
    api.add(model.SET_FIRST_PASSWORD, answered(set_first_password), model.login_view)
    return api
