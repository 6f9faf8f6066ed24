"""A contributor asks for the code that submits the request as it stands, and sees how far it is on its way."""

from functools import partial

from functions.issue_code import model
from functions.issue_code.settings import Settings
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.account_table import AccountTable
from ishtirak.adapters.aws.document_table import DocumentTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.aws.sms_budget_table import SmsBudgetTable
from ishtirak.adapters.aws.worker_contract_table import WorkerContractTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.http.api import Api
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.issue_code import issue_code
from ishtirak.use_cases.read_code_dispatch import read_code_dispatch
from ishtirak.wiring import writing_api


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    clock = clock or SystemClock()
    challenges = AccessTable(settings.access_table)
    issue = partial(
        issue_code,
        requests=RequestTable(settings.requests_table),
        documents=DocumentTable(settings.requests_table),
        accounts=AccountTable(settings.register_table),
        contracts=WorkerContractTable(settings.register_table),
        challenges=challenges,
        mac=KmsMac(settings.mac_key_arn),
        budgets=SmsBudgetTable(settings.access_table),
        clock=clock,
    )
    api = writing_api("issue_code", settings, table=settings.access_table, clock=clock)
    api.add(model.ISSUE_CODE, issue, model.code_issued)
    api.add(model.READ_CODE_DISPATCH, partial(read_code_dispatch, challenges=challenges), model.code_dispatch)
    return api
