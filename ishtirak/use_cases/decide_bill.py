"""What every decision about a bill has in common."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ishtirak.billing.calculator import BillCalculator
from ishtirak.billing.decisions import matter_of, takes_two
from ishtirak.billing.model import Bill
from ishtirak.billing.ports import Bills
from ishtirak.billing.posting import BilledPosting
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.transaction import NO_ITEMS, Transaction
from ishtirak.register.ledger import AccountState
from ishtirak.register.ports import Accounts
from ishtirak.use_cases.interests import InterestReader
from ishtirak.use_cases.read_bills import BillOnDay, BillReader
from ishtirak.use_cases.step_up import Intent, StepUp

type Decide = Callable[[AccountState, Bill], BilledPosting]
"""Makes the posting of one decision about the bill, on its account as it stands, or refuses."""


@dataclass(frozen=True, kw_only=True)
class BillDesk:
    """Where decisions about bills are made, and with what."""

    bills: Bills
    accounts: Accounts
    reader: BillReader
    step_up: StepUp

    @property
    def calculator(self) -> BillCalculator:
        return self.reader.calculator

    @property
    def interests(self) -> InterestReader:
        reader = self.reader
        return InterestReader(
            establishments=reader.establishments, accounts=self.accounts, clock=reader.clock
        )

    def now(self) -> datetime:
        return self.reader.clock.now()

    def decide(
        self, bill_id: str, decision: Decide, *, intent: Intent, by: Caller, transaction: Transaction
    ) -> BillOnDay:
        """Load the bill, decide about it, commit, and give the bill as it stands today.

        What takes two people takes a fresh proof of each, used up with the decision. Raises `NotFound`, `OwnInterest`
        where the caller is a party, what `decision` refuses, `StepUpRequired`, and `ChangedMeanwhile` when the account
        or the bill changed after they were read.
        """
        bill = self.bills.find(bill_id)
        if bill is None:
            raise NotFound()
        self.interests.require_none(by, matter_of(bill))
        state = self.accounts.state(bill.person_id, bill.system)
        decided = decision(state, bill)
        (after,) = decided.changed
        proof = NO_ITEMS
        if takes_two(after.decisions[-1]):
            proof = self.step_up.consume(intent, bill_id, version=bill.version, by=by)
        result = self.reader.on_day(after)
        transaction.commit(
            self.accounts.save(decided.posting, before=state),
            self.bills.save(changed=decided.changed),
            proof,
            result=result,
        )
        return result
