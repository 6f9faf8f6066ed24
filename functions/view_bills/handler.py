"""GET /v1/employer/bills…: the bills of the establishments the caller acts for."""

from functools import partial

from functions.view_bills import model
from functions.view_bills.settings import Settings
from ishtirak.adapters.aws.bill_table import BillTable
from ishtirak.adapters.aws.establishment_table import EstablishmentTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.aws.people_table import PeopleTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.billing.lateness import bill_calculator
from ishtirak.edge.http.api import Api
from ishtirak.edge.pagination import SignedCursors
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.read_bills import BillReader, list_bills, read_bill
from ishtirak.wiring import reading_api


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    clock, table = clock or SystemClock(), settings.register_table
    bills = BillTable(table)
    establishments = EstablishmentTable(table)
    reader = BillReader(PeopleTable(table), establishments, calculator=bill_calculator(), clock=clock)
    listing = partial(
        list_bills, bills=bills, reader=reader, cursors=SignedCursors(KmsMac(settings.mac_key_arn))
    )
    api = reading_api("view_bills", settings, clock=clock)
    api.add(model.LIST_BILLS, listing, model.employer_bills)
    api.add(model.READ_BILL, partial(read_bill, bills=bills, reader=reader), model.bill)
    return api
