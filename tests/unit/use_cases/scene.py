"""What the use cases of a submitted request stand on in memory: requests, a register with an employer, a clock."""

from typing import Any

from ishtirak.kernel.identity import person_number
from ishtirak.kernel.transaction import Transaction
from ishtirak.register.rules import post
from ishtirak.register.service_dates import ServiceDates
from ishtirak.requests.model import Request, RequestChange
from ishtirak.use_cases.case_desk import CaseDesk
from ishtirak.use_cases.interests import InterestReader
from tests.fakes.register import (
    MITHAL,
    NAMUDHAJ,
    TAJRIBA,
    InMemoryPeople,
    Register,
    a_cause,
    a_contributor,
    a_period,
    an_establishment,
    in_memory_register,
)
from tests.fakes.requests import EMPLOYER, OWNER, RequestsInMemory, StoppedClock
from tests.fakes.residency import RESIDENT, InMemoryResidency, a_resident, authority_dates
from tests.fakes.transaction import InMemoryTransaction


class Scene:
    """A contributor, an employer and who acts for it; `events` are those of the requests."""

    def __init__(self) -> None:
        self.clock = StoppedClock()
        self.requests = RequestsInMemory()
        self.register: Register = in_memory_register()
        self.residency = InMemoryResidency()
        self.transaction = InMemoryTransaction()
        self.transaction.commit(
            self.register.people.save(a_contributor(OWNER), fingerprint="ab" * 32),
            self.register.establishments.save(an_establishment(MITHAL)),
            self.register.establishments.save(an_establishment(NAMUDHAJ)),
            self.register.establishments.save(an_establishment(TAJRIBA)),
            self.register.appoint(EMPLOYER.person_id, MITHAL),
        )
        self.transaction.results.clear()

    def holds[Kept: Request](self, request: Kept, *, token: str | None = None) -> Kept:
        """The request as it is, without the life that led there."""
        self.transaction.commit(
            self.requests.save(RequestChange(before=None, after=request, events=(), token=token))
        )
        self.transaction.results.clear()
        return request

    def of_a_resident(self, *services: ServiceDates) -> None:
        """The contributor is a resident from now on, of whom the authority reports these services."""
        register = self.register.people
        assert isinstance(register, InMemoryPeople)
        register.people[OWNER] = a_resident(OWNER)
        self.residency.report(person_number(RESIDENT), MITHAL, *services)

    def records(self, **facts: Any) -> None:
        """Somebody else posts a period to the owner's account."""
        period = a_period(**facts)
        state = self.register.accounts.state(OWNER, period.system)
        self.register.store(post(state, period=period, rows=(), cause=a_cause()), before=state)

    def happened(self, request_id: str) -> list[str]:
        return [event.type for event in self.requests.timeline(request_id)]

    @property
    def registered(self) -> dict[str, Any]:
        """The ports of the register that an assessment reads."""
        return {
            "people": self.register.people,
            "establishments": self.register.establishments,
            "accounts": self.register.accounts,
            "authority": authority_dates(self.residency),
        }

    @property
    def assessing(self) -> dict[str, Any]:
        """The ports of a reading that assesses."""
        return {"requests": self.requests, "clock": self.clock, **self.registered}

    @property
    def desk(self) -> CaseDesk:
        """The authority's desk."""
        interests = InterestReader(
            establishments=self.register.establishments, accounts=self.register.accounts, clock=self.clock
        )
        return CaseDesk(requests=self.requests, interests=interests, clock=self.clock)

    @property
    def deciding(self) -> dict[str, Any]:
        """The ports of an act of the authority."""
        return {"desk": self.desk, "transaction": self.transaction}

    @property
    def writing(self) -> dict[str, Any]:
        """The ports of an act on a request alone."""
        transaction: Transaction = self.transaction
        return {"requests": self.requests, "clock": self.clock, "transaction": transaction}
