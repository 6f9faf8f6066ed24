"""A contributor fills in, reads and withdraws a request; each step is saved."""

from functools import partial

from functions.edit_request import model
from functions.edit_request.settings import Settings
from ishtirak.adapters.assessment_ports import assessment_ports
from ishtirak.adapters.aws.bill_table import BillTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.aws.worker_contract_table import WorkerContractTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.http.api import Api
from ishtirak.kernel.clock import Clock
from ishtirak.register.ports import Residency
from ishtirak.use_cases.accept_declaration import accept_declaration
from ishtirak.use_cases.begin_request import begin_request
from ishtirak.use_cases.read_requests import list_requests, read_receipt, read_request, read_timeline
from ishtirak.use_cases.read_service import read_service
from ishtirak.use_cases.save_data import save_data
from ishtirak.use_cases.withdraw_request import withdraw_request
from ishtirak.wiring import writing_api


def build(settings: Settings, *, clock: Clock | None = None, residency: Residency | None = None) -> Api:
    clock = clock or SystemClock()
    requests, register = RequestTable(settings.requests_table), settings.register_table
    bills, contracts = BillTable(register), WorkerContractTable(register)
    reading, acting = partial(partial, requests=requests), partial(partial, requests=requests, clock=clock)
    save = acting(save_data, contracts=contracts, **assessment_ports(settings, residency=residency))
    api = writing_api("edit_request", settings, table=settings.requests_table, clock=clock)
    api.add(model.READ_SERVICE, partial(read_service, clock=clock), model.service_facts)
    api.add(model.BEGIN_REQUEST, acting(begin_request), model.begun)
    api.add(model.LIST_REQUESTS, reading(list_requests), model.request_list)
    api.add(model.READ_REQUEST, reading(read_request), model.request_view)
    api.add(model.SAVE_DATA, save, model.assessed)
    api.add(model.ACCEPT_DECLARATION, acting(accept_declaration), model.request_view)
    api.add(model.WITHDRAW_REQUEST, acting(withdraw_request), model.request_view)
    api.add(model.READ_TIMELINE, reading(read_timeline), model.timeline)
    api.add(model.READ_RECEIPT, reading(read_receipt, bills=bills), model.receipt)
    return api
