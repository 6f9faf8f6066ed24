"""/v1/me/factors…: an authenticator app and its recovery codes, from the enrolment to the removal."""

from functools import partial

from functions.manage_factors import model
from functions.manage_factors.settings import Settings
from ishtirak.adapters.aws.access_table import AccessTable
from ishtirak.adapters.aws.encryption import KmsEncryption
from ishtirak.adapters.aws.factor_table import FactorTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.sms_budget_table import SmsBudgetTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.phones import registered_phones
from ishtirak.edge.http.api import Api
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory
from ishtirak.use_cases.begin_enrolment import begin_enrolment
from ishtirak.use_cases.confirm_enrolment import confirm_enrolment
from ishtirak.use_cases.read_factors import read_factors
from ishtirak.use_cases.remove_authenticator import issue_removal_code, remove_authenticator
from ishtirak.use_cases.replace_recovery_codes import replace_recovery_codes
from ishtirak.wiring import writing_api


def build(settings: Settings, *, clock: Clock | None = None, directory: Directory | None = None) -> Api:
    clock, table = clock or SystemClock(), settings.access_table
    factors, challenges = FactorTable(table, clock=clock), AccessTable(table)
    kms, mac = KmsEncryption(settings.data_key_arn), KmsMac(settings.mac_key_arn)
    budgets, phones = SmsBudgetTable(table), registered_phones(settings, directory=directory)
    sms = partial(partial, challenges=challenges, factors=factors, mac=mac, clock=clock)
    proven = partial(sms, encryption=kms, phones=phones)
    api = writing_api("manage_factors", settings, table=table, clock=clock)
    renew = partial(replace_recovery_codes, factors=factors, encryption=kms, mac=mac, clock=clock)
    api.add(model.READ_FACTORS, partial(read_factors, factors=factors), model.factors_view)
    api.add(model.BEGIN_ENROLMENT, sms(begin_enrolment, encryption=kms, budgets=budgets), model.begun)
    api.add(model.CONFIRM_ENROLMENT, proven(confirm_enrolment), model.confirmed)
    api.add(model.REPLACE_RECOVERY_CODES, renew, model.confirmed)
    api.add(model.ISSUE_REMOVAL_CODE, sms(issue_removal_code, budgets=budgets), model.removal_code)
    api.add(model.REMOVE_AUTHENTICATOR, proven(remove_authenticator), model.factors_view)
    return api
