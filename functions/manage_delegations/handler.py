"""/v1/employer/establishments/<number>/delegations… and /v1/me/delegations…: offered, answered, taken back."""

from functions.manage_delegations import model
from functions.manage_delegations.settings import Settings
from ishtirak.adapters.aws.sms_budget_table import SmsBudgetTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.adapters.delegation_ports import DelegationPorts
from ishtirak.edge.http.api import Api
from ishtirak.edge.pagination import SignedCursors
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Directory
from ishtirak.use_cases.answer_delegation import (
    accept_delegation,
    decline_delegation,
    list_my_delegations,
    resign_delegation,
)
from ishtirak.use_cases.manage_delegations import list_delegations, read_delegation_history, revoke_delegation
from ishtirak.use_cases.offer_delegation import begin_offer, offer_delegation
from ishtirak.wiring import writing_api


def build(settings: Settings, *, clock: Clock | None = None, directory: Directory | None = None) -> Api:
    clock = clock or SystemClock()
    ports = DelegationPorts(settings, clock=clock, directory=directory)
    api = writing_api("manage_delegations", settings, table=settings.register_table, clock=clock)
    begin = ports.offering(
        begin_offer, verifier=ports.verifier, budgets=SmsBudgetTable(settings.access_table)
    )
    listing = ports.managing(list_delegations, cursors=SignedCursors(ports.mac))
    api.add(model.BEGIN_OFFER, begin, model.begun)
    api.add(model.OFFER_DELEGATION, ports.offering(offer_delegation, phones=ports.phones), model.delegation)
    api.add(model.LIST_DELEGATIONS, listing, model.delegations)
    api.add(model.READ_DELEGATION_HISTORY, ports.acting(read_delegation_history), model.history)
    api.add(model.REVOKE_DELEGATION, ports.managing(revoke_delegation), model.delegation)
    api.add(model.LIST_MY_DELEGATIONS, ports.acting(list_my_delegations), model.my_delegations)
    api.add(model.ACCEPT_DELEGATION, ports.acting(accept_delegation), model.my_delegation)
    api.add(model.DECLINE_DELEGATION, ports.acting(decline_delegation), model.my_delegation)
    api.add(model.RESIGN_DELEGATION, ports.acting(resign_delegation), model.my_delegation)
    return api
