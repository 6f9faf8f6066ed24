"""Claims for the tests: one ordinary claim to vary, and strategies for any claim the model allows."""

from datetime import date, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from ishtirak.kernel.dates import Calendar, CivilDate, month_length
from ishtirak.kernel.identity import EstablishmentNumber, GccState
from ishtirak.kernel.insurance import Nationality, Route, Sector, System
from ishtirak.kernel.money import Halalas
from ishtirak.kernel.months import Month
from ishtirak.kernel.periods import Period
from ishtirak.kernel.registered_days import RegisteredDays
from ishtirak.kernel.wage import LARGEST_WAGE, OpenWageLine, WageLine
from ishtirak.statute.model import (
    Claim,
    ClaimKind,
    EstablishmentFacts,
    ExistingPeriod,
    LateCorrection,
    PersonFacts,
    Way,
)
from ishtirak.statute.tables import FOLDER, Tables

TABLES: Final = Tables.read(FOLDER)
HERE: Final = EstablishmentNumber("7000000001")
ELSEWHERE: Final = EstablishmentNumber("7000000002")
THIRD: Final = EstablishmentNumber("7000000003")
OLD_LAW: Final = frozenset({System.SOCIAL_INSURANCE})


def day(text: str) -> date:
    """A day as a test writes it."""
    return date.fromisoformat(text)


def line(period: Period, *, basic: int = 1_000_000, **parts: Any) -> WageLine:
    """One wage over the whole period; ten thousand riyals unless said otherwise."""
    months = period.months
    return WageLine(first_month=months[0], last_month=months[-1], basic=Halalas(basic), **parts)


def person(**facts: Any) -> PersonFacts:
    """A citizen of 1990 under the old law."""
    ordinary = {
        "nationality": Nationality.SAUDI,
        "born": CivilDate.parse("1990-04-01"),
        "uncompensated_before_new_law": OLD_LAW,
    }
    return PersonFacts(**(ordinary | facts))


def employer(**facts: Any) -> EstablishmentFacts:
    """A private business of somebody else's."""
    return EstablishmentFacts(**({"number": HERE, "sector": Sector.PRIVATE} | facts))


def claim(
    starts_on: str = "2025-01-01",
    ends_on: str = "2025-06-30",
    *,
    requested_on: str = "2026-03-10",
    wage: int = 1_000_000,
    **changes: Any,
) -> Claim:
    """An ordinary late claim: a citizen under the old law, six months, ten thousand riyals."""
    period = Period.between(day(starts_on), day(ends_on))
    ordinary: dict[str, Any] = {
        "system": System.SOCIAL_INSURANCE,
        "person": person(),
        "establishment": employer(),
        "period": period,
        "wages": (line(period, basic=wage),),
        "requested_on": day(requested_on),
    }
    return Claim(**(ordinary | changes))


def days_of(starts_on: str, ends_on: str | None, route: Route = Route.ON_TIME) -> RegisteredDays:
    """Days as the register keeps them."""
    return RegisteredDays(
        starts_on=day(starts_on), ends_on=None if ends_on is None else day(ends_on), route=route
    )


def agreed(first_month: str, last_month: str | None = None, *, basic: int = 1_000_000) -> OpenWageLine:
    """A recorded wage line; ten thousand riyals unless said otherwise."""
    return OpenWageLine(
        first_month=Month.parse(first_month),
        last_month=None if last_month is None else Month.parse(last_month),
        basic=Halalas(basic),
    )


def recorded(
    starts_on: str,
    ends_on: str | None,
    *,
    wage: int = 1_000_000,
    route: Route = Route.ON_TIME,
    **changes: Any,
) -> ExistingPeriod:
    """A period already in the register, with this employer and by one route unless said otherwise."""
    ordinary: dict[str, Any] = {
        "id": "period-1",
        "establishment": HERE,
        "system": System.SOCIAL_INSURANCE,
        "starts_on": day(starts_on),
        "ends_on": None if ends_on is None else day(ends_on),
        "wages": (agreed(starts_on[:7], basic=wage),),
        "registered": (days_of(starts_on, ends_on, route),),
    }
    return ExistingPeriod(**(ordinary | changes))


def mostly[Held](
    usual: st.SearchStrategy[Held], *, rarely: st.SearchStrategy[Held]
) -> st.SearchStrategy[Held]:
    """The usual nine times in ten: a claim is refused for its first fault, so faults have to be rare."""
    return st.integers(0, 9).flatmap(lambda turn: rarely if turn == 9 else usual)


def days(first: str = "1900-01-01", last: str = "2199-12-31") -> st.SearchStrategy[date]:
    """Any day between the two."""
    return st.dates(day(first), day(last))


@st.composite
def hijri_dates(draw: st.DrawFn, first: int = 1343, last: int = 1500) -> CivilDate:
    """Any date of those Hijri years, month ends as likely as other days."""
    year, month = draw(st.integers(first, last)), draw(st.integers(1, 12))
    length = month_length(Calendar.HIJRI, year=year, month=month)
    return CivilDate(Calendar.HIJRI, year, month, draw(st.integers(1, length) | st.just(length)))


def civil_dates() -> st.SearchStrategy[CivilDate]:
    """A date in either calendar; mostly of people who could be at work."""
    working_ages = days("1945-01-01", "2012-12-31").map(CivilDate.of)
    return mostly(working_ages | hijri_dates(1365, 1430), rarely=days().map(CivilDate.of) | hijri_dates())


def amounts(largest: int = LARGEST_WAGE) -> st.SearchStrategy[Halalas]:
    """Any wage, wages people have more often than not."""
    usual = st.integers(100_000, min(6_000_000, largest))
    return mostly(usual, rarely=st.integers(0, largest)).map(Halalas)


@st.composite
def periods_before(draw: st.DrawFn, last: date) -> Period:
    """A period that mostly ends in the three years before the day."""
    earliest = day("1900-01-01")
    ago = draw(mostly(st.integers(0, 800), rarely=st.integers(-40, 1_100)))
    served = draw(mostly(st.integers(0, 400), rarely=st.integers(0, 1_200)))
    ends_on = max(earliest, last - timedelta(days=ago))
    starts_on = max(earliest, ends_on - timedelta(days=served))
    return Period.between(starts_on, ends_on)


@st.composite
def wage_lines(draw: st.DrawFn, period: Period) -> tuple[WageLine, ...]:
    """Lines that cover the period, now and then cut in two, with a gap, or overlapping."""
    months = period.months
    cut = draw(st.integers(0, len(months)))
    gap = draw(st.sampled_from((0, 0, 0, 0, 0, 1, -1)))
    ranges = ((0, cut - 1), (cut + gap, len(months) - 1))
    return tuple(
        draw(_line(months[first], months[last])) for first, last in ranges if 0 <= first <= last < len(months)
    )


@st.composite
def _line(draw: st.DrawFn, first: Month, last: Month) -> WageLine:
    in_kind = draw(st.booleans())
    return WageLine(
        first_month=first,
        last_month=last,
        basic=draw(amounts()),
        housing=draw(st.just(Halalas(0)) if in_kind else amounts(2_000_000)),
        housing_in_kind=in_kind,
        commission=draw(amounts(2_000_000)),
    )


@st.composite
def people(draw: st.DrawFn, period: Period) -> PersonFacts:
    """Any person; a non-Saudi's dates are mostly those asked."""
    nationality = draw(mostly(st.just(Nationality.SAUDI), rarely=st.sampled_from(Nationality)))
    return PersonFacts(
        nationality=nationality,
        born=draw(civil_dates()),
        uncompensated_before_new_law=draw(st.frozensets(st.sampled_from(System))),
        first_covered_on=draw(st.none() | days()),
        gcc_state=draw(st.sampled_from(GccState)) if nationality is Nationality.GCC else None,
        dates_from_authority=draw(st.sampled_from((period, period, None))),
    )


@st.composite
def recorded_periods(draw: st.DrawFn, asked: Period) -> ExistingPeriod:
    """A recorded period with this employer or another, near the asked one."""
    starts_on = max(day("1900-01-01"), asked.starts_on - timedelta(days=draw(st.integers(-400, 900))))
    served = draw(st.none() | st.integers(0, 900))
    ends_on = None if served is None else min(day("2199-12-31"), starts_on + timedelta(days=served))
    return ExistingPeriod(
        id=draw(st.sampled_from(("period-1", "period-2", "period-3"))),
        establishment=draw(mostly(st.just(ELSEWHERE), rarely=st.sampled_from((HERE, THIRD)))),
        system=draw(mostly(st.just(System.SOCIAL_INSURANCE), rarely=st.sampled_from(System))),
        starts_on=starts_on,
        ends_on=ends_on,
        wages=draw(recorded_wages(Month.of(starts_on))),
        registered=(
            RegisteredDays(starts_on=starts_on, ends_on=ends_on, route=draw(st.sampled_from(Route))),
        ),
        work_started_on=draw(st.none() | days("1900-01-01", starts_on.isoformat())),
    )


@st.composite
def recorded_wages(draw: st.DrawFn, first: Month) -> tuple[OpenWageLine, ...]:
    """One wage from the first month on, or two with a change between them."""
    change = first.plus(draw(st.integers(1, 24)))
    lines = (
        OpenWageLine(first_month=first, last_month=change.plus(-1), basic=draw(amounts())),
        OpenWageLine(first_month=change, basic=draw(amounts()), housing=draw(amounts())),
    )
    whole = OpenWageLine(first_month=first, basic=draw(amounts()))
    return draw(st.sampled_from((lines, (whole,))))


@st.composite
def amendments(draw: st.DrawFn) -> Claim:
    """A claim that changes a recorded period of the same employer; some other parts may still be wrong."""
    asked = draw(claims())
    here = draw(recorded_periods(asked.period))
    named = here.model_copy(update={"id": "period-0", "establishment": HERE, "system": asked.system})
    return asked.model_copy(
        update={
            "kind": ClaimKind.AMEND,
            "amends": "period-0",
            "recorded": (*asked.recorded, named),
            "late_correction": draw(st.sampled_from(LateCorrection)),
        }
    )


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """Any claim the model allows, ordinary ones most often."""
    requested_on = draw(mostly(days("2024-06-01", "2030-12-31"), rarely=days()))
    period = draw(periods_before(requested_on))
    return Claim(
        kind=draw(mostly(st.just(ClaimKind.ADD), rarely=st.just(ClaimKind.AMEND))),
        system=draw(mostly(st.just(System.SOCIAL_INSURANCE), rarely=st.sampled_from(System))),
        person=draw(people(period)),
        establishment=EstablishmentFacts(
            number=HERE,
            sector=draw(st.sampled_from(Sector)),
            owned_by_person=draw(mostly(st.just(False), rarely=st.just(True))),
            single_owner=draw(st.booleans()),
        ),
        period=period,
        wages=draw(wage_lines(period)),
        requested_on=requested_on,
        recorded=tuple(draw(st.lists(recorded_periods(period), max_size=3))),
        amends=draw(st.sampled_from(("period-1", None))),
        late_correction=draw(st.sampled_from(LateCorrection)),
        way=draw(mostly(st.just(Way.REQUEST), rarely=st.just(Way.CONTRACT))),
    )
