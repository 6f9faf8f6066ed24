"""Who acts for an establishment looks for its contributors: by name, last digits, nationality, state and month."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ishtirak.disclosure.ports import AccessLog
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.canonical import digest
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.errors import Invalid
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import Nationality
from ishtirak.kernel.months import Month
from ishtirak.kernel.pages import Cursors
from ishtirak.kernel.scope import Scope
from ishtirak.register.listing import EmploymentState, ListedContributor, ListedRow, ListingSort
from ishtirak.register.listing_ports import ContributorLists
from ishtirak.register.name_search import asked_words
from ishtirak.register.ports import Establishments
from ishtirak.use_cases.acting import require_acting

LOOKED_THROUGH: Final = 400
"""Rows one page looks through at most, where not every row is of what was asked for."""


@dataclass(frozen=True)
class ContributorFilter:
    """What is looked for: all that is given has to hold."""

    words: tuple[str, ...]
    last_digits: str | None
    nationality: Nationality | None
    state: EmploymentState | None
    month: Month | None

    def holds(self, entry: ListedContributor, *, on: date) -> bool:
        found = entry.words if self.words else ()
        return (
            all(any(word.startswith(asked) for word in found) for asked in self.words)
            and self.last_digits in (None, entry.last_digits)
            and self.nationality in (None, entry.nationality)
            and self.state in (None, entry.state_on(on))
            and (self.month is None or entry.insured_in(self.month))
        )


@dataclass(frozen=True)
class ContributorsFound:
    """Some of those found, on the day `as_of`. `next` follows what was looked through, so a page may hold fewer than
    asked for, or nobody, and yet not be the last.
    """

    contributors: tuple[ListedContributor, ...]
    as_of: date
    next: str | None


def list_contributors(
    number: str,
    *,
    limit: int,
    after: str | None,
    nationality: Nationality | None,
    state: EmploymentState | None,
    month: Month | None,
    sort: ListingSort,
    by: Caller,
    establishments: Establishments,
    lists: ContributorLists,
    access_log: AccessLog,
    cursors: Cursors,
    clock: Clock,
) -> ContributorsFound:
    """A page of the contributors, as `search_contributors` gives it for nobody's name; raises the same."""
    return search_contributors(
        number,
        limit=limit,
        after=after,
        name=None,
        last_digits=None,
        nationality=nationality,
        state=state,
        month=month,
        sort=sort,
        by=by,
        establishments=establishments,
        lists=lists,
        access_log=access_log,
        cursors=cursors,
        clock=clock,
    )


def search_contributors(
    number: str,
    *,
    limit: int,
    after: str | None,
    name: str | None,
    last_digits: str | None,
    nationality: Nationality | None,
    state: EmploymentState | None,
    month: Month | None,
    sort: ListingSort,
    by: Caller,
    establishments: Establishments,
    lists: ContributorLists,
    access_log: AccessLog,
    cursors: Cursors,
    clock: Clock,
) -> ContributorsFound:
    """A page of the contributors of an establishment the caller acts for, ended ones too; `NotFound` for any other.

    One query of at most `LOOKED_THROUGH` rows, however many contributors there are. `after` is the cursor of an
    earlier page of this list, filter, order and caller: `Invalid` (`/after`) for anything else, and `/name` for one
    without a letter. The reading is logged before anything is answered.
    """
    own = require_acting(number, by=by, scope=Scope.VIEW, establishments=establishments, clock=clock)
    words = asked_words(name) if name is not None else ()
    if name is not None and not words:
        raise Invalid("/name")
    wanted = ContributorFilter(words, last_digits, nationality, state, month)
    day, prefix = today(clock), _prefix(wanted, sort)
    listing = _listing(own, wanted, sort, by=by)
    start = None if after is None else cursors.read(listing, after)
    access_log.count_list(own, by=by.person_id, on=day, at=clock.now())
    whole = prefix == f"{sort}#" and wanted == ContributorFilter((), None, None, None, None)
    looked = max(limit + 1, 1 if whole else LOOKED_THROUGH)
    rows = lists.rows(own, prefix, limit=looked, after=start)
    found, last = _taken(rows, limit=limit, holds=lambda row: _is_found(row, wanted, prefix, on=day))
    more = last is not None and (last is not rows[-1] or len(rows) == looked)
    return ContributorsFound(
        tuple(row.entry for row in found),
        day,
        cursors.write(listing, last.position) if last and more else None,
    )


def _prefix(wanted: ContributorFilter, sort: ListingSort) -> str:
    """Which rows are looked through: the fewest that hold all, where the order allows it."""
    if sort is ListingSort.NAME and wanted.last_digits is not None:
        return f"DIGITS#{wanted.last_digits}#"
    if sort is ListingSort.NAME and wanted.words:
        return f"WORD#{wanted.words[0]}"
    return f"{sort}#"


def _listing(number: EstablishmentNumber, wanted: ContributorFilter, sort: ListingSort, *, by: Caller) -> str:
    """What a cursor is bound to: establishment, reader, filter and order. Of a name it holds a digest only."""
    asked = [
        list(wanted.words),
        wanted.last_digits,
        wanted.nationality,
        wanted.state,
        str(wanted.month) if wanted.month else None,
        sort,
    ]
    return f"contributors/{number.reveal()}/{by.person_id}/{digest(asked)}"


def _is_found(row: ListedRow, wanted: ContributorFilter, prefix: str, *, on: date) -> bool:
    """Whether the row is of somebody looked for; who has several words that fit is found by the first of them."""
    if not wanted.holds(row.entry, on=on):
        return False
    fitting = [each for each in row.entry.rows() if each.startswith(prefix)]
    return row.position == min(fitting)


def _taken(
    rows: Sequence[ListedRow], *, limit: int, holds: Callable[[ListedRow], bool]
) -> tuple[list[ListedRow], ListedRow | None]:
    """The first `limit` rows that hold, and the last row looked at."""
    found: list[ListedRow] = []
    last: ListedRow | None = None
    for row in rows:
        if len(found) == limit:
            break
        last = row
        if holds(row):
            found.append(row)
    return found, last
