"""Lives posted to an account as approved requests are, and what its ledger then holds of each period."""

from datetime import UTC, datetime, time
from typing import Final

from ishtirak.billing.lateness import bill_calculator
from ishtirak.kernel import insurance
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.register.establishments import EmployerSector
from ishtirak.register.periods import RecordedPeriod
from ishtirak.register.statement import standing_entry
from ishtirak.statute.refusals import RuleRefused
from ishtirak.use_cases.post_period import post_period
from tests.fakes.establishments import InMemoryEstablishments
from tests.fakes.register import InMemoryPeople, a_contributor, an_establishment
from tests.fakes.requests import OWNER
from tests.oracle.engine import REASONS, birth_date, request_of
from tests.oracle.facts import Act, Add, Amend, Branch, Month, Person, Refusal, System
from tests.oracle.lives import EMPLOYERS
from tests.unit.use_cases.scene import Scene

SECTORS: Final = {
    System.SOCIAL_INSURANCE: EmployerSector.PRIVATE,
    System.CIVIL_PENSION: EmployerSector.GOVERNMENT,
    System.MILITARY_PENSION: EmployerSector.MILITARY,
}

type Ledger = dict[tuple[Month, Branch], tuple[int, int]]
"""The worker's and the employer's side, by month and branch."""


class Account:
    """One person's account in memory; each act is approved and posted on the day it is asked for."""

    def __init__(self, person: Person) -> None:
        self._scene = Scene()
        self._periods: list[str] = []
        self._requests = 0
        before = frozenset({insurance.System.SOCIAL_INSURANCE}) if person.before_new_law else frozenset()
        people = self._scene.register.people
        assert isinstance(people, InMemoryPeople)
        people.people[OWNER] = a_contributor(
            OWNER, birth_date=birth_date(person), uncompensated_before_new_law=before
        )

    def post(self, act: Act) -> Refusal | None:
        """Post it, or say why not."""
        self._requests += 1
        before = self._period(act.period) if isinstance(act, Amend) else None
        system = act.system if isinstance(act, Add) else System(before.system.value if before else "")
        self._employ(SECTORS[system])
        self._scene.clock.instant = datetime.combine(act.requested_on, time(9), UTC)
        request = self._scene.holds(request_of(act, before=before, number=self._requests))
        known = {period.id for period in self._recorded}
        try:
            post_period(
                request.id,
                bills=self._scene.register.bills,
                calculator=bill_calculator(),
                transaction=self._scene.transaction,
                **self._scene.assessing,
            )
        except RuleRefused as refusal:
            return REASONS[refusal.code]
        (new,) = {period.id for period in self._recorded} - known
        if isinstance(act, Amend):
            self._periods[act.period] = new
        else:
            self._periods.append(new)
        return None

    def ledger(self, number: int) -> Ledger:
        """What stands in the ledger for a period; what comes to nothing is left out."""
        period = self._period(number)
        entries = self._scene.register.accounts.entries(OWNER, period.system)
        return {
            (row.month.first_day, Branch(row.branch)): (row.worker, row.employer)
            for row in standing_entry(entries, period_id=period.id).rows
            if row.worker or row.employer
        }

    @property
    def _recorded(self) -> tuple[RecordedPeriod, ...]:
        return tuple(self._scene.register.accounts.periods(OWNER))

    def _period(self, number: int) -> RecordedPeriod:
        return next(period for period in self._recorded if period.id == self._periods[number])

    def _employ(self, sector: EmployerSector) -> None:
        """Employers of the sector a system asks for: which one they are of is nothing to the oracle."""
        establishments = self._scene.register.establishments
        assert isinstance(establishments, InMemoryEstablishments)
        for number in EMPLOYERS:
            establishments.employers[number] = an_establishment(EstablishmentNumber(number), sector=sector)
