"""One register that knows an employer and a worker, and a consumer of Qiwa's events in front of it."""

from dataclasses import dataclass, field
from typing import Any

from ishtirak.billing.lateness import bill_calculator
from ishtirak.billing.model import BillState
from ishtirak.contracts.model import ContractOutcome, HeldVersion, HoldReason
from ishtirak.kernel.clock import to_rfc3339
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.insurance import System
from ishtirak.register.establishments import Establishment
from ishtirak.register.people import Contributor
from ishtirak.register.periods import RecordedPeriod
from ishtirak.register.rows import by_month
from ishtirak.register.statement import standing_entry
from ishtirak.requests.model import RequestKind
from ishtirak.use_cases.apply_contract import apply_contract
from ishtirak.use_cases.post_period import post_period
from ishtirak.webhooks.signatures import SignedMessage
from tests.fakes.contracts import (
    BORN,
    NUMBER,
    WORKER,
    Document,
    FixedClock,
    InMemoryContracts,
    PlainFingerprints,
    as_text,
)
from tests.fakes.directory import InMemoryDirectory
from tests.fakes.establishments import InMemoryEstablishments
from tests.fakes.register import (
    MITHAL,
    PERSON,
    InMemoryAccounts,
    InMemoryBills,
    InMemoryPeople,
    a_contributor,
    an_establishment,
)
from tests.fakes.requests import RequestsInMemory, decided, period_data
from tests.fakes.residency import InMemoryResidency, authority_dates
from tests.fakes.sessions import PlainEncryption
from tests.fakes.transaction import InMemoryTransaction

FINGERPRINT = f"fingerprint-{WORKER}"
LATE = "REPORTED_LATE"


def a_worker(**facts: Any) -> Contributor:
    return a_contributor(birth_date=CivilDate.parse(BORN), **facts)


@dataclass
class World:
    """One register that knows an employer and a worker, and a consumer of events in front of it."""

    contracts: InMemoryContracts = field(default_factory=InMemoryContracts)
    people: InMemoryPeople = field(
        default_factory=lambda: InMemoryPeople({PERSON: a_worker()}, {FINGERPRINT: PERSON})
    )
    establishments: InMemoryEstablishments = field(
        default_factory=lambda: InMemoryEstablishments({MITHAL.reveal(): an_establishment()})
    )
    accounts: InMemoryAccounts = field(default_factory=InMemoryAccounts)
    directory: InMemoryDirectory = field(default_factory=InMemoryDirectory)
    bills: InMemoryBills = field(default_factory=InMemoryBills)
    residency: InMemoryResidency = field(default_factory=InMemoryResidency)
    clock: FixedClock = field(default_factory=FixedClock)

    def take(self, document: Document, *, message_id: str = "msg_1") -> ContractOutcome:
        return self.read(as_text(document), message_id=message_id)

    def read(self, text: str, *, message_id: str = "msg_1") -> ContractOutcome:
        return apply_contract(
            SignedMessage(id=message_id, text=text),
            contracts=self.contracts,
            people=self.people,
            establishments=self.establishments,
            accounts=self.accounts,
            bills=self.bills,
            calculator=bill_calculator(),
            directory=self.directory,
            residency=self.residency,
            fingerprints=PlainFingerprints(),
            encryption=PlainEncryption(),
            clock=self.clock,
            transaction=InMemoryTransaction(),
        )

    def claim(
        self,
        starts_on: str,
        ends_on: str,
        *wages: tuple[str, str, int],
        amends: str | None = None,
        name: str = "1",
        **data: Any,
    ) -> RecordedPeriod:
        """The worker's request for those days, submitted and approved today, is posted; what stands for it then.

        A wage is the first month, the last, and the basic wage in halalas.
        """
        lines = [
            {"first_month": first, "last_month": last, "basic": basic, "housing": 200_000}
            for first, last, basic in wages
        ]
        request = decided().model_copy(
            update={
                "id": stable_id("request", name),
                "reference": f"ISH-{name}",
                "kind": RequestKind.AMEND if amends else RequestKind.ADD,
                "amends": amends,
                "data": period_data(starts_on=starts_on, ends_on=ends_on, wage_lines=lines, **data),
                "submitted_at": to_rfc3339(self.clock.now()),
            }
        )
        requests = RequestsInMemory()
        requests.kept[request.id] = request
        post_period(
            request.id,
            requests=requests,
            people=self.people,
            establishments=self.establishments,
            accounts=self.accounts,
            authority=authority_dates(self.residency),
            bills=self.bills,
            calculator=bill_calculator(),
            clock=self.clock,
            transaction=InMemoryTransaction(),
        )
        found = (each for each in self.accounts.recorded.values() if each.stands)
        return next(each for each in found if each.source.reference == request.reference)

    def amend(
        self, starts_on: str, ends_on: str, *wages: tuple[str, str, int], name: str = "1"
    ) -> RecordedPeriod:
        """The worker's approved amendment of the period that stands for the contract."""
        return self.claim(starts_on, ends_on, *wages, amends=self.for_contract.id, name=name)

    @property
    def for_contract(self) -> RecordedPeriod:
        """What stands for the contract, whoever amended it."""
        root = stable_id("contract", NUMBER)
        (standing,) = (each for each in self.accounts.recorded.values() if each.stands and each.root == root)
        return standing

    @property
    def rows(self) -> dict[str, int]:
        """What the ledger has of each month for the period that stands for the contract."""
        entries = self.accounts.entries(PERSON, System.SOCIAL_INSURANCE)
        rows = standing_entry(entries, period_id=self.for_contract.id).rows
        return {str(month): sum(sides) for month, sides in by_month(rows).items() if any(sides)}

    @property
    def asked(self) -> dict[str, int]:
        """What bills ask of each month, and have not been cancelled."""
        asked: dict[str, int] = {}
        for bill in self.bills.bills.values():
            for row in bill.rows if bill.state is not BillState.CANCELLED else ():
                asked[str(row.month)] = asked.get(str(row.month), 0) + row.contribution
        return asked

    def forget_worker(self) -> None:
        self.people.people.clear()
        self.people.numbers.clear()

    def replace_worker(self, **facts: Any) -> None:
        self.people.people[PERSON] = a_worker(**facts)

    def replace_employer(self, employer: Establishment) -> None:
        self.establishments.employers[MITHAL.reveal()] = employer

    @property
    def standing(self) -> dict[str, RecordedPeriod]:
        """The periods that stand, by the number of the contract behind them."""
        return {
            period.source.reference: period for period in self.accounts.recorded.values() if period.stands
        }

    @property
    def reason(self) -> HoldReason:
        return self.held.reason

    @property
    def held(self) -> HeldVersion:
        """The one version that is held."""
        ((held, _),) = self.contracts.waiting.values()
        return held
