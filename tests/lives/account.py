"""One person's account, changed by approved requests as they are posted, on the in-memory register."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from ishtirak.billing.lateness import bill_calculator
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.insurance import System
from ishtirak.requests.model import RequestKind, SubmittedRequest
from ishtirak.statute.model import Assessment
from ishtirak.use_cases.assess_claim import assess_submitted
from ishtirak.use_cases.post_period import post_period
from tests.fakes.register import InMemoryPeople, a_contributor
from tests.fakes.requests import OWNER, decided, period_data
from tests.unit.use_cases.scene import Scene

SOCIAL = System.SOCIAL_INSURANCE
OLD_LAW = frozenset({SOCIAL})
Wages = int | Sequence[tuple[str, str, int]]
_APPROVED = decided()


class Account:
    """Requests are made on a day, approved whole, and posted on that day."""

    def __init__(self, **contributor: Any) -> None:
        self.scene = Scene()
        facts = {"uncompensated_before_new_law": OLD_LAW} | contributor
        people = self.scene.register.people
        assert isinstance(people, InMemoryPeople)
        people.people[OWNER] = a_contributor(OWNER, **facts)
        self._requests = 0

    def claim(
        self,
        starts_on: str,
        ends_on: str,
        *,
        on: str,
        wage: Wages = 1_000_000,
        employer: str = "7000000001",
        amends: str | None = None,
        **data: Any,
    ) -> SubmittedRequest:
        """A request of that day, approved: a wage for the whole period, or month by month."""
        self._requests += 1
        lines = [(starts_on[:7], ends_on[:7], wage)] if isinstance(wage, int) else wage
        self.scene.clock.instant = datetime.combine(date.fromisoformat(on), time(9), UTC)
        return _APPROVED.model_copy(
            update={
                "id": stable_id("life", str(self._requests)),
                "kind": RequestKind.AMEND if amends else RequestKind.ADD,
                "amends": amends,
                "data": period_data(
                    establishment=employer,
                    starts_on=starts_on,
                    ends_on=ends_on,
                    wage_lines=[
                        {"first_month": first, "last_month": last, "basic": basic}
                        for first, last, basic in lines
                    ],
                    **data,
                ),
                "submitted_at": f"{on}T09:00:00.000Z",
            }
        )

    def assess(self, *claimed: Any, **claim: Any) -> Assessment:
        """What the request comes to, without posting it."""
        return self.assessed(self.claim(*claimed, **claim))

    def assessed(self, request: SubmittedRequest) -> Assessment:
        ports = {
            name: port for name, port in self.scene.assessing.items() if name not in ("requests", "clock")
        }
        return assess_submitted(
            request, as_of=self.scene.clock.now().date(), decision=request.decision, **ports
        )

    def post(self, *claimed: Any, **claim: Any) -> str:
        """The request posted; the id of its period."""
        request = self.scene.holds(self.claim(*claimed, **claim))
        post_period(
            request.id,
            bills=self.scene.register.bills,
            calculator=bill_calculator(),
            transaction=self.scene.transaction,
            **self.scene.assessing,
        )
        return stable_id("period", request.id)

    def amend(self, period_id: str, *claimed: Any, **claim: Any) -> str:
        return self.post(*claimed, amends=period_id, **claim)

    @property
    def total(self) -> int:
        """What the ledger's standing entries come to, in halalas."""
        totals = self.scene.register.accounts.state(OWNER, SOCIAL).projection.totals
        return totals.worker + totals.employer

    @property
    def rows(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """What the ledger adds up to, by month and branch: the worker's and the employer's side."""
        sums: dict[tuple[str, str], tuple[int, int]] = {}
        for entry in self.scene.register.accounts.entries(OWNER, SOCIAL):
            for row in entry.rows:
                key = (str(row.month), row.branch)
                worker, employer = sums.get(key, (0, 0))
                sums[key] = (worker + row.worker, employer + row.employer)
        return {key: sides for key, sides in sorted(sums.items()) if any(sides)}

    @property
    def billed(self) -> int:
        """What all bills ask in contributions, in halalas."""
        return sum(self.billed_to.values())

    @property
    def billed_to(self) -> Mapping[str, int]:
        """The same by employer."""
        sums: dict[str, int] = {}
        for bill in self.scene.register.bills.of_account(OWNER, SOCIAL):
            if bill.state.value != "CANCELLED":
                number = bill.debtor.reveal()
                sums[number] = sums.get(number, 0) + bill.contributions
        return sums
