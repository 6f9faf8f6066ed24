"""A person reads who read their data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from ishtirak.disclosure.model import AccessRecord, ListReading
from ishtirak.disclosure.policy import policy_on
from ishtirak.disclosure.ports import AccessLog
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import RIYADH, Clock, today
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.pages import Cursors, Page
from ishtirak.register.establishments import Establishment
from ishtirak.register.ports import Accounts, Establishments


@dataclass(frozen=True)
class PersonsAccessLog:
    """A page of readings, latest first; on which days lists the person is in were read; and the establishments."""

    records: Page[AccessRecord]
    lists: tuple[ListReading, ...]
    establishments: Mapping[EstablishmentNumber, Establishment]


def read_access_log(
    *,
    limit: int,
    after: str | None,
    by: Caller,
    access_log: AccessLog,
    accounts: Accounts,
    establishments: Establishments,
    cursors: Cursors,
    clock: Clock,
) -> PersonsAccessLog:
    """What establishments read of the caller. Who of them it was is the authority's to know.

    `after` is the cursor of an earlier page of the same log; `Invalid` (`/after`) for anything else.
    """
    page = Page.after(
        after,
        limit=limit,
        listing=f"access-log/{by.person_id}",
        found=partial(access_log.of_person, by.person_id),
        position=lambda record: record.position,
        cursors=cursors,
    )
    since = today(clock) - timedelta(days=policy_on(today(clock)).lists_shown_days - 1)
    lists = tuple(
        reading
        for number, from_day in sorted(
            _listed_from(by.person_id, accounts=accounts).items(), key=lambda each: each[0].reveal()
        )
        for reading in access_log.lists(number, since=max(since, from_day))
    )
    numbers = {record.establishment for record in page.items} | {each.establishment for each in lists}
    return PersonsAccessLog(page, lists, establishments.many(numbers))


def _listed_from(person_id: str, *, accounts: Accounts) -> Mapping[EstablishmentNumber, date]:
    """Since which day the person is in the list of each employer."""
    days: dict[EstablishmentNumber, date] = {}
    for period in accounts.periods(person_id):
        if period.stands:
            day = datetime.fromisoformat(period.registered_at).astimezone(RIYADH).date()
            days[period.establishment] = min(day, days.get(period.establishment, day))
    return days
