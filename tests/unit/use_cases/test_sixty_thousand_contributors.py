"""An employer of sixty thousand: what a page of its list costs, and that pages together are the list."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.insurance import Nationality
from ishtirak.kernel.months import Month
from ishtirak.register.listing import (
    EmploymentState,
    InsuredDays,
    ListedContributor,
    ListingSort,
    contributor_id_of,
)
from ishtirak.use_cases.search_contributors import (
    LOOKED_THROUGH,
    ContributorFilter,
    ContributorsFound,
    list_contributors,
    search_contributors,
)
from tests.fakes.bills import Calendar
from tests.fakes.cursors import PlainCursors
from tests.fakes.disclosure import InMemoryDisclosure
from tests.fakes.listing import CountedContributorLists
from tests.fakes.register import MITHAL, an_establishment, in_memory_register

COUNT = 60_000
DAY = date(2026, 11, 25)
OFFICER = Caller("officer", "00000000-0000-4000-8000-000000000005", frozenset({Role.CONTRIBUTOR}))
MOST_UNITS = 75
"""Read units of a page that looks through all it may."""
FIRST = ("محمد", "أحمد", "فاطمة", "نورة", "سالم", "خالد", "عبدالله", "مريم", "يوسف", "ليلى")
FAMILY = ("القحطاني", "الحربي", "المثال", "الزهراني", "الشمري", "العتيبي", "الغامدي")
LATIN = ("Mohammed", "Ahmad", "Fatimah", "Noura", "Salim", "Khalid", "Abdullah", "Maryam", "Yusuf", "Layla")


def a_listed(place: int) -> ListedContributor:
    """One of them: eight in ten are still there, two in three are Saudi, and the last one has a name of their own."""
    chance = random.Random(place)
    person_id = f"00000000-0000-4000-8000-{place:012}"
    first, family = chance.randrange(len(FIRST)), chance.choice(FAMILY)
    starts_on = date(2010, 1, 1) + timedelta(days=chance.randrange(5_800))
    ends_on = None if chance.random() < 0.8 else starts_on + timedelta(days=60)
    rare = place == COUNT - 1
    return ListedContributor(
        contributor_id=contributor_id_of(MITHAL, person_id),
        person_id=person_id,
        establishment=MITHAL,
        revision=1,
        name_ar="ظافر اليتيم" if rare else f"{FIRST[first]} بن {chance.choice(FIRST)} {family}",
        name_en="Dhafir Al-Yatim" if rare else f"{LATIN[first]} bin {chance.choice(LATIN)} Al-{place % 97}",
        masked_identity=f"••••{chance.randrange(10_000):04}",
        nationality=Nationality.SAUDI if chance.random() < 0.67 else Nationality.NON_SAUDI,
        systems=(),
        days=(InsuredDays(starts_on=starts_on, ends_on=ends_on),),
        registered_at=f"{starts_on}T09:00:00.000Z",
    )


@pytest.fixture(scope="module")
def everybody() -> list[ListedContributor]:
    return [a_listed(place) for place in range(COUNT)]


@pytest.fixture(scope="module")
def lists(everybody: list[ListedContributor]) -> CountedContributorLists:
    filled = CountedContributorLists()
    filled.fill(everybody)
    return filled


@pytest.fixture(scope="module")
def ask(lists: CountedContributorLists) -> Callable[..., ContributorsFound]:
    register, log = in_memory_register(), InMemoryDisclosure()
    register.transaction.commit(
        register.establishments.save(an_establishment()),
        register.appoint(OFFICER.person_id, MITHAL),
    )

    def asked(
        *, of: CountedContributorLists = lists, limit: int = 100, after: str | None = None, **query: Any
    ) -> ContributorsFound:
        nothing: dict[str, Any] = dict.fromkeys(("nationality", "state", "month"))
        named = query.keys() & {"name", "last_digits"}
        nothing |= dict.fromkeys(("name", "last_digits")) if named else {}
        reading: Callable[..., ContributorsFound] = search_contributors if named else list_contributors
        return reading(
            MITHAL.reveal(),
            limit=limit,
            after=after,
            by=OFFICER,
            establishments=register.establishments,
            lists=of,
            access_log=log,
            cursors=PlainCursors(),
            clock=Calendar(DAY),
            **(nothing | {"sort": ListingSort.NAME} | query),
        )

    return asked


FILTERS: list[dict[str, Any]] = [
    {},
    {"name": "محمد"},
    {"name": "ظافر"},
    {"name": "ا"},
    {"name": "Layla Mohammed"},
    {"last_digits": "0008"},
    {"nationality": Nationality.NON_SAUDI},
    {"nationality": Nationality.GCC},
    {"state": EmploymentState.ENDED},
    {"month": Month(2026, 11)},
    {
        "name": "القحطانى",
        "state": EmploymentState.ENDED,
        "nationality": Nationality.SAUDI,
        "month": Month(2015, 5),
    },
]


def pages(
    ask: Callable[..., ContributorsFound], *, most: int = 10_000, **query: Any
) -> Iterator[ContributorsFound]:
    after = None
    for _ in range(most):
        page = ask(after=after, **query)
        yield page
        after = page.next
        if after is None:
            return


def test_a_page_is_one_query_of_bounded_rows_and_units_for_every_filter_and_order(
    lists: CountedContributorLists,
    ask: Callable[..., ContributorsFound],
    report: Callable[[str], None],
) -> None:
    worst: dict[str, float] = {}
    for query, sort in product(FILTERS, ListingSort):
        for _ in pages(ask, most=12, sort=sort, **query):
            assert lists.queries == 1, (query, sort)
            assert lists.looked_at <= LOOKED_THROUGH, (query, sort)
            name = "+".join(query) or "all"
            worst[name] = max(worst.get(name, 0), lists.read_units)
            lists.queries, lists.looked_at, lists.read_units = 0, 0, 0

    report(f"page of {COUNT} contributors: 1 query, read units at most {worst}")
    assert max(worst.values()) <= MOST_UNITS
    assert worst["all"] <= 25


def test_the_hundredth_page_costs_what_the_first_does(
    lists: CountedContributorLists, ask: Callable[..., ContributorsFound]
) -> None:
    units = []
    lists.read_units = 0
    for _ in pages(ask, most=100):
        units.append(lists.read_units)
        lists.read_units = 0

    assert len(units) == 100
    assert max(units) <= 1.2 * min(units)


def test_a_rare_name_and_the_digits_are_found_on_the_first_page(
    ask: Callable[..., ContributorsFound],
) -> None:
    rare, digits = ask(name="يتيم ظاف"), ask(last_digits="0008")

    assert [each.name_en for each in rare.contributors] == ["Dhafir Al-Yatim"]
    assert rare.next is None
    assert {each.last_digits for each in digits.contributors} == {"0008"}
    assert digits.next is None


@pytest.mark.parametrize("query", [each for each in FILTERS if each], ids="+".join)
def test_pages_together_are_everybody_it_holds_for_once(
    everybody: list[ListedContributor], ask: Callable[..., ContributorsFound], query: dict[str, Any]
) -> None:
    from ishtirak.register.name_search import asked_words

    wanted = ContributorFilter(
        asked_words(query.get("name", "")),
        *(query.get(name) for name in ("last_digits", "nationality", "state", "month")),
    )

    found = [each.contributor_id for page in pages(ask, **query) for each in page.contributors]

    expected = [each.contributor_id for each in everybody if wanted.holds(each, on=DAY)]
    assert len(found) == len(set(found))
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("sort", ListingSort)
def test_whoever_comes_while_somebody_turns_pages_hides_nobody(
    ask: Callable[..., ContributorsFound], sort: ListingSort
) -> None:
    there, coming = [a_listed(place) for place in range(300)], [a_listed(place) for place in range(300, 600)]
    filled = CountedContributorLists()
    filled.fill(there)

    found: list[str] = []
    for page in pages(ask, of=filled, limit=7, sort=sort):
        found += [each.contributor_id for each in page.contributors]
        filled.fill([coming.pop() for _ in range(min(3, len(coming)))])

    assert len(found) == len(set(found))
    assert set(found) >= {each.contributor_id for each in there}
