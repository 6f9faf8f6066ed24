"""POST /v1/decisions/code and /proof: the code bound to one decision, and the proof it or an authenticator gives."""

from functools import partial

from functions.prove_decision import model
from functions.prove_decision.settings import Settings
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.bill_table import BillTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.factor_table import FactorTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.proof_table import ProofTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.aws.sms_budget_table import SmsBudgetTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.phones import registered_phones
from ishtirak.edge.http.api import Api
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory
from ishtirak.use_cases.prove_decision import issue_decision_code, prove_decision
from ishtirak.wiring import writing_api


def build(settings: Settings, *, clock: Clock | None = None, directory: Directory | None = None) -> Api:
    clock, table = clock or SystemClock(), settings.access_table
    decided = partial(
        partial,
        requests=RequestTable(settings.requests_table),
        bills=BillTable(settings.register_table),
        challenges=AccessTable(table),
        mac=KmsMac(settings.mac_key_arn),
        clock=clock,
    )
    prove = decided(
        prove_decision,
        factors=FactorTable(table, clock=clock),
        proofs=ProofTable(table),
        encryption=KmsEncryption(settings.data_key_arn),
        phones=registered_phones(settings, directory=directory),
    )
    api = writing_api("prove_decision", settings, table=table, clock=clock)
    issue = decided(issue_decision_code, budgets=SmsBudgetTable(table))
    api.add(model.ISSUE_DECISION_CODE, issue, model.code_issued)
    api.add(model.PROVE_DECISION, prove, model.proven)
    return api
