"""GET /v1/me/… and /v1/establishments: what the register holds, for those it concerns, and who read it."""

from functools import partial

from functions.view_accounts import model
from functions.view_accounts.settings import Settings
from ishtirak.adapters.aws.account_table import AccountTable
from ishtirak.adapters.aws.bill_table import BillTable
from ishtirak.adapters.aws.disclosure_table import DisclosureTable
from ishtirak.adapters.aws.establishment_table import EstablishmentTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.http.api import Api
from ishtirak.edge.pagination import SignedCursors
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.read_access_log import read_access_log
from ishtirak.use_cases.read_account import list_my_periods
from ishtirak.use_cases.read_establishments import list_my_establishments
from ishtirak.use_cases.read_statement import read_my_contributions
from ishtirak.wiring import reading_api


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    table, cursors = settings.register_table, SignedCursors(KmsMac(settings.mac_key_arn))
    people, accounts, bills = PeopleTable(table), AccountTable(table), BillTable(table)
    employers, now = EstablishmentTable(table), clock or SystemClock()
    api = reading_api("view_accounts", settings, clock=now)
    account = partial(partial, accounts=accounts, establishments=employers, bills=bills)
    periods = account(list_my_periods)
    contributions = account(read_my_contributions, people=people, clock=now)
    establishments = partial(list_my_establishments, establishments=employers, clock=now)
    log = partial(read_access_log, access_log=DisclosureTable(table), accounts=accounts)
    reading = partial(log, establishments=employers, cursors=cursors, clock=now)
    api.add(model.LIST_MY_PERIODS, periods, model.my_periods)
    api.add(model.READ_MY_CONTRIBUTIONS, contributions, model.my_contributions)
    api.add(model.LIST_MY_ESTABLISHMENTS, establishments, model.my_establishments)
    api.add(model.READ_ACCESS_LOG, reading, model.access_log)
    return api
