"""What view_bills is asked, and its answers."""

from typing import Any

from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import get
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.pagination import NextPage, PageQuery
from ishtirak.edge.views.bills import BillLine, BillQuery, BillView, bill_line, bill_view
from ishtirak.kernel.pages import Page
from ishtirak.kernel.value import Value
from ishtirak.use_cases.read_bills import BillOnDay, BillSummary


class EmployerBills(Value):
    """One page of bills: by establishment, latest first."""

    bills: list[BillLine]
    next: NextPage


LIST_BILLS = get(
    "/v1/employer/bills",
    summary="What our establishments were billed",
    gives=EmployerBills,
    query=PageQuery,
)
READ_BILL = get(
    "/v1/employer/bills/<bill_id>",
    summary="One bill: due today, or an estimate for a later day",
    description="`as_of` asks about a day to come; the answer then says that it is an estimate.",
    gives=BillView,
    query=BillQuery,
)


def employer_bills(page: Page[BillSummary], call: Call[Any]) -> Reply[EmployerBills]:
    lines = [bill_line(summary, language=call.language) for summary in page.items]
    return Reply(EmployerBills(bills=lines, next=page.next))


def bill(found: BillOnDay, call: Call[Any]) -> Reply[BillView]:
    view = bill_view(found, language=call.language)
    return Reply(view, etag=found.bill.version)
