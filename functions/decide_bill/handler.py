"""/v1/bills…: the authority's desk for bills.

Waivers, instalments and the longer counting of unpaid months; what is large waits for a supervisor who is somebody
else. Nobody decides about a bill of their own, or of an establishment they act for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ishtirak.adapters.aws.register_table import RegisterTable

from functions.decide_bill import model
from functions.decide_bill.settings import Settings
from ishtirak.adapters.aws.idempotency_table import IdempotencyTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.billing import decisions, refusals
from ishtirak.billing.decisions import DecisionGrounds
from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.model import Bill, PaymentRecord, UnmatchedReason
from ishtirak.edge.http.api import Api, Call
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.texts import text
from ishtirak.edge.views.bills import BillView, bill_line, bill_view, day_asked, decision_view
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.errors import NotFound
from ishtirak.register.ledger import AccountState, Posting

AUTHORITY = (Role.OFFICER, Role.SUPERVISOR)
DESK_LENGTH = 100

type Deciding = Callable[[AccountState, Bill], Posting]


@dataclass(frozen=True)
class Desk:
    """What every route of the desk does: find the bill, decide about it in one transaction, show it."""

    register: RegisterTable
    clock: Clock

    def bill(self, bill_id: str) -> Bill:
        bill = self.register.bill(bill_id)
        if bill is None:
            raise NotFound()
        return bill

    def view(self, bill: Bill, call: Call[Any]) -> BillView:
        day = today(self.clock)
        return bill_view(
            bill,
            as_of=day_asked(call.query, today=day, calculator=bill_calculator()),
            today=day,
            calculator=bill_calculator(),
            worker=self.register.contributor(bill.person_id),
            debtor=self.register.establishment(bill.debtor),
            language=call.language,
            for_authority=True,
        )

    def decided(self, bill_id: str, call: Call[Any], decide: Deciding) -> Reply[BillView]:
        """One decision, its answer kept beside it; whoever changed account or bill meanwhile wins."""
        bill = self.bill(bill_id)
        self._require_no_interest(bill, call.caller)
        head = self.register.head(bill.person_id, bill.system)
        posting = decide(head, bill)
        (after,) = posting.changed
        reply = Reply(self.view(after, call), etag=after.version)
        answer = self.register.answering(call.once, reply, clock=self.clock)
        self.register.commit(answer, self.register.posting(posting, head=head))
        return reply

    def _require_no_interest(self, bill: Bill, caller: Caller) -> None:
        if bill.person_id == caller.person_id or bill.debtor in self.register.acts_for(caller.person_id):
            raise refusals.OwnInterest()

    def ground(self, call: Call[Any]) -> DecisionGrounds:
        return DecisionGrounds(
            by=call.caller,
            at=self.clock.now(),
            reason_code=call.body.reason_code.value,
            note=call.body.note,
            board_resolution=getattr(call.body, "board_resolution", None),
        )


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    time = clock or SystemClock()
    register = RegisterTable(settings.register_table)
    api = Api(
        "decide_bill",
        clock=time,
        onces=IdempotencyTable(settings.register_table),
        origins=settings.web_origins,
    )

    desk = Desk(register, time)

    @api.get(
        "/v1/bills",
        summary="Decisions that wait for a supervisor",
        gives=model.WaitingDecisions,
        roles=AUTHORITY,
    )
    def list_waiting_decisions(call: Call[None]) -> Reply[model.WaitingDecisions]:
        bills = register.bills_waiting(limit=DESK_LENGTH)
        people = register.contributors({bill.person_id for bill in bills})
        waiting = [
            model.WaitingDecision(
                bill=bill_line(
                    bill,
                    today=today(time),
                    calculator=bill_calculator(),
                    worker=people.get(bill.person_id),
                    language=call.language,
                ),
                decision=decision_view(decision, language=call.language, for_authority=True),
                proposed_by_me=decision.by == call.caller.person_id,
            )
            for bill in bills
            if (decision := bill.waiting) is not None
        ]
        return Reply(model.WaitingDecisions(waiting=waiting))

    @api.get(
        "/v1/bills/<bill_id>",
        summary="One bill, as the authority sees it",
        gives=BillView,
        roles=AUTHORITY,
        query=("as_of",),
    )
    def inspect_bill(call: Call[None], bill_id: str) -> Reply[BillView]:
        bill = desk.bill(bill_id)
        return Reply(desk.view(bill, call), etag=bill.version)

    @api.post(
        "/v1/bills/<bill_id>/waiver",
        summary="Let off fines",
        description="All of a fine up to ten days' delay, else up to half; more by a resolution of the Board. Above a "
        "sum, and by such a resolution, it waits for a supervisor.",
        takes=model.Waiver,
        gives=BillView,
        roles=AUTHORITY,
    )
    def waive_fines(call: Call[model.Waiver], bill_id: str) -> Reply[BillView]:
        def waive(head: AccountState, bill: Bill) -> Posting:
            return decisions.waive_fines(
                head, bill, percent=call.body.percent, ground=desk.ground(call), calculator=bill_calculator()
            )

        return desk.decided(bill_id, call, waive)

    @api.post(
        "/v1/bills/<bill_id>/instalments",
        summary="Grant instalments",
        takes=model.Plan,
        gives=BillView,
        roles=AUTHORITY,
    )
    def grant_instalments(call: Call[model.Plan], bill_id: str) -> Reply[BillView]:
        def put_off(head: AccountState, bill: Bill) -> Posting:
            return decisions.grant_instalments(
                head,
                bill,
                count=call.body.count,
                first_due_on=call.body.first_due_on,
                guarantee=call.body.guarantee,
                ground=desk.ground(call),
                calculator=bill_calculator(),
            )

        return desk.decided(bill_id, call, put_off)

    @api.post(
        "/v1/bills/<bill_id>/extension",
        summary="Count unpaid months for longer",
        takes=model.Extension,
        gives=BillView,
        roles=AUTHORITY,
    )
    def extend_counting(call: Call[model.Extension], bill_id: str) -> Reply[BillView]:
        def extend(head: AccountState, bill: Bill) -> Posting:
            return decisions.extend_counting(
                head, bill, ground=desk.ground(call), calculator=bill_calculator()
            )

        return desk.decided(bill_id, call, extend)

    @api.post(
        "/v1/bills/<bill_id>/decisions/<decision_id>/approval",
        summary="Approve or decline a proposed decision",
        takes=model.Approval,
        gives=BillView,
        roles=(Role.SUPERVISOR,),
    )
    def answer_decision(call: Call[model.Approval], bill_id: str, decision_id: str) -> Reply[BillView]:
        def answer(head: AccountState, bill: Bill) -> Posting:
            return decisions.answer_decision(
                head,
                bill,
                decision_id,
                approved=call.body.approved,
                by=call.caller,
                at=time.now(),
                calculator=bill_calculator(),
            )

        return desk.decided(bill_id, call, answer)

    @api.get(
        "/v1/payments/unmatched",
        summary="Money no bill took",
        gives=model.UnmatchedPayments,
        roles=AUTHORITY,
    )
    def list_unmatched_payments(call: Call[None]) -> Reply[model.UnmatchedPayments]:
        lost = register.unmatched(limit=DESK_LENGTH)
        return Reply(
            model.UnmatchedPayments(payments=[_unmatched(one, language=call.language) for one in lost])
        )

    return api


def _unmatched(payment: PaymentRecord, *, language: str) -> model.UnmatchedPayment:
    reason = payment.reason or UnmatchedReason.BILL_UNKNOWN
    return model.UnmatchedPayment(
        payment_reference=payment.reference,
        bill_reference=payment.bill_reference,
        amount=payment.amount,
        paid_at=payment.paid_at,
        received_at=payment.received_at,
        reason=reason,
        reason_text=text(language, "unmatched_reasons", reason.value),
    )
