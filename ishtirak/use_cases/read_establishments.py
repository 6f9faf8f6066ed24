"""An employer reads about the establishments they act for; any other one does not exist here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.pages import Cursors, Page
from ishtirak.kernel.scope import Scope
from ishtirak.register.establishments import Establishment
from ishtirak.register.people import Contributor
from ishtirak.register.periods import RecordedPeriod
from ishtirak.register.ports import Accounts, Establishments, People, period_position
from ishtirak.use_cases.acting import acts_for, require_acting


@dataclass(frozen=True)
class ContributorsPage:
    """Some of an establishment's standing periods, in the order they were registered, and the people they are of."""

    periods: Page[RecordedPeriod]
    people: Mapping[str, Contributor]


def list_my_establishments(
    *, by: Caller, establishments: Establishments, clock: Clock
) -> Sequence[Establishment]:
    """The establishments the caller acts for, in whatever scope, in the order of their numbers."""
    return acts_for(by.person_id, scope=None, establishments=establishments, clock=clock)


def list_contributors(
    number: str,
    *,
    limit: int,
    after: str | None,
    by: Caller,
    establishments: Establishments,
    accounts: Accounts,
    people: People,
    cursors: Cursors,
    clock: Clock,
) -> ContributorsPage:
    """A page of the periods with an establishment the caller acts for, `NotFound` for any other.

    `after` is the cursor of an earlier page of the same list; `Invalid` (`/after`) for anything else.
    """
    establishment = require_acting(
        number, by=by, scope=Scope.VIEW, establishments=establishments, clock=clock
    )
    page = Page.after(
        after,
        limit=limit,
        listing=f"contributors/{number}",
        found=partial(accounts.periods_with, establishment),
        position=period_position,
        cursors=cursors,
    )
    return ContributorsPage(page, people.many(period.person_id for period in page.items))
