"""The period that stands for a contract: by its own word, and as it follows once somebody else amended it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ishtirak.contracts.model import Contract
from ishtirak.kernel.canonical import digest
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.months import Month
from ishtirak.kernel.registered_days import RegisteredDays, between, joined, without
from ishtirak.kernel.wage import AgreedWage, OpenWageLine
from ishtirak.register.periods import PeriodState, RecordedPeriod, RecordedWageLine, Source, SourceKind
from ishtirak.statute.registration import register_days
from ishtirak.use_cases.contract_judge import SYSTEM

_CONTENT: Final = frozenset(
    {
        "starts_on",
        "ends_on",
        "state",
        "occupation_code",
        "work_type",
        "wages",
        "registered",
        "taken_out",
        "taken_out_wages",
    }
)


def lineage_of(number: str) -> str:
    """The lineage of a contract's period: what stands for the contract has this root, whoever amended it."""
    return stable_id("contract", number)


def standing_for(number: str, periods: Iterable[RecordedPeriod]) -> RecordedPeriod | None:
    """The period that stands for the contract by now, if any."""
    root = lineage_of(number)
    return next((each for each in periods if each.stands and each.root == root), None)


def own_period(contract: Contract, *, person_id: str, at: str) -> RecordedPeriod | None:
    """The period as the contract alone has it; None where nothing of it stands."""
    service, highest = contract.service, contract.highest
    if service is None or highest is None:
        return None
    period = RecordedPeriod(
        id=lineage_of(contract.number),
        person_id=person_id,
        establishment=contract.establishment,
        system=SYSTEM,
        starts_on=service.starts_on,
        ends_on=service.ends_on,
        wages=_recorded(service.wages),
        occupation_code=service.occupation_code,
        work_type=service.work_type.value,
        registered=service.registered,
        taken_out=service.taken_out,
        taken_out_wages=_recorded(service.taken_out_wages),
        lineage=lineage_of(contract.number),
        source=Source(kind=SourceKind.CONTRACT, reference=contract.number, version=highest.version),
        state=PeriodState.ENDED if service.ended else PeriodState.ACTIVE,
        registered_at=at,
    )
    return named_by_content(period)


def named_by_content(period: RecordedPeriod) -> RecordedPeriod:
    """The period under an id made of its content, so that the order in which versions arrived leaves no trace in it."""
    content = period.model_dump(mode="json", include=set(_CONTENT))
    return period.model_copy(update={"id": stable_id("contract", period.source.reference, digest(content))})


def following(
    standing: RecordedPeriod, *, before: RecordedPeriod, after: RecordedPeriod, on: date
) -> RecordedPeriod:
    """The standing period once the contract, which came to `before`, comes to `after`; `on` is the day of that word.

    What the contract changes is changed, and nothing else: where nobody amended the period the result is `after`;
    what a person's approved request changed stays, unless the contract changes that very thing.
    """
    change = _Change(standing, before, after)
    starts_on, ends_on = change.of("starts_on"), change.of("ends_on")
    if ends_on is not None and ends_on < starts_on:
        starts_on, ends_on = after.starts_on, after.ends_on
    known = change.known()
    registered = register_days(known, starts_on=starts_on, ends_on=ends_on, requested_on=on)
    taken_out = between(without(known, registered), first=date.min, last=on)
    period = after.model_copy(
        update={
            "starts_on": starts_on,
            "ends_on": ends_on,
            "state": change.of("state"),
            "occupation_code": change.of("occupation_code"),
            "work_type": change.of("work_type"),
            "wages": change.wages(Month.of(starts_on), Month.of(ends_on) if ends_on else None),
            "registered": registered,
            "taken_out": taken_out,
            "taken_out_wages": change.wages_beside(taken_out, starts_on=starts_on, ends_on=ends_on),
            "work_started_on": standing.work_started_on if starts_on == standing.starts_on else None,
            "registered_at": standing.registered_at,
        }
    )
    return named_by_content(period)


@dataclass(frozen=True)
class _Change:
    """A standing period, and the contract's own word before and after a change of it."""

    standing: RecordedPeriod
    before: RecordedPeriod
    after: RecordedPeriod

    def of(self, name: str) -> Any:
        """The field as the contract changed it, else as it stands."""
        was, comes = getattr(self.before, name), getattr(self.after, name)
        return comes if was != comes else getattr(self.standing, name)

    def known(self) -> tuple[RegisteredDays, ...]:
        """Every day with its route: the standing one, but where the contract changed it, or alone knows the day."""
        same = _common(self.before.known, self.after.known)
        changed = (*without(self.before.known, same), *without(self.after.known, same))
        stand = without(self.standing.known, changed)
        return joined((*stand, *without(self.after.known, stand)))

    def wage(self, month: Month) -> AgreedWage | None:
        """The wage of a month: the standing one, but where the contract changed it, or alone knows one."""
        was, comes, stands = (_wage_in(each, month) for each in (self.before, self.after, self.standing))
        return (comes or stands) if was != comes else (stands or comes)

    def wages(self, first: Month, last: Month | None) -> tuple[RecordedWageLine, ...]:
        """The lines of those months, neighbours of one wage as one."""
        lines: list[RecordedWageLine] = []
        for month, end in self._stretches(first, last):
            wage = self.wage(month)
            if wage is None:
                continue
            begin = month
            if lines and lines[-1].last_month == month.plus(-1) and _agreed(lines[-1]) == wage:
                begin = lines.pop().first_month
            lines.append(RecordedWageLine.of(wage, first_month=begin, last_month=end))
        return tuple(lines)

    def wages_beside(
        self, taken_out: tuple[RegisteredDays, ...], *, starts_on: date, ends_on: date | None
    ) -> tuple[RecordedWageLine, ...]:
        """The lines of the months in which days were taken out and none is left."""
        if not taken_out:
            return ()
        last_taken = Month.of(taken_out[-1].last_day)
        first, last = Month.of(starts_on), Month.of(ends_on) if ends_on else last_taken
        lines = self.wages(Month.of(taken_out[0].starts_on), last_taken)
        return tuple(part for line in lines for part in line.outside(first, last))

    def _stretches(self, first: Month, last: Month | None) -> Iterator[tuple[Month, Month | None]]:
        """The months in stretches in each of which no line begins or ends."""
        lines = (
            line
            for period in (self.standing, self.before, self.after)
            for line in (*period.wages, *period.taken_out_wages)
        )
        cuts = {first}
        for line in lines:
            cuts.add(line.first_month)
            if line.last_month is not None:
                cuts.add(line.last_month.next())
        starts = sorted(month for month in cuts if first <= month and (last is None or month <= last))
        for month, following_month in zip(starts, (*starts[1:], None), strict=True):
            yield month, following_month.plus(-1) if following_month else last


def _common(days: Iterable[RegisteredDays], others: Iterable[RegisteredDays]) -> tuple[RegisteredDays, ...]:
    """The days that are in both, by the same route in both."""
    theirs = tuple(others)
    return tuple(
        part
        for each in days
        for other in theirs
        if other.route is each.route
        for part in between((each,), first=other.starts_on, last=other.ends_on)
    )


def _wage_in(period: RecordedPeriod, month: Month) -> AgreedWage | None:
    lines = (*period.wages, *period.taken_out_wages)
    return next((_agreed(line) for line in lines if line.covers(month)), None)


def _agreed(line: OpenWageLine) -> AgreedWage:
    return AgreedWage(**line.parts())


def _recorded(lines: Iterable[OpenWageLine]) -> tuple[RecordedWageLine, ...]:
    return tuple(RecordedWageLine(**dict(line)) for line in lines)
