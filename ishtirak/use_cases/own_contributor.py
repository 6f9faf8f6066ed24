"""One contributor as their employer may see them: the periods with this employer, as if there were no other."""

from collections.abc import Sequence
from dataclasses import dataclass

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.scope import Scope
from ishtirak.register.establishments import Establishment
from ishtirak.register.listing import ListedContributor
from ishtirak.register.listing_ports import ContributorLists
from ishtirak.register.people import Contributor
from ishtirak.register.periods import RecordedPeriod
from ishtirak.register.ports import Accounts, Establishments, People
from ishtirak.use_cases.acting import require_acting
from ishtirak.use_cases.employer_systems import systems_of


@dataclass(frozen=True)
class ContributorReader:
    """The ports it takes to find a contributor of an establishment somebody acts for."""

    establishments: Establishments
    people: People
    accounts: Accounts
    lists: ContributorLists
    clock: Clock

    def find(self, number: str, contributor_id: str, *, by: Caller) -> "OwnContributor":
        """The contributor under the establishment's own id; `NotFound` for anybody else, known or not."""
        own = require_acting(
            number, by=by, scope=Scope.VIEW, establishments=self.establishments, clock=self.clock
        )
        employer, entry = self.establishments.find(own), self.lists.find(own, contributor_id)
        contributor = self.people.find(entry.person_id) if entry else None
        if employer is None or entry is None or contributor is None:
            raise NotFound()
        seen = systems_of(employer.sector)
        periods = [
            period
            for period in self.accounts.periods(contributor.person_id)
            if period.stands and period.establishment == own and period.system in seen
        ]
        if not periods:
            raise NotFound()
        return OwnContributor(employer, entry, contributor, tuple(periods))


@dataclass(frozen=True)
class OwnContributor:
    """A contributor, and their standing periods with one employer, in the order of their first days."""

    employer: Establishment
    entry: ListedContributor
    contributor: Contributor
    periods: Sequence[RecordedPeriod]
