"""Posting an approved request: the period, its ledger entry, its bill and the request's own state, in one effect."""

from collections.abc import Mapping
from datetime import datetime

from ishtirak.billing import posting
from ishtirak.billing.adjustments import PeriodBills
from ishtirak.billing.calculator import BillCalculator
from ishtirak.billing.model import Bill, BillRow
from ishtirak.billing.ports import Bills
from ishtirak.billing.posting import BilledPosting
from ishtirak.kernel.clock import Clock, to_rfc3339, today
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.months import Month
from ishtirak.kernel.periods import Period
from ishtirak.kernel.reference import reference_of
from ishtirak.kernel.transaction import Transaction
from ishtirak.register.ledger import AccountState, LedgerEntry, LedgerRow
from ishtirak.register.periods import RecordedPeriod, RecordedWageLine, Source, SourceKind
from ishtirak.register.ports import Accounts, Establishments, People
from ishtirak.register.rules import Cause
from ishtirak.register.statement import standing_entry
from ishtirak.requests import rules
from ishtirak.requests.model import PeriodData, RequestKind, RequestState, SubmittedRequest
from ishtirak.requests.ports import Requests
from ishtirak.requests.refusals import NotApproved
from ishtirak.statute.model import Assessment, MonthRow
from ishtirak.use_cases.assess_claim import assess_submitted
from ishtirak.use_cases.authority_dates import AuthorityDates


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
    state = accounts.state(request.owner, request.system)
    if request.kind is RequestKind.ADD:
        posted = _added(request, assessment, state, calculator=calculator, at=now)
    else:
        posted = _amended(
            request, assessment, state, accounts=accounts, bills=bills, calculator=calculator, at=now
        )
    issued = posted.issued
    change = rules.mark_billed(
        request, issued.id if issued else None, total_halalas=issued.total if issued else 0, at=now
    )
    transaction.commit(
        requests.save(change),
        accounts.save(posted.posting, before=state),
        bills.save(issued=issued, changed=posted.changed),
        result=change.after.bill_id,
    )
    return change.after.bill_id


def _added(
    request: SubmittedRequest,
    assessment: Assessment,
    state: AccountState,
    *,
    calculator: BillCalculator,
    at: datetime,
) -> BilledPosting:
    period = period_of(request, assessment, at=to_rfc3339(at))
    bill = bill_of(request, assessment, period=period, before={}, calculator=calculator)
    return posting.post(
        state, period=period, rows=ledger_rows(assessment), cause=_cause(request, at=at), bill=bill
    )


def _amended(
    request: SubmittedRequest,
    assessment: Assessment,
    state: AccountState,
    *,
    accounts: Accounts,
    bills: Bills,
    calculator: BillCalculator,
    at: datetime,
) -> BilledPosting:
    entries = accounts.entries(request.owner, request.system)
    before = next(period for period in accounts.periods(request.owner) if period.id == request.amends)
    after = period_of(request, assessment, at=to_rfc3339(at))
    standing = by_month(standing_entry(entries, period_id=before.id))
    billed = tuple(
        bill for bill in bills.of_account(before.person_id, before.system) if bill.period_id == before.id
    )
    return posting.amend(
        state,
        before=before,
        entries=entries,
        after=after,
        rows=ledger_rows(assessment),
        cause=_cause(request, at=at),
        bill=bill_of(request, assessment, period=after, before=standing, calculator=calculator),
        billed=PeriodBills(billed, calculator),
    )


def _cause(request: SubmittedRequest, *, at: datetime) -> Cause:
    return Cause(at=at, actor="add_period", data={"request_id": request.id})


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
        route=assessment.route,
        source=Source(kind=SourceKind.REQUEST, reference=request.reference, version=request.version),
        registered_at=at,
    )


def _wages(data: PeriodData, *, registered: Period) -> tuple[RecordedWageLine, ...]:
    """The wage lines of the months that are registered; of those that are not, none says anything."""
    first, last = Month.of(registered.starts_on), Month.of(registered.ends_on)
    return tuple(
        RecordedWageLine.of(line, first_month=line.first_month, last_month=line.last_month)
        for line in (line.within(first, last) for line in data.wage_lines)
        if line is not None
    )


def ledger_rows(assessment: Assessment) -> tuple[LedgerRow, ...]:
    """One row a month and branch, both sides."""
    return tuple(
        LedgerRow(month=row.month, branch=part.branch.value, worker=part.employee, employer=part.employer)
        for row in assessment.rows
        for part in row.branches
    )


def by_month(entry: LedgerEntry) -> dict[Month, tuple[int, int]]:
    """What an entry holds for each month, in halalas: the worker's and the employer's side."""
    sums: dict[Month, tuple[int, int]] = {}
    for row in entry.rows:
        worker, employer = sums.get(row.month, (0, 0))
        sums[row.month] = (worker + row.worker, employer + row.employer)
    return sums


def bill_of(
    request: SubmittedRequest,
    assessment: Assessment,
    *,
    period: RecordedPeriod,
    before: Mapping[Month, tuple[int, int]],
    calculator: BillCalculator,
) -> Bill | None:
    """What is due beyond what the period already cost (`before`, by month), and the fines on that; None for nothing."""
    compared = (_bill_row(row, before.get(row.month, (0, 0))) for row in assessment.rows)
    rows = tuple(row for row in compared if row is not None)
    if not rows:
        return None
    bill = Bill.of(
        rows,
        id=stable_id("bill", request.id),
        reference=reference_of(f"bill/{request.id}", on=assessment.as_of),
        person_id=request.owner,
        system=period.system,
        period_id=period.id,
        debtor=period.establishment,
        issued_on=assessment.as_of,
        source=period.source,
        route=period.route,
        requested_on=rules.requested_on(request),
    )
    return calculator.issued(bill)


def _bill_row(row: MonthRow, before: tuple[int, int]) -> BillRow | None:
    worker = max(0, row.employee - before[0])
    employer = max(0, row.employer - before[1])
    return BillRow(month=row.month, worker=worker, employer=employer) if worker + employer else None
