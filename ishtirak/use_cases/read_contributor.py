"""Who acts for an establishment reads the account of one of its contributors: of the periods with it alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ishtirak.disclosure.model import AccessRecord, ReadMatter
from ishtirak.disclosure.ports import AccessLog
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, to_rfc3339, today
from ishtirak.kernel.crypto import Encryption
from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.insurance import System
from ishtirak.kernel.months import Month
from ishtirak.kernel.transaction import Transaction, retry_on_conflict
from ishtirak.register.listing import EmploymentState, ListedContributor
from ishtirak.register.ports import Directory
from ishtirak.statute.model import CoveredMonth
from ishtirak.use_cases.own_contributor import ContributorReader, OwnContributor
from ishtirak.use_cases.read_statement import StatementPeriod, computed_period
from ishtirak.use_cases.registered_mobile import registered_mobile


@dataclass(frozen=True)
class ContributorAccount:
    """حساب المشترك لدى المنشأة, up to today. `masked_mobile` is None once the employment is over, where no mobile is
    registered, and while that is not known.
    """

    entry: ListedContributor
    as_of: date
    masked_mobile: str | None
    periods: tuple[StatementPeriod, ...]

    @property
    def state(self) -> EmploymentState:
        return self.entry.state_on(self.as_of)

    @property
    def months(self) -> Mapping[System, Mapping[Month, Sequence[CoveredMonth]]]:
        """What each month comes to, by system."""
        found: dict[System, dict[Month, list[CoveredMonth]]] = {}
        for each in self.periods:
            months = found.setdefault(each.period.system, {})
            for row in each.contributions.months:
                months.setdefault(row.month, []).append(row)
        return {system: dict(sorted(months.items())) for system, months in sorted(found.items())}


def read_contributor(
    number: str,
    contributor_id: str,
    *,
    by: Caller,
    reader: ContributorReader,
    access_log: AccessLog,
    directory: Directory,
    encryption: Encryption,
    clock: Clock,
    transaction: Transaction,
) -> ContributorAccount:
    """The account, and the reading in the person's log, or neither; `NotFound` outside the caller's establishments.

    Contributions are computed from the periods with this employer alone: whether there is another one, and how the
    maximum is shared with it, can be read from nothing here. What is due is on the bills.
    """
    own = reader.find(number, contributor_id, by=by)
    day = today(clock)
    account = ContributorAccount(
        entry=own.entry,
        as_of=day,
        masked_mobile=_masked_mobile(own, on=day, directory=directory, encryption=encryption),
        periods=tuple(
            computed_period(
                period,
                contributor=own.contributor,
                employers={own.employer.number: own.employer},
                standing=own.periods,
                day=day,
            )
            for period in own.periods
        ),
    )

    def put_on_record() -> None:
        # a reading whose write was answered twice is another one: rather twice on record than shown and not written
        record = AccessRecord(
            id=new_id(),
            person_id=own.contributor.person_id,
            establishment=own.employer.number,
            matter=ReadMatter.ACCOUNT,
            at=to_rfc3339(clock.now()),
            by=by.person_id,
        )
        transaction.commit(access_log.add(record), result=account)

    retry_on_conflict(put_on_record)
    return account


def _masked_mobile(
    own: OwnContributor, *, on: date, directory: Directory, encryption: Encryption
) -> str | None:
    """The end of the mobile registered now; what is not known at the moment is no reason to show nothing else."""
    if own.entry.state_on(on) is EmploymentState.ENDED:
        return None
    try:
        mobile = registered_mobile(own.contributor, encryption=encryption, directory=directory)
    except Unavailable:
        return None
    return mobile.masked() if mobile else None
