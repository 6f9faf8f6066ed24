"""What a version of a contract changes in its worker's account: one period of social insurance stands for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from ishtirak.billing import posting
from ishtirak.billing.calculator import BillCalculator
from ishtirak.billing.model import BillRow
from ishtirak.billing.ports import Bills
from ishtirak.billing.posting import BilledPosting, OtherPeriod
from ishtirak.contracts.model import Contract, ContractOutcome, VersionState
from ishtirak.contracts.rules import event_name
from ishtirak.kernel.clock import RIYADH, to_rfc3339
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.months import Month
from ishtirak.kernel.transaction import Items
from ishtirak.register import rules
from ishtirak.register.ledger import AccountState, LedgerEntry, LedgerRow
from ishtirak.register.periods import RecordedPeriod, SourceKind
from ishtirak.register.ports import Accounts, Establishments
from ishtirak.register.refusals import PeriodNotStanding
from ishtirak.register.rows import difference
from ishtirak.statute.charges import due_on
from ishtirak.statute.model import Assessment
from ishtirak.statute.tables import statutory_tables
from ishtirak.use_cases.billed_account import BilledAccount, beyond, entries_of, sharing_with
from ishtirak.use_cases.contract_judge import SYSTEM, ContractJudge
from ishtirak.use_cases.contract_period import following, lineage_of, own_period, standing_for
from ishtirak.use_cases.statute_facts import contributions_of, ledger_rows

SOURCE: Final = "ishtirak.contracts"
ACTOR: Final = "ingest_contract"


@dataclass(frozen=True, kw_only=True)
class WorkersAccount:
    """The worker's account in social insurance as it was read before the contract was judged, and its stores."""

    state: AccountState
    periods: Sequence[RecordedPeriod]
    """All of the worker's, of every system, reversed ones too."""
    accounts: Accounts
    bills: Bills
    establishments: Establishments
    calculator: BillCalculator


def post_contract(
    contract: Contract,
    *,
    before: Contract | None,
    outcome: ContractOutcome,
    version: int,
    judge: ContractJudge,
    account: WorkersAccount,
    at: datetime,
) -> Items:
    """The writes that make the account agree with the contract after it took that version.

    Raises the refusal of the rule, of the statutes or of the register, that forbids it.
    """
    change = _ContractChange(
        contract=contract, before=before, version=version, judge=judge, account=account, at=at
    )
    cause = rules.Cause(
        at=at,
        actor=ACTOR,
        type=event_name(outcome),
        source=SOURCE,
        data={"contract_number": contract.number, "version": version},
    )
    posted = change.posted(cause)
    return (
        *account.accounts.save(posted.posting, before=account.state),
        *account.bills.save(issued=posted.issued, changed=posted.changed),
    )


@dataclass(frozen=True, kw_only=True)
class _ContractChange:
    """The contract before and after, and the account it is posted to."""

    contract: Contract
    before: Contract | None
    version: int
    judge: ContractJudge
    account: WorkersAccount
    at: datetime

    def posted(self, cause: rules.Cause) -> BilledPosting:
        state = self.account.state
        own = self._own(self.contract)
        was = self._own(self.before) if self.before else None
        standing = standing_for(self.contract.number, self.account.periods)
        if was is None and standing is None and own is not None:
            period = self._recorded(own)
            entries = self._entries() if self._sharing(period) else ()
            others = self._others(period, before=None, entries=entries)
            return posting.post(state, period=period, rows=(), cause=cause, entries=entries, others=others)
        if was is None or standing is None:
            raise PeriodNotStanding()
        entries = self._entries()
        billed = self._billed_account(entries) if self._amended_by_others() else None
        if own is None:
            return posting.reverse(
                state,
                period=standing,
                entries=entries,
                cause=cause,
                billed=billed.billed(standing) if billed else None,
                others=self._others(None, before=standing, entries=entries),
            )
        after = self._recorded(following(standing, before=was, after=own, on=self._told_on))
        others = self._others(after, before=standing, entries=entries)
        if billed is None:
            return posting.amend(
                state, before=standing, entries=entries, after=after, rows=(), cause=cause, others=others
            )
        return self._with_bills(billed, standing=standing, after=after, own=own, cause=cause, others=others)

    def _entries(self) -> Sequence[LedgerEntry]:
        return entries_of(self.account.state, accounts=self.account.accounts)

    def _sharing(self, period: RecordedPeriod) -> bool:
        """Whether what other employers were billed may change with the contract's period."""
        return bool(sharing_with(period, self.account.periods))

    def _others(
        self, after: RecordedPeriod | None, *, before: RecordedPeriod | None, entries: Sequence[LedgerEntry]
    ) -> tuple[OtherPeriod, ...]:
        """What the change comes to for them; nothing is read of bills where there are none."""
        changed = after or before
        if changed is None or not self._sharing(changed):
            return ()
        return self._billed_account(entries).others(
            after, before=before, on=self.at.astimezone(RIYADH).date()
        )

    def _with_bills(
        self,
        billed: BilledAccount,
        *,
        standing: RecordedPeriod,
        after: RecordedPeriod,
        own: RecordedPeriod,
        cause: rules.Cause,
        others: tuple[OtherPeriod, ...],
    ) -> BilledPosting:
        """The amended period with what was billed for amendments of it.

        What a contract comes to is collected month by month elsewhere. The ledger has what amendments made of it, more
        or less: the difference between what the period comes to and what the contract alone would.
        """
        today = self.at.astimezone(RIYADH).date()
        ends = (each.ends_on for each in (after, own) if each.ends_on is not None)
        until = max((end for end in ends if end <= today), default=today)
        rows = difference(self._come_to(after, until=until), self._come_to(own, until=until))
        bills = billed.billed(standing)
        due = due_on(Month.of(today), tables=statutory_tables())
        bill = billed.bill(
            after,
            rows=(
                BillRow(month=month, worker=worker, employer=employer, due_on=due)
                for month, (worker, employer) in beyond(rows, bills.asked(rows)).items()
            ),
            id=stable_id("bill", self.contract.number, str(self.contract.revision)),
            source=after.source,
            requested_on=self._told_on,
            issued_on=today,
        )
        return posting.amend(
            self.account.state,
            before=standing,
            entries=billed.entries,
            after=after,
            rows=rows,
            cause=cause,
            bill=bill,
            billed=bills,
            others=others,
        )

    def _come_to(self, period: RecordedPeriod, *, until: date) -> tuple[LedgerRow, ...]:
        comes_to = contributions_of(
            period,
            contributor=self.judge.contributor,
            employer=self.judge.employer,
            standing=(*self.judge.others, period),
            until=until,
        )
        return ledger_rows(comes_to.months)

    @property
    def _told_on(self) -> date:
        """The last day on which something that counts was told of the contract."""
        return max(each.occurred_on for each in self.contract.versions if each.state is VersionState.APPLIED)

    def _own(self, contract: Contract) -> RecordedPeriod | None:
        return own_period(contract, person_id=self.account.state.person_id, at=to_rfc3339(self.at))

    def _recorded(self, period: RecordedPeriod) -> RecordedPeriod:
        """The period with what the rules say of it, revised where its content stood once before."""
        assessment = self.judge.assessed(period, on=self._told_on)
        same = next((each for each in self.account.periods if each.id == period.id), None)
        began = assessment.work_started_on
        return period.model_copy(
            update={
                "revision": same.revision + 1 if same else 1,
                "law": assessment.law,
                "first_covered_on": assessment.first_covered_on,
                "work_started_on": began if began < period.starts_on else None,
                "flags": self._flags(assessment),
            }
        )

    def _flags(self, assessment: Assessment) -> tuple[str, ...]:
        """What somebody who looks at the period has to know, by code."""
        service = self.contract.service
        found = {
            "REPORTED_LATE": service is not None and service.reported_late,
            "END_REPORTED_LATE": service is not None and service.end_reported_late,
            "TOO_OLD_FOR_ANNUITIES": any(rule.code == "too_old_for_annuities" for rule in assessment.applied),
        }
        told = (flag for flag, there in found.items() if there)
        undecided = (decision.code.upper() for decision in assessment.needs_decision)
        return tuple(dict.fromkeys((*told, *undecided)))

    def _amended_by_others(self) -> bool:
        root = lineage_of(self.contract.number)
        return any(
            each.root == root and each.source.kind is not SourceKind.CONTRACT for each in self.account.periods
        )

    def _billed_account(self, entries: Sequence[LedgerEntry]) -> BilledAccount:
        state = self.account.state
        return BilledAccount(
            self.judge.contributor,
            state=state,
            periods=self.account.periods,
            entries=entries,
            bills=self.account.bills.of_account(state.person_id, SYSTEM),
            establishments=self.account.establishments,
            calculator=self.account.calculator,
        )
