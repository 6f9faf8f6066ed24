"""An account as a posting finds it: its periods, ledger and bills, and what a change comes to for each of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date

from ishtirak.billing.adjustments import PeriodBills
from ishtirak.billing.calculator import BillCalculator
from ishtirak.billing.model import Bill, BillRow
from ishtirak.billing.ports import Bills
from ishtirak.billing.posting import OtherPeriod
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.insurance import System
from ishtirak.kernel.months import Month
from ishtirak.kernel.reference import reference_of
from ishtirak.register.ledger import AccountState, LedgerEntry, LedgerRow
from ishtirak.register.people import Contributor
from ishtirak.register.periods import RecordedPeriod, Source, SourceKind
from ishtirak.register.ports import Accounts, Establishments, People
from ishtirak.register.rows import by_month, difference, total
from ishtirak.register.statement import standing_entry
from ishtirak.statute.charges import due_on
from ishtirak.statute.model import Assessment, CoveredMonth
from ishtirak.statute.tables import statutory_tables
from ishtirak.use_cases.statute_facts import contributions_of, ledger_rows

Asked = Mapping[Month, tuple[int, int]]
"""What is billed of each month already, in halalas: the worker's and the employer's side."""


def entries_of(state: AccountState, *, accounts: Accounts) -> Sequence[LedgerEntry]:
    """The ledger as it was when the state was read.

    Raises `ChangedMeanwhile` when somebody posted in between: nothing could be committed on that state any more, and
    what would be decided on a ledger that does not fit it is no decision.
    """
    entries = accounts.entries(state.person_id, state.system)
    if entries and entries[-1].seq > state.projection.last_seq:
        raise ChangedMeanwhile()
    return entries


@dataclass(frozen=True)
class BilledAccount:
    """One person's account in one system with everything a posting to it depends on, read before it is decided."""

    contributor: Contributor
    _: KW_ONLY
    state: AccountState
    periods: Sequence[RecordedPeriod]
    """All of the person's, of every system, reversed ones too."""
    entries: Sequence[LedgerEntry]
    bills: Sequence[Bill]
    establishments: Establishments
    calculator: BillCalculator

    @classmethod
    def read(
        cls,
        person_id: str,
        system: System,
        *,
        people: People,
        establishments: Establishments,
        accounts: Accounts,
        bills: Bills,
        calculator: BillCalculator,
    ) -> "BilledAccount":
        """The account as it is now; the state first, so that a posting fails if anything else changes after it."""
        contributor = people.find(person_id)
        if contributor is None:
            raise LookupError("the owner of a request is always in the register")
        state = accounts.state(person_id, system)
        return cls(
            contributor,
            state=state,
            periods=accounts.periods(person_id),
            entries=entries_of(state, accounts=accounts),
            bills=bills.of_account(person_id, system),
            establishments=establishments,
            calculator=calculator,
        )

    def billed(self, period: RecordedPeriod) -> PeriodBills:
        """What was billed for a standing period."""
        return PeriodBills(tuple(bill for bill in self.bills if bill.period_id == period.id), self.calculator)

    def rows_of_amended(self, before: RecordedPeriod, assessment: Assessment) -> tuple[LedgerRow, ...]:
        """The ledger's rows of a period once it is amended as assessed.

        One that began with a request has all of its contributions in the ledger. Those of one that began with a
        contract, or before this register, are collected month by month elsewhere: the ledger has what amendments
        make of them, more or less.
        """
        rows = ledger_rows(assessment.rows)
        if billed_here(before, self.periods):
            return rows
        until = assessment.registered.ends_on
        if before.ends_on is not None and before.ends_on <= assessment.as_of:
            # what was recorded beyond it has been collected; days that have not come have not
            until = max(until, before.ends_on)
        came_to = ledger_rows(self._contributions(before, standing=self._standing, until=until))
        return total((*self._rows(before), *difference(rows, came_to)))

    def others(
        self, after: RecordedPeriod | None, *, before: RecordedPeriod | None, on: date
    ) -> tuple[OtherPeriod, ...]:
        """Other employers' periods that come to something else once `after` stands in the place of `before`.

        The maximum is shared by all employers of a month (regulation art. 19), so each of them owes less, or more.
        Either may be missing, not both.
        """
        changed = after or before
        if changed is None:
            raise ValueError("nothing changes")
        standing = [each for each in self._standing if before is None or each.id != before.id]
        standing += [after] if after else []
        return tuple(
            other
            for each in sharing_with(changed, self.periods)
            if (other := self._changed(each, standing=standing, source=changed.source, on=on))
        )

    def _changed(
        self, period: RecordedPeriod, *, standing: Sequence[RecordedPeriod], source: Source, on: date
    ) -> OtherPeriod | None:
        until = period.ends_on or on
        rows = total(ledger_rows(self._contributions(period, standing=standing, until=until)))
        if rows == total(self._rows(period)):
            return None
        billed = self.billed(period)
        due = due_on(Month.of(on), tables=statutory_tables())
        bill = self.bill(
            period,
            rows=(
                BillRow(month=month, worker=worker, employer=employer, due_on=due)
                for month, (worker, employer) in beyond(rows, billed.asked(rows)).items()
            ),
            id=stable_id("bill", source.reference, str(self.state.version), period.id),
            source=source,
            requested_on=on,
            issued_on=on,
        )
        return OtherPeriod(period, rows=rows, billed=billed, bill=bill)

    def bill(
        self,
        period: RecordedPeriod,
        *,
        rows: Iterable[BillRow],
        id: str,
        source: Source,
        requested_on: date,
        issued_on: date,
    ) -> Bill | None:
        """A bill to the period's employer over these rows, with the fines there are; None for nothing."""
        asked = tuple(rows)
        if not asked:
            return None
        bill = Bill.of(
            asked,
            id=id,
            reference=reference_of(f"bill/{id}", on=issued_on),
            person_id=period.person_id,
            system=period.system,
            period_id=period.id,
            debtor=period.establishment,
            issued_on=issued_on,
            source=source,
            requested_on=requested_on,
        )
        return self.calculator.issued(bill)

    @property
    def _standing(self) -> tuple[RecordedPeriod, ...]:
        return tuple(period for period in self.periods if period.stands)

    def _rows(self, period: RecordedPeriod) -> tuple[LedgerRow, ...]:
        return standing_entry(self.entries, period_id=period.id).rows

    def _contributions(
        self, period: RecordedPeriod, *, standing: Sequence[RecordedPeriod], until: date
    ) -> tuple[CoveredMonth, ...]:
        employer = self.establishments.find(period.establishment)
        if employer is None:
            raise LookupError("the employer of a recorded period is always in the register")
        return contributions_of(
            period, contributor=self.contributor, employer=employer, standing=standing, until=until
        ).months


def sharing_with(period: RecordedPeriod, periods: Sequence[RecordedPeriod]) -> tuple[RecordedPeriod, ...]:
    """The standing periods of other employers in the same system whose contributions are in the ledger."""
    return tuple(
        each
        for each in periods
        if each.stands
        and each.system is period.system
        and each.establishment != period.establishment
        and billed_here(each, periods)
    )


def billed_here(period: RecordedPeriod, periods: Sequence[RecordedPeriod]) -> bool:
    """Whether the period began with a request: no form it ever had, of all the person's, came from elsewhere."""
    forms = (each for each in periods if each.root == period.root)
    return all(each.source.kind is SourceKind.REQUEST for each in forms)


def beyond(rows: Iterable[LedgerRow], asked: Asked) -> Asked:
    """What the rows come to in each month beyond what is asked already, side by side; only where there is more."""
    more = {}
    for month, (worker, employer) in by_month(rows).items():
        worker_asked, employer_asked = asked.get(month, (0, 0))
        sides = max(0, worker - worker_asked), max(0, employer - employer_asked)
        if any(sides):
            more[month] = sides
    return more
