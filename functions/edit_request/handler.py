"""A contributor fills in, reads and withdraws a request; each step is saved."""

from functools import partial

from functions.edit_request import model
from functions.edit_request.settings import Settings
from ishtirak.adapters.aws.bill_table import BillTable
from ishtirak.adapters.aws.register_ports import register_ports
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.aws.worker_contract_table import WorkerContractTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.http.api import Api
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.accept_declaration import accept_declaration
from ishtirak.use_cases.begin_request import begin_request
from ishtirak.use_cases.read_requests import list_requests, read_receipt, read_request, read_timeline
from ishtirak.use_cases.read_service import read_service
from ishtirak.use_cases.save_data import save_data
from ishtirak.use_cases.withdraw_request import withdraw_request
from ishtirak.wiring import writing_api


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    clock = clock or SystemClock()
    requests, register = RequestTable(settings.requests_table), settings.register_table
    contracts, bills = WorkerContractTable(register), BillTable(register)
    save = partial(save_data, contracts=contracts, **register_ports(register))
    accept = partial(accept_declaration, requests=requests, clock=clock)
    withdraw = partial(withdraw_request, requests=requests, clock=clock)
    api = writing_api("edit_request", settings, table=settings.requests_table, clock=clock)
    api.add(model.READ_SERVICE, partial(read_service, clock=clock), model.service_facts)
    api.add(model.BEGIN_REQUEST, partial(begin_request, requests=requests, clock=clock), model.begun)
    api.add(model.LIST_REQUESTS, partial(list_requests, requests=requests), model.request_list)
    api.add(model.READ_REQUEST, partial(read_request, requests=requests), model.request_view)
    api.add(model.SAVE_DATA, partial(save, requests=requests, clock=clock), model.assessed)
    api.add(model.ACCEPT_DECLARATION, accept, model.request_view)
    api.add(model.WITHDRAW_REQUEST, withdraw, model.request_view)
    api.add(model.READ_TIMELINE, partial(read_timeline, requests=requests), model.timeline)
    api.add(model.READ_RECEIPT, partial(read_receipt, requests=requests, bills=bills), model.receipt)
    return api
