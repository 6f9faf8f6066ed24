"""POST /v1/me/password…: the code, then the current password and the next one."""

from functools import partial

from functions.manage_password import model
from functions.manage_password.settings import Settings
from ishtirak.adapters.aws.factor_table import FactorTable
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.adapters.aws.revocation_table import RevocationTable
from ishtirak.adapters.aws.sms_budget_table import SmsBudgetTable
from ishtirak.adapters.aws.user_pool import CognitoUserPool
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.login_ports import answered_codes, login_opening
from ishtirak.edge.http.api import Api
from ishtirak.edge.views.codes import code_issued
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory
from ishtirak.use_cases.change_password import change_password, issue_password_code
from ishtirak.wiring import writing_api


def build(settings: Settings, *, clock: Clock | None = None, directory: Directory | None = None) -> Api:
    clock, table = clock or SystemClock(), settings.access_table
    opening = login_opening(settings, clock=clock)
    codes = answered_codes(settings, clock=clock, directory=directory)
    asking = partial(issue_password_code, challenges=codes.challenges, mac=codes.mac, clock=clock)
    changing = partial(change_password, codes=codes, opening=opening)
    pool = CognitoUserPool(settings.user_pool_id, client_id=settings.user_pool_client_id)
    change = partial(
        changing,
        factors=FactorTable(table, clock=clock),
        people=PeopleTable(settings.register_table),
        pool=pool,
        revocations=RevocationTable(table),
    )
    api = writing_api("manage_password", settings, table=table, clock=clock)
    issue = partial(asking, logins=opening.logins, budgets=SmsBudgetTable(table))
    api.add(model.ISSUE_PASSWORD_CODE, issue, code_issued)
    api.add(model.CHANGE_PASSWORD, change, model.changed)
    return api
