"""Employers and the authority read bills: what is due today, or would be on a later day."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date
from functools import partial

from ishtirak.billing.calculator import BillCalculator, Settlement
from ishtirak.billing.decisions import matter_of
from ishtirak.billing.estimates import estimate_day
from ishtirak.billing.model import Bill, BillDecision
from ishtirak.billing.ports import Bills, bill_position, decision_position
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.pages import Cursors, Page
from ishtirak.kernel.scope import Scope
from ishtirak.register.establishments import Establishment
from ishtirak.register.people import Contributor
from ishtirak.register.ports import Establishments, People
from ishtirak.use_cases.acting import acts_for, may_act
from ishtirak.use_cases.interests import InterestReader


@dataclass(frozen=True)
class BillOnDay:
    """A bill as it stands, or would stand if nothing more were paid, on the day `as_of`, and whom it is about."""

    bill: Bill
    as_of: date
    settlement: Settlement
    is_estimate: bool
    worker: Contributor | None
    debtor: Establishment | None


@dataclass(frozen=True)
class BillSummary:
    """A bill in a list: `due` today, in halalas."""

    bill: Bill
    due: int
    worker: Contributor | None


@dataclass(frozen=True)
class WaitingDecision:
    """A proposed decision, the bill it is about, and whether the reader proposed it and so cannot approve it."""

    summary: BillSummary
    decision: BillDecision
    proposed_by_reader: bool
    own_interest: bool
    """Whether the reader is a party to it, and so cannot answer it."""


@dataclass(frozen=True)
class BillReader:
    """Makes of a bill what its readers are shown."""

    people: People
    establishments: Establishments
    _: KW_ONLY
    calculator: BillCalculator
    clock: Clock

    def on_day(self, bill: Bill, *, asked: date | None = None) -> BillOnDay:
        """The bill on the day asked for, today where none is; `DayOutOfReach` for a day it is not calculated for."""
        now = today(self.clock)
        as_of = estimate_day(asked, today=now, terms=self.calculator.terms)
        settlement = self.calculator.on(bill, as_of)
        return BillOnDay(
            bill=bill,
            as_of=as_of,
            settlement=settlement,
            is_estimate=as_of > now and settlement.due > 0,
            worker=self.people.find(bill.person_id),
            debtor=self.establishments.find(bill.debtor),
        )

    def summaries(self, bills: Sequence[Bill]) -> tuple[BillSummary, ...]:
        """The bills as a list shows them, today."""
        now = today(self.clock)
        workers = self.people.many({bill.person_id for bill in bills})
        return tuple(
            BillSummary(bill, due=self.calculator.on(bill, now).due, worker=workers.get(bill.person_id))
            for bill in bills
        )


def list_bills(
    *, limit: int, after: str | None, by: Caller, bills: Bills, reader: BillReader, cursors: Cursors
) -> Page[BillSummary]:
    """A page of what the caller's establishments were billed: by establishment, latest first.

    `after` is the cursor of an earlier page of the same list; `Invalid` (`/after`) for anything else.
    """
    page = Page.after(
        after,
        limit=limit,
        listing=f"bills/{by.person_id}",
        found=partial(_billed_to, by, bills=bills, reader=reader),
        position=_position,
        cursors=cursors,
    )
    return Page(reader.summaries(page.items), page.next)


def read_bill(bill_id: str, *, as_of: date | None, by: Caller, bills: Bills, reader: BillReader) -> BillOnDay:
    """One bill of an establishment the caller acts for, `NotFound` for any other."""
    bill = bills.find(bill_id)
    if bill is None or not may_act(
        bill.debtor, by=by, scope=Scope.BILLS, establishments=reader.establishments, clock=reader.clock
    ):
        raise NotFound()
    return reader.on_day(bill, asked=as_of)


def inspect_bill(
    bill_id: str, *, as_of: date | None, by: Caller, bills: Bills, reader: BillReader
) -> BillOnDay:
    """Any bill, as the authority sees it."""
    bill = bills.find(bill_id)
    if bill is None:
        raise NotFound()
    by.require_authority(bill.person_id)
    return reader.on_day(bill, asked=as_of)


def list_waiting_decisions(
    *,
    limit: int,
    after: str | None,
    by: Caller,
    bills: Bills,
    reader: BillReader,
    interests: InterestReader,
    cursors: Cursors,
) -> Page[WaitingDecision]:
    """A page of the proposed decisions that wait for a supervisor, longest waiting first.

    `after` is the cursor of an earlier page of the same list; `Invalid` (`/after`) for anything else.
    """
    page = Page.after(
        after,
        limit=limit,
        listing="decisions",
        found=bills.awaiting_decision,
        position=decision_position,
        cursors=cursors,
    )
    relations = interests.relations(by, [matter_of(bill) for bill in page.items])
    waiting = tuple(
        WaitingDecision(
            summary,
            decision,
            proposed_by_reader=decision.by == by.person_id,
            own_interest=relation is not None,
        )
        for summary, relation in zip(reader.summaries(page.items), relations, strict=True)
        if (decision := summary.bill.waiting) is not None
    )
    return Page(waiting, page.next)


def _billed_to(
    employer: Caller, *, limit: int, after: str | None, bills: Bills, reader: BillReader
) -> Sequence[Bill]:
    """The bills of every establishment the employer acts for, at most `limit`, from after a position on."""
    first_number, _, position = (after or "").partition("/")
    found: list[Bill] = []
    billed = acts_for(
        employer.person_id, scope=Scope.BILLS, establishments=reader.establishments, clock=reader.clock
    )
    for number in (establishment.number for establishment in billed):
        if number.reveal() < first_number or len(found) >= limit:
            continue
        start = position if number.reveal() == first_number else None
        found += bills.of_debtor(number, limit=limit - len(found), after=start)
    return found


def _position(bill: Bill) -> str:
    """Where a bill stands in the list of everything an employer was billed."""
    return f"{bill.debtor.reveal()}/{bill_position(bill)}"
