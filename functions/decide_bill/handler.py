"""/v1/bills… and /v1/payments/unmatched: what the authority sees of bills and payments, and decides about bills."""

from functools import partial

from functions.decide_bill import model
from functions.decide_bill.settings import Settings
from ishtirak.adapters.aws.bill_desk import bill_desk
from ishtirak.adapters.aws.bill_table import PaymentTable
from ishtirak.adapters.aws.mac import KmsMac
from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.http.api import Api
from ishtirak.edge.pagination import SignedCursors
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.answer_decision import answer_decision
from ishtirak.use_cases.extend_counting import extend_counting
from ishtirak.use_cases.grant_instalments import grant_instalments
from ishtirak.use_cases.list_unmatched_payments import list_unmatched_payments
from ishtirak.use_cases.read_bills import inspect_bill, list_waiting_decisions
from ishtirak.use_cases.waive_fines import waive_fines
from ishtirak.wiring import writing_api


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    clock, table = clock or SystemClock(), settings.register_table
    desk = bill_desk(table, access=settings.access_table, clock=clock)
    cursors = SignedCursors(KmsMac(settings.mac_key_arn))
    listing = partial(list_waiting_decisions, bills=desk.bills, reader=desk.reader, cursors=cursors)
    waiting = partial(listing, interests=desk.interests)
    unmatched = partial(list_unmatched_payments, payments=PaymentTable(table), cursors=cursors)
    api = writing_api("decide_bill", settings, table=table, clock=clock)
    api.add(model.LIST_WAITING_DECISIONS, waiting, model.waiting_decisions)
    api.add(model.INSPECT_BILL, partial(inspect_bill, bills=desk.bills, reader=desk.reader), model.bill)
    api.add(model.WAIVE_FINES, partial(waive_fines, desk=desk), model.bill)
    api.add(model.GRANT_INSTALMENTS, partial(grant_instalments, desk=desk), model.bill)
    api.add(model.EXTEND_COUNTING, partial(extend_counting, desk=desk), model.bill)
    api.add(model.ANSWER_DECISION, partial(answer_decision, desk=desk), model.bill)
    api.add(model.LIST_UNMATCHED_PAYMENTS, unmatched, model.unmatched_payments)
    return api
