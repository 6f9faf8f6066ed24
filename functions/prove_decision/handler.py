"""POST /v1/decisions/code and /proof: the code bound to one decision, and the proof it or an authenticator gives."""

from functools import partial

from functions.prove_decision import model
from functions.prove_decision.settings import Settings
from ishtirak.adapters.aws.sms_budget_table import SmsBudgetTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.proof_ports import code_ports, proof_ports
from ishtirak.edge.http.api import Api
from ishtirak.edge.views.codes import code_issued
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory
from ishtirak.use_cases.prove_decision import issue_decision_code, prove_decision
from ishtirak.wiring import writing_api


def build(settings: Settings, *, clock: Clock | None = None, directory: Directory | None = None) -> Api:
    clock, codes = clock or SystemClock(), code_ports(settings)
    proofs = proof_ports(settings, clock=clock, directory=directory)
    issue = partial(issue_decision_code, budgets=SmsBudgetTable(settings.access_table), clock=clock, **codes)
    api = writing_api("prove_decision", settings, table=settings.access_table, clock=clock)
    api.add(model.ISSUE_DECISION_CODE, issue, code_issued)
    api.add(model.PROVE_DECISION, partial(prove_decision, clock=clock, **codes, **proofs), model.proven)
    return api
