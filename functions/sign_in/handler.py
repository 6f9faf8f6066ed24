"""POST /v1/sign-in…: a password, then the code sent to the registered phone, then tokens; refresh, sign-out."""

from functools import partial

from functions.sign_in import model
from functions.sign_in.settings import Settings
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.factor_table import FactorTable
from ishtirak.adapters.aws.revocation_table import RevocationTable
from ishtirak.adapters.aws.sign_in_ports import sign_in_ports
from ishtirak.adapters.aws.sms_budget_table import SmsBudgetTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.phones import registered_phones
from ishtirak.edge.http.api import Api
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory
from ishtirak.use_cases.complete_sign_in import complete_sign_in
from ishtirak.use_cases.refresh_session import refresh_session
from ishtirak.use_cases.sign_out import sign_out
from ishtirak.use_cases.start_sign_in import start_sign_in
from ishtirak.wiring import unrecorded_api


def build(settings: Settings, *, clock: Clock | None = None, directory: Directory | None = None) -> Api:
    clock = clock or SystemClock()
    challenges, factors = AccessTable(settings.access_table), FactorTable(settings.access_table, clock=clock)
    budgets, phones = SmsBudgetTable(settings.access_table), registered_phones(settings, directory=directory)
    ports = sign_in_ports(settings, clock=clock)
    complete = partial(
        complete_sign_in, challenges=challenges, factors=factors, phones=phones, clock=clock, **ports
    )
    start = partial(start_sign_in, challenges=challenges, budgets=budgets, clock=clock, **ports)
    ending = partial(partial, revocations=RevocationTable(settings.access_table), clock=clock, **ports)
    api = unrecorded_api("sign_in", settings, clock=clock)
    api.add(model.START_SIGN_IN, start, model.code_asked)
    api.add(model.COMPLETE_SIGN_IN, complete, model.signed_in)
    api.add(model.REFRESH_SESSION, ending(refresh_session), model.signed_in)
    api.add(model.SIGN_OUT, ending(sign_out), model.signed_out)
    return api
