"""Random lives: what a person might ask for over the years, with the days at which the rules turn met more often.

A life is told by its number alone. Who writes it keeps the oracle's register beside it, so that an amendment amends
what stands; most of what is asked for is acceptable, and each reason to refuse comes up too.
`python -m tests.oracle.lives` says in which shares.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from tests.oracle.calendars import (
    last_day,
    month_of,
    months,
    months_before,
    next_month,
    to_gregorian,
    to_hijri,
)
from tests.oracle.facts import Act, Add, Amend, Answer, Halalas, Life, Month, Person, Registered, System, Wage
from tests.oracle.register import Period, Register

FIRST_DAY: Final = date(2022, 2, 1)
"""The first day with rates of its own (R11)."""
LAST_DAY: Final = date(2030, 12, 31)
EMPLOYERS: Final = ("7000000001", "7000000002", "7000000003")
SYSTEMS: Final = (
    *6 * (System.SOCIAL_INSURANCE,),
    System.CIVIL_PENSION,
    System.MILITARY_PENSION,
)
LIMITS: Final = (15, 59, 60, 64, 65)


@dataclass(frozen=True)
class Told:
    """A life, what the oracle answered to each act of it, and its register in the end."""

    life: Life
    answers: tuple[Answer, ...]
    register: Register


@dataclass(frozen=True)
class Parts:
    """A wage without its months."""

    basic: Halalas
    housing: Halalas
    housing_in_kind: bool
    commission: Halalas


def told(number: int) -> Told:
    """The life of that number: one to six acts."""
    return _Author(Random(number)).tell()


def lived(life: Life) -> Told:
    """A life that somebody wrote, as the oracle answers it."""
    register = Register(life.person)
    return Told(life, tuple(register.apply(act) for act in life.acts), register)


class _Author:
    def __init__(self, random: Random) -> None:
        self._random = random
        self._in_a_chain = self._chance(15)
        """Period after period with one employer, about the age limits."""
        self._today = self._a_day(FIRST_DAY + timedelta(days=20), date(2030, 6, 30))
        self._register = Register(self._a_person())
        self._employers = EMPLOYERS[: 1 if self._in_a_chain else random.choice((1, 2, 2, 3))]
        self._systems = (random.choice(SYSTEMS),) if self._in_a_chain or self._chance(85) else SYSTEMS
        self._forms: list[list[tuple[date, date]]] = []
        self._wages: list[dict[Month, Parts]] = []

    def tell(self) -> Told:
        acts, answers = [], []
        for _ in range(self._random.choice((1, 2, 3, 4, 5, 6, 6))):
            act = self._an_act()
            answer = self._register.apply(act)
            if isinstance(answer, Registered):
                self._remember(act, answer)
            acts.append(act)
            answers.append(answer)
            self._today = min(self._later(), LAST_DAY)
        return Told(Life(self._register.person, tuple(acts)), tuple(answers), self._register)

    def _chance(self, per_cent: int) -> bool:
        return self._random.randrange(100) < per_cent

    def _days(self, *limits: int) -> timedelta:
        """A number of days up to one of the limits, each as likely."""
        return timedelta(days=self._random.randint(0, self._random.choice(limits)))

    def _remember(self, act: Act, answer: Registered) -> None:
        if isinstance(act, Add):
            self._forms.append([])
            self._wages.append({})
        self._forms[answer.period].append((answer.starts, answer.ends))
        for month in months(answer.starts, answer.ends):
            (line,) = [wage for wage in act.wages if wage.first_month <= month <= wage.last_month]
            parts = Parts(line.basic, line.housing, line.housing_in_kind, line.commission)
            self._wages[answer.period][month] = parts

    # who, and when

    def _a_day(self, first: date, last: date) -> date:
        """Ends and beginnings of months, and the ends of February, more often than their share."""
        day = first + timedelta(days=self._random.randint(0, (last - first).days))
        turn = self._random.randrange(10)
        if turn < 2:
            day = last_day(month_of(day))
        elif turn == 2:
            day = month_of(day)
        elif turn == 3:
            day = last_day(date(day.year, 2, 1)) - timedelta(days=self._random.randint(0, 1))
        return min(max(day, first), last)

    def _later(self) -> date:
        """The day of the next act: the same, soon, the end of the month, next month, or long after."""
        match self._random.randrange(10):
            case 0 | 1:
                return self._today
            case 2 | 3:
                return self._today + self._days(3, 20)
            case 4:
                return last_day(month_of(self._today))
            case 5 | 6:
                month = next_month(month_of(self._today))
                return self._a_day(month, last_day(month))
            case 7 | 8:
                return self._a_day(self._today, self._today + timedelta(days=400))
            case _:
                return self._today + timedelta(days=365) + self._days(30, 900)

    def _a_person(self) -> Person:
        old, hijri = self._chance(50), self._chance(40)
        born = self._a_day(date(1964, 1, 1), date(2004, 12, 31))
        if self._in_a_chain or self._chance(50):
            born = self._born_near_a_limit(hijri=old if self._chance(80) else hijri)
        if hijri:
            return Person(hijri_born=to_hijri(born), before_new_law=old)
        return Person(born=born, before_new_law=old)

    def _born_near_a_limit(self, *, hijri: bool) -> date:
        """Of such an age, in one calendar, about now, give or take a day or some months."""
        closing = (59, 60) if hijri else (64, 65)
        limit = self._random.choice(closing if self._in_a_chain else LIMITS)
        if hijri:
            year, month, day = to_hijri(self._today)
            born = to_gregorian((year - limit, month, min(day, 29)))
        else:
            born = months_before(self._today, 12 * limit)
        away = self._random.choice((0, 1, 30, 120, 400))
        return born + timedelta(days=self._random.randint(-away, away))

    # what is asked

    def _an_act(self) -> Act:
        if self._register.periods and self._chance(40 if self._in_a_chain else 70):
            return self._an_amendment(self._random.choice(self._register.periods))
        return self._a_new_period()

    def _a_new_period(self) -> Add:
        system = self._random.choice(self._systems)
        for _ in range(6):
            employer = self._random.choice(self._employers)
            starts, ends = self._some_days(employer)
            if not self._taken(employer, starts, ends) or self._chance(3):
                break
        return Add(employer, starts, ends, self._lines(starts, ends, known={}), self._today, system)

    def _some_days(self, employer: str) -> tuple[date, date]:
        """Days that end by today, for the most part; some adjoin what stands."""
        ends = max(
            self._today - self._random.choice((timedelta(0), timedelta(0), self._days(10, 45, 200, 800))),
            FIRST_DAY,
        )
        if self._chance(25):
            ends = max(month_of(ends) - timedelta(days=1), FIRST_DAY)
        if self._chance(2):
            ends = self._today + timedelta(days=1) + self._days(40)
        starts = max(ends - self._days(0, 5, 20, 40, 40, 200, 400, 1_200), FIRST_DAY)
        if self._chance(25):
            starts = month_of(starts)
        here = [period for period in self._register.periods if period.employer == employer]
        return (
            self._beside(self._random.choice(here), starts, ends)
            if here and self._chance(40)
            else (starts, ends)
        )

    def _beside(self, period: Period, starts: date, ends: date) -> tuple[date, date]:
        """Days that go on where a period ends, or that end where it begins."""
        if self._chance(30) and period.starts > FIRST_DAY:
            ends = period.starts - timedelta(days=1)
            return max(ends - self._days(0, 30, 200), FIRST_DAY), ends
        starts = period.ends + timedelta(days=1)
        if starts <= ends <= self._today:
            return starts, ends
        return starts, max(starts, min(self._today, starts + self._days(0, 30, 200)))

    def _taken(self, employer: str, starts: date, ends: date) -> bool:
        return any(
            period.employer == employer and period.starts <= ends and starts <= period.ends
            for period in self._register.periods
        )

    def _an_amendment(self, period: Period) -> Amend:
        starts, ends = self._other_days(period)
        starts, ends = max(starts, FIRST_DAY), max(ends, FIRST_DAY)
        if ends > self._today and self._chance(95):
            ends = max(self._today, starts)
        starts = min(starts, ends)
        lines = self._lines(starts, ends, known=self._wages[period.number])
        return Amend(period.number, starts, ends, lines, self._today)

    def _other_days(self, period: Period) -> tuple[date, date]:
        """The same days, more, fewer, others, or those of a form the period had before."""
        starts, ends = period.starts, period.ends
        match self._random.randrange(12):
            case 0 | 1:
                return starts, ends
            case 2:
                return starts, ends + self._days(3, 40, 300)
            case 3:
                return starts, self._today
            case 4:
                return starts - self._days(3, 40, 300), ends
            case 5:
                return starts - self._days(3, 40), ends + self._days(40, 300)
            case 6:
                return starts, max(starts, ends - self._days(1, 40, 200))
            case 7:
                return min(ends, starts + self._days(1, 40, 200)), ends
            case 8:
                away = self._days(3, 40, 500)
                return (starts + away, ends + away) if self._chance(60) else (starts - away, ends - away)
            case 9:
                return period.work_from, ends
            case _:
                return self._random.choice(self._forms[period.number])

    # for what wage

    def _lines(self, starts: date, ends: date, *, known: dict[Month, Parts]) -> tuple[Wage, ...]:
        """One line for each run of months with one wage; a month that had one keeps it, for the most part."""
        wages, parts = [], self._a_wage()
        change_open, change_any = self._chance(30), self._chance(7)
        for month in months(starts, ends):
            open_still = last_day(month) >= self._today
            if month in known and not change_any and not (change_open and open_still):
                parts = known[month]
            elif self._chance(15):
                parts = self._a_wage()
            wages.append((month, parts))
        return _joined(wages)

    def _a_wage(self) -> Parts:
        basic = self._random.choice((1_000_00, 1_499_99, 1_500_00, 5_000_00, 10_000_00, 44_999_99, 45_000_00))
        if self._chance(50):
            basic = self._random.randint(1, 60_000_00)
        if self._chance(1):
            basic = 0
        housing, in_kind, commission = 0, False, 0
        match self._random.randrange(6):
            case 0 | 1:
                housing = self._random.choice((basic // 4, self._random.randint(1, 15_000_00)))
            case 2:
                in_kind = True
        if self._chance(15) and basic:
            commission = self._random.randint(1, 9_000_00)
        return Parts(basic, housing if basic else 0, in_kind, commission)


def _joined(wages: list[tuple[Month, Parts]]) -> tuple[Wage, ...]:
    lines: list[tuple[Month, Month, Parts]] = []
    for month, parts in wages:
        if lines and lines[-1][2] == parts:
            lines[-1] = lines[-1][0], month, parts
        else:
            lines.append((month, month, parts))
    return tuple(
        Wage(first, last, parts.basic, parts.housing, parts.housing_in_kind, parts.commission)
        for first, last, parts in lines
    )
