"""Step of add_period.

The approved period, its ledger entry, its bill and the request's own state, in one transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from functions.post_period.settings import Settings
from ishtirak.adapters.aws.register_table import RegisterTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.billing.adjustments import PeriodBills
from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.model import Bill, BillRow
from ishtirak.edge.task import TaskInput, task
from ishtirak.kernel import ids
from ishtirak.kernel.clock import Clock, to_rfc3339, today
from ishtirak.kernel.months import Month
from ishtirak.kernel.periods import Period
from ishtirak.kernel.reference import reference_of
from ishtirak.register import rules as accounts_rules
from ishtirak.register import statement
from ishtirak.register.establishments import Establishment
from ishtirak.register.ledger import LedgerEntry, LedgerRow, Posting
from ishtirak.register.periods import RecordedPeriod, RecordedWageLine, Source, SourceKind
from ishtirak.requests import refusals, rules
from ishtirak.requests.model import PeriodData, Request, RequestKind, RequestState
from ishtirak.statute.model import Assessment, MonthRow
from ishtirak.use_cases.assess_claim import assess, establishment_of


class Posted(BaseModel):
    """The bill that came of it; none where an amendment left nothing to pay."""

    bill_id: str | None


def build(
    settings: Settings, *, clock: Clock | None = None
) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    requests = RequestTable(settings.requests_table)
    register = RegisterTable(settings.register_table)
    time = clock or SystemClock()

    def post(step: TaskInput) -> Posted:
        request = requests.get(step.request_id)
        if request.state is RequestState.BILLED:
            return Posted(bill_id=request.bill_id)
        if request.state is not RequestState.APPROVED or request.data is None:
            raise refusals.NotApproved()
        now, day = time.now(), today(time)
        assessment = assess(
            request,
            request.data,
            register=register,
            requested_on=rules.requested_on(request),
            as_of=day,
            decision=request.decision,
        )
        account = register.head(request.owner, request.system)
        period = period_of(request, request.data, assessment, at=to_rfc3339(now))
        cause = accounts_rules.Cause(at=now, actor="add_period", data={"request_id": request.id})
        employer = establishment_of(request.data, system=request.system, register=register)
        posting: Posting
        if request.kind is RequestKind.ADD:
            bill = _bill(request, assessment, employer, period=period, before={})
            posting = accounts_rules.post(
                account, period=period, rows=ledger_rows(assessment), cause=cause, bill=bill
            )
        else:
            entries = register.entries(request.owner, account.system)
            before = next(kept for kept in register.periods(request.owner) if kept.id == request.amends)
            standing = statement.standing_entry(entries, period_id=before.id)
            bill = _bill(request, assessment, employer, period=period, before=by_month(standing))
            posting = accounts_rules.amend(
                account,
                before=before,
                entries=entries,
                after=period,
                rows=ledger_rows(assessment),
                cause=cause,
                bill=bill,
                billed=_billed(register, before),
            )
        change = rules.mark_billed(
            request, bill.id if bill else None, total_halalas=bill.total if bill else 0, at=now
        )
        requests.commit(change, alongside=register.posting(posting, head=account))
        return Posted(bill_id=change.after.bill_id)

    return task(post, takes=TaskInput)


def period_of(request: Request, data: PeriodData, assessment: Assessment, *, at: str) -> RecordedPeriod:
    """The period as it is recorded: the days the rules allowed and their wages, under the person's own words."""
    return RecordedPeriod(
        id=ids.stable_id("period", request.id),
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
        source=Source(
            kind=SourceKind.REQUEST, reference=request.reference or request.id, version=request.version
        ),
        registered_at=at,
    )


def _wages(data: PeriodData, *, registered: Period) -> tuple[RecordedWageLine, ...]:
    """The wage lines of the months that are registered; of those that are not, none says anything."""
    first, last = Month.of(registered.starts_on), Month.of(registered.ends_on)
    return tuple(
        RecordedWageLine(
            first_month=max(line.first_month, first),
            last_month=min(line.last_month, last),
            basic=line.basic,
            housing=line.housing,
            housing_in_kind=line.housing_in_kind,
            commission=line.commission,
        )
        for line in data.wage_lines
        if line.first_month <= last and first <= line.last_month
    )


def ledger_rows(assessment: Assessment) -> tuple[LedgerRow, ...]:
    """One row a month and branch, both sides."""
    return tuple(
        LedgerRow(month=row.month, branch=part.branch.value, worker=part.employee, employer=part.employer)
        for row in assessment.rows
        for part in row.branches
    )


def by_month(entry: LedgerEntry) -> dict[Month, tuple[int, int]]:
    """What an entry holds for each month: the worker's and the employer's side."""
    sums: dict[Month, tuple[int, int]] = {}
    for row in entry.rows:
        worker, employer = sums.get(row.month, (0, 0))
        sums[row.month] = (worker + row.worker, employer + row.employer)
    return sums


def _bill(
    request: Request,
    assessment: Assessment,
    employer: Establishment,
    *,
    period: RecordedPeriod,
    before: Mapping[Month, tuple[int, int]],
) -> Bill | None:
    """What is due beyond what the period already cost, and the fines on that."""
    rows: Sequence[BillRow] = [
        row for row in (_bill_row(month, before.get(month.month, (0, 0))) for month in assessment.rows) if row
    ]
    if not rows:
        return None
    bill = Bill.of(
        tuple(rows),
        id=ids.stable_id("bill", request.id),
        reference=reference_of(f"bill/{request.id}", on=assessment.as_of),
        person_id=request.owner,
        system=period.system,
        period_id=period.id,
        debtor=employer.number,
        issued_on=assessment.as_of,
        source=period.source,
        route=period.route,
        requested_on=rules.requested_on(request),
    )
    return bill_calculator().issued(bill)


def _bill_row(month: MonthRow, before: tuple[int, int]) -> BillRow | None:
    worker = max(0, month.employee - before[0])
    employer = max(0, month.employer - before[1])
    return BillRow(month=month.month, worker=worker, employer=employer) if worker + employer else None


def _billed(register: RegisterTable, period: RecordedPeriod) -> PeriodBills:
    """What was billed for a period so far."""
    bills = register.bills(period.person_id, period.system)
    return PeriodBills(tuple(bill for bill in bills if bill.period_id == period.id), bill_calculator())
