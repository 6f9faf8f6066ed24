"""Posting an approved request: the period, its ledger entry, its bill and the request's own state, in one effect."""

from datetime import date, datetime

from ishtirak.billing import posting
from ishtirak.billing.calculator import BillCalculator
from ishtirak.billing.model import Bill, BillRow
from ishtirak.billing.ports import Bills
from ishtirak.billing.posting import BilledPosting
from ishtirak.kernel.clock import Clock, to_rfc3339, today
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.months import Month
from ishtirak.kernel.periods import Period
from ishtirak.kernel.transaction import Transaction
from ishtirak.register.periods import RecordedPeriod, RecordedWageLine, Source, SourceKind
from ishtirak.register.ports import Accounts, Establishments, People
from ishtirak.register.rules import Cause, continued, followed_by
from ishtirak.requests import rules
from ishtirak.requests.model import PeriodData, RequestKind, RequestState, SubmittedRequest
from ishtirak.requests.ports import Requests
from ishtirak.requests.refusals import NotApproved
from ishtirak.statute.model import Assessment
from ishtirak.use_cases.assess_claim import assess_submitted
from ishtirak.use_cases.authority_dates import AuthorityDates
from ishtirak.use_cases.billed_account import Asked, BilledAccount, beyond
from ishtirak.use_cases.statute_facts import ledger_rows


def post_period(
    request_id: str,
    *,
    requests: Requests,
    people: People,
    establishments: Establishments,
    accounts: Accounts,
    authority: AuthorityDates,
    bills: Bills,
    calculator: BillCalculator,
    clock: Clock,
    transaction: Transaction,
) -> str | None:
    """The id of the bill; None where an amendment left nothing to pay. Posting again changes nothing.

    Raises `NotApproved`, the rule that objects by now, and `ChangedMeanwhile` when the account or the request moved.
    """
    request = requests.submitted(request_id)
    if request.state is RequestState.BILLED:
        return request.bill_id
    if request.state is not RequestState.APPROVED:
        raise NotApproved()
    account = BilledAccount.read(
        request.owner,
        request.system,
        people=people,
        establishments=establishments,
        accounts=accounts,
        bills=bills,
        calculator=calculator,
    )
    assessment = assess_submitted(
        request,
        people=people,
        establishments=establishments,
        accounts=accounts,
        authority=authority,
        as_of=today(clock),
        decision=request.decision,
    )
    now = clock.now()
    posted = _posted(request, assessment, account, at=now)
    issued = next((bill for bill in posted.issued if bill.id == _bill_id(request)), None)
    change = rules.mark_billed(
        request,
        issued.id if issued else None,
        total_halalas=issued.total if issued else 0,
        at=now,
        other_bills=tuple(bill.id for bill in posted.issued if bill is not issued),
    )
    transaction.commit(
        requests.save(change),
        accounts.save(posted.posting, before=account.state),
        bills.save(issued=posted.issued, changed=posted.changed),
        result=change.after.bill_id,
    )
    return change.after.bill_id


def _posted(
    request: SubmittedRequest, assessment: Assessment, account: BilledAccount, *, at: datetime
) -> BilledPosting:
    """The account with the period of the request in it, and with what this changes for other employers."""
    recorded = period_of(request, assessment, at=to_rfc3339(at))
    cause = Cause(at=at, actor="add_period", data={"request_id": request.id})
    if request.kind is RequestKind.ADD:
        rows = ledger_rows(assessment.rows)
        return posting.post(
            account.state,
            period=recorded,
            rows=rows,
            cause=cause,
            bill=_bill(request, assessment, account, period=recorded, more=beyond(rows, {})),
            entries=account.entries,
            others=account.others(recorded, before=None, on=assessment.as_of),
        )
    before = next(period for period in account.periods if period.id == request.amends)
    amended = followed_by(recorded, before) if request.data.continues else recorded
    after = continued(amended, before, on=rules.requested_on(request))
    rows = account.rows_of_amended(before, assessment)
    billed = account.billed(before)
    return posting.amend(
        account.state,
        before=before,
        entries=account.entries,
        after=after,
        rows=rows,
        cause=cause,
        bill=_bill(request, assessment, account, period=after, more=beyond(rows, billed.asked(rows))),
        billed=billed,
        others=account.others(after, before=before, on=assessment.as_of),
    )


def _bill(
    request: SubmittedRequest,
    assessment: Assessment,
    account: BilledAccount,
    *,
    period: RecordedPeriod,
    more: Asked,
) -> Bill | None:
    """A bill for what is due beyond what was billed for the period already, and for the fines on that."""
    routes = {row.month: row.route for row in assessment.rows}
    return account.bill(
        period,
        rows=(
            BillRow(month=month, worker=worker, employer=employer, route=routes[month])
            for month, (worker, employer) in more.items()
        ),
        id=_bill_id(request),
        source=period.source,
        requested_on=rules.requested_on(request),
        issued_on=assessment.as_of,
    )


def _bill_id(request: SubmittedRequest) -> str:
    return stable_id("bill", request.id)


def period_of(request: SubmittedRequest, assessment: Assessment, *, at: str) -> RecordedPeriod:
    """The period as it is recorded: the days the rules allowed and their wages, under the person's own words."""
    data = request.data
    return RecordedPeriod(
        id=stable_id("period", request.id),
        person_id=request.owner,
        establishment=data.establishment,
        system=request.system,
        starts_on=assessment.registered.starts_on,
        ends_on=assessment.registered.ends_on,
        wages=_wages(data, registered=assessment.registered),
        occupation_code=data.occupation_code,
        work_type=data.work_type.value,
        law=assessment.law,
        registered=assessment.days,
        first_covered_on=assessment.first_covered_on,
        work_started_on=_before(assessment.work_started_on, assessment.registered.starts_on),
        source=Source(kind=SourceKind.REQUEST, reference=request.reference, version=request.version),
        registered_at=at,
    )


def _before(day: date, other: date) -> date | None:
    """The day, where it is before the other."""
    return day if day < other else None


def _wages(data: PeriodData, *, registered: Period) -> tuple[RecordedWageLine, ...]:
    """The wage lines of the months that are registered; of those that are not, none says anything."""
    first, last = Month.of(registered.starts_on), Month.of(registered.ends_on)
    return tuple(
        RecordedWageLine.of(line, first_month=line.first_month, last_month=line.last_month)
        for line in (line.within(first, last) for line in data.wage_lines)
        if line is not None
    )
