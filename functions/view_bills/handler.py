"""GET /v1/employer/bills…: the bills of the establishments the caller acts for. Any other one does not exist here."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from typing import Final

from functions.view_bills.settings import Settings
from ishtirak.adapters.aws.register_table import RegisterTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.model import Bill
from ishtirak.billing.ports import bill_position
from ishtirak.edge.http.api import Api, Call
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.views.bills import BillLine, BillView, View, bill_line, bill_view, day_asked
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.errors import Invalid, NotFound
from ishtirak.register.ports import Register

MOST_ON_A_PAGE: Final = 100
_PLACE: Final = re.compile(r"7[0-9]{9}/[0-9]{4}-[0-9]{2}-[0-9]{2}#[0-9a-f-]{36}")


class EmployerBills(View):
    """One page of bills: by establishment, latest first."""

    bills: list[BillLine]
    next: str | None


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    time = clock or SystemClock()
    register = RegisterTable(settings.register_table)
    api = Api("view_bills", clock=time, origins=settings.web_origins)

    @api.get(
        "/v1/employer/bills",
        summary="What our establishments were billed",
        gives=EmployerBills,
        roles=(Role.EMPLOYER,),
        query=("limit", "after"),
    )
    def list_bills(call: Call[None]) -> Reply[EmployerBills]:
        limit, after = _page(call.query)
        found = list(_of_caller(register, call.caller, limit=limit + 1, after=after))
        page = found[:limit]
        people = register.contributors({bill.person_id for bill in page})
        lines = [
            bill_line(
                bill,
                today=today(time),
                calculator=bill_calculator(),
                worker=people.get(bill.person_id),
                language=call.language,
            )
            for bill in page
        ]
        return Reply(EmployerBills(bills=lines, next=cursor_at(page[-1]) if len(found) > limit else None))

    @api.get(
        "/v1/employer/bills/<bill_id>",
        summary="One bill: due today, or an estimate for a later day",
        description="`as_of` asks about a day to come; the answer then says that it is an estimate.",
        gives=BillView,
        roles=(Role.EMPLOYER,),
        query=("as_of",),
    )
    def read_bill(call: Call[None], bill_id: str) -> Reply[BillView]:
        bill = register.bill(bill_id)
        if bill is None or bill.debtor not in register.acts_for(call.caller.person_id):
            raise NotFound()
        day = today(time)
        view = bill_view(
            bill,
            as_of=day_asked(call.query, today=day, calculator=bill_calculator()),
            today=day,
            calculator=bill_calculator(),
            worker=register.contributor(bill.person_id),
            debtor=register.establishment(bill.debtor),
            language=call.language,
            for_authority=False,
        )
        return Reply(view, etag=bill.version)

    return api


def _of_caller(register: Register, caller: Caller, *, limit: int, after: str | None) -> Iterator[Bill]:
    """The bills of every establishment the caller acts for, from behind a place in one of them."""
    number_before, _, place = (after or "").partition("/")
    for number in register.acts_for(caller.person_id):
        if number.reveal() < number_before:
            continue
        behind = place if number.reveal() == number_before else None
        for bill in register.bills_of(number, limit=limit, after=behind):
            yield bill
            limit -= 1
        if limit <= 0:
            return


def cursor_at(bill: Bill) -> str:
    """Where the next page begins, opaque to who carries it."""
    return urlsafe_b64encode(f"{bill.debtor.reveal()}/{bill_position(bill)}".encode()).decode()


def _page(query: Mapping[str, str]) -> tuple[int, str | None]:
    limit = query.get("limit", "50")
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:6]) <= MOST_ON_A_PAGE:
        raise Invalid("/limit")
    cursor = query.get("after")
    return int(limit), _place_in(cursor) if cursor is not None else None


def _place_in(cursor: str) -> str:
    """A made-up place only moves within lists the caller may read anyway."""
    try:
        place = urlsafe_b64decode(cursor.encode("ascii", errors="strict")).decode("ascii")
    except (NotBase64, ValueError):
        raise Invalid("/after") from None
    if not _PLACE.fullmatch(place):
        raise Invalid("/after")
    return place
