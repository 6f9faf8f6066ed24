"""What an employer's list of contributors holds of each: a read model, made from the register and never the other way.

An entry follows from the contributor and the standing periods with one employer, so making it again changes nothing
and the order in which changes are noticed makes no difference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from pydantic import Field

from ishtirak.kernel.dates import Day
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.insurance import Nationality, System
from ishtirak.kernel.months import Month
from ishtirak.kernel.value import Id, Value
from ishtirak.register.name_search import fold, words_of
from ishtirak.register.people import Contributor
from ishtirak.register.periods import RecordedPeriod

_LONGEST_NAME_KEY: Final = 32
_DIGITS_SHOWN: Final = 4
MOST_WORDS: Final = 40
"""Rows of words an entry has at most, so that it is written in one transaction."""


class EmploymentState(StrEnum):
    """`ACTIVE` until the last recorded day is over; then `ENDED`."""

    ACTIVE = "ACTIVE"
    ENDED = "ENDED"


class ListingSort(StrEnum):
    """What a list of contributors is ordered by, ascending; ties by id."""

    NAME = "NAME"
    REGISTERED = "REGISTERED"
    START = "START"


class InsuredDays(Value):
    """Days in a row that are registered with the employer."""

    starts_on: Day
    ends_on: Day | None = None


class ListedContributor(Value):
    """مشترك في قائمة المنشأة: a contributor as one employer's list has them; nothing of any other employer is in it.

    `contributor_id` is theirs with this employer alone. `revision` grows with every change of the entry.
    """

    contributor_id: Id
    person_id: Id
    establishment: EstablishmentNumber
    revision: int = Field(ge=1)
    name_ar: str = Field(repr=False)
    name_en: str = Field(repr=False)
    masked_identity: str
    nationality: Nationality
    systems: tuple[System, ...]
    days: tuple[InsuredDays, ...] = Field(min_length=1)
    registered_at: str

    @property
    def starts_on(self) -> date:
        return self.days[0].starts_on

    @property
    def last_day(self) -> date | None:
        """The last day recorded; None while a period goes on."""
        ends = [each.ends_on for each in self.days]
        return None if None in ends else max(end for end in ends if end is not None)

    @property
    def last_digits(self) -> str:
        return self.masked_identity[-_DIGITS_SHOWN:]

    @property
    def words(self) -> tuple[str, ...]:
        return words_of((self.name_ar, self.name_en))[:MOST_WORDS]

    def state_on(self, day: date) -> EmploymentState:
        last = self.last_day
        return EmploymentState.ENDED if last is not None and last < day else EmploymentState.ACTIVE

    def insured_in(self, month: Month) -> bool:
        """Whether any day of the month is registered."""
        return any(
            Month.of(each.starts_on) <= month and (each.ends_on is None or month <= Month.of(each.ends_on))
            for each in self.days
        )

    def rows(self) -> frozenset[str]:
        """Where the entry stands in each order and under each word it is found by; every row ends with the id."""
        name, digits = fold(self.name_ar)[:_LONGEST_NAME_KEY], self.last_digits
        keys = {
            f"{ListingSort.NAME}#{name}",
            f"{ListingSort.REGISTERED}#{self.registered_at}",
            f"{ListingSort.START}#{self.starts_on.isoformat()}",
            f"DIGITS#{digits}",
            *(f"WORD#{word}" for word in self.words),
        }
        return frozenset(f"{key}#{self.contributor_id}" for key in keys)


def contributor_id_of(number: EstablishmentNumber, person_id: str) -> str:
    """The id an employer knows a contributor by: opaque, and another one with every employer.

    It is made from the person's id, which no employer is ever told; so two employers cannot find out that they name
    the same person, and nobody can make one up.
    """
    return stable_id("contributor", number.reveal(), person_id)


def listed(
    contributor: Contributor, periods: Iterable[RecordedPeriod], *, number: EstablishmentNumber, revision: int
) -> ListedContributor | None:
    """The entry of a contributor in the list of one employer; None where no period with it stands."""
    standing = [each for each in periods if each.stands and each.establishment == number]
    if not standing:
        return None
    return ListedContributor(
        contributor_id=contributor_id_of(number, contributor.person_id),
        person_id=contributor.person_id,
        establishment=number,
        revision=revision,
        name_ar=contributor.name_ar,
        name_en=contributor.name_en,
        masked_identity=contributor.masked_identity,
        nationality=contributor.nationality,
        systems=tuple(sorted({each.system for each in standing})),
        days=_joined(standing),
        registered_at=min(each.registered_at for each in standing),
    )


def _joined(periods: Iterable[RecordedPeriod]) -> tuple[InsuredDays, ...]:
    """The days of the periods, in order; those that touch are one."""
    joined: list[InsuredDays] = []
    for period in sorted(periods, key=lambda each: each.starts_on):
        last = joined[-1] if joined else None
        if last and (last.ends_on is None or period.starts_on <= last.ends_on + timedelta(days=1)):
            open_end = last.ends_on is None or period.ends_on is None
            end = None if open_end else max(last.ends_on or date.min, period.ends_on or date.min)
            joined[-1] = InsuredDays(starts_on=last.starts_on, ends_on=end)
        else:
            joined.append(InsuredDays(starts_on=period.starts_on, ends_on=period.ends_on))
    return tuple(joined)


@dataclass(frozen=True)
class ListedRow:
    """A row of a list: where it stands, and the entry."""

    position: str
    entry: ListedContributor


@dataclass(frozen=True)
class Headcount:
    """How many contributors of a nationality an employer has: `active` of them on the day asked for."""

    active: int = 0
    ended: int = 0


Headcounts = Mapping[Nationality, Headcount]
