"""Lists of contributors behave alike in memory and on the register's table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.insurance import Nationality
from ishtirak.kernel.transaction import Transaction
from ishtirak.register.listing import Headcount, ListedContributor, listed
from ishtirak.register.listing_ports import ContributorLists
from tests.fakes.listing import InMemoryContributorLists
from tests.fakes.register import MITHAL, NAMUDHAJ, a_contributor, a_period, register_table
from tests.fakes.transaction import InMemoryTransaction

DAY = date(2026, 11, 25)


@dataclass
class Kept:
    """The lists, and the commit over them."""

    lists: ContributorLists
    transaction: Transaction

    def save(self, after: ListedContributor | None, *, before: ListedContributor | None = None) -> None:
        self.transaction.commit(self.lists.save(after, before=before))

    def positions(self, prefix: str, *, limit: int = 100, after: str | None = None) -> list[str]:
        return [row.position for row in self.lists.rows(MITHAL, prefix, limit=limit, after=after)]


@pytest.fixture(params=["memory", "dynamo"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "memory":
        yield Kept(InMemoryContributorLists(), InMemoryTransaction())
        return
    from ishtirak.adapters.aws.contributor_table import ContributorTable
    from ishtirak.adapters.transaction import DynamoTransaction

    with register_table() as table:
        yield Kept(ContributorTable(table), DynamoTransaction())


def person(place: int) -> str:
    return f"00000000-0000-4000-8000-{place:012}"


def entry(
    place: int = 1, *, revision: int = 1, ends_on: str | None = None, **facts: str
) -> ListedContributor:
    contributor = a_contributor(person(place), **facts)
    period = a_period(f"20{place:02}-01-01", ends_on, person_id=person(place))
    made = listed(contributor, [period], number=MITHAL, revision=revision)
    assert made is not None
    return made


def test_nobody_is_there_before_they_are_saved(kept: Kept) -> None:
    assert kept.lists.find(MITHAL, entry().contributor_id) is None
    assert kept.positions("NAME#") == []
    assert set(kept.lists.headcounts(MITHAL, on=DAY).values()) == {Headcount()}


def test_an_entry_stands_in_every_order_and_under_every_word(kept: Kept) -> None:
    one = entry()

    kept.save(one)

    assert kept.lists.find(MITHAL, one.contributor_id) == one
    found = [
        row for kind in ("NAME#", "REGISTERED#", "START#", "DIGITS#", "WORD#") for row in kept.positions(kind)
    ]
    assert sorted(found) == sorted(one.rows())
    assert kept.positions("WORD#maj") == [f"WORD#majid#{one.contributor_id}"]
    assert kept.positions("DIGITS#0008#") == [f"DIGITS#0008#{one.contributor_id}"]


def test_another_establishments_list_holds_nothing_of_it(kept: Kept) -> None:
    kept.save(entry())

    assert kept.lists.rows(NAMUDHAJ, "NAME#", limit=9) == ()
    assert kept.lists.find(NAMUDHAJ, entry().contributor_id) is None
    assert kept.lists.headcounts(NAMUDHAJ, on=DAY)[Nationality.SAUDI] == Headcount()


def test_pages_follow_one_another(kept: Kept) -> None:
    for place in range(1, 6):
        kept.save(entry(place))

    first = kept.positions("START#", limit=2)
    rest = kept.positions("START#", limit=9, after=first[-1])

    assert len(first) == 2
    assert first + rest == kept.positions("START#")
    assert [row.split("#")[1] for row in first + rest] == [f"200{place}-01-01" for place in range(1, 6)]


def test_a_new_name_is_found_and_the_old_one_no_longer(kept: Kept) -> None:
    before, after = entry(), entry(name_ar="سالم المثال", name_en="Salim", revision=2)
    kept.save(before)

    kept.save(after, before=before)

    assert kept.positions("WORD#majid") == []
    assert kept.positions("WORD#salim") == [f"WORD#salim#{after.contributor_id}"]
    assert [row.entry for row in kept.lists.rows(MITHAL, "NAME#", limit=9)] == [after]
    assert kept.lists.headcounts(MITHAL, on=DAY)[Nationality.SAUDI] == Headcount(active=1)


def test_whoever_has_no_period_any_more_is_gone(kept: Kept) -> None:
    kept.save(entry())

    kept.save(None, before=entry())

    assert kept.lists.find(MITHAL, entry().contributor_id) is None
    assert [kept.positions(kind) for kind in ("NAME#", "WORD#", "DIGITS#")] == [[], [], []]
    assert kept.lists.headcounts(MITHAL, on=DAY)[Nationality.SAUDI] == Headcount()


def test_headcounts_are_by_nationality_and_by_the_day_asked_for(kept: Kept) -> None:
    kept.save(entry(1))
    kept.save(entry(2, ends_on="2026-11-24"))
    kept.save(entry(3, ends_on="2026-11-25", country="IN"))
    kept.save(entry(4, country="KW"))

    counts = kept.lists.headcounts(MITHAL, on=DAY)
    later = kept.lists.headcounts(MITHAL, on=date(2026, 11, 26))

    assert counts[Nationality.SAUDI] == Headcount(active=1, ended=1)
    assert (counts[Nationality.NON_SAUDI], later[Nationality.NON_SAUDI]) == (Headcount(1, 0), Headcount(0, 1))
    assert counts[Nationality.GCC] == Headcount(active=1)


def test_an_end_moves_one_from_the_active_to_the_ended(kept: Kept) -> None:
    before, after = entry(), entry(ends_on="2026-10-31", revision=2)
    kept.save(before)

    kept.save(after, before=before)

    assert kept.lists.headcounts(MITHAL, on=DAY)[Nationality.SAUDI] == Headcount(active=0, ended=1)


def test_an_entry_is_made_once(kept: Kept) -> None:
    kept.save(entry())

    with pytest.raises(ChangedMeanwhile):
        kept.save(entry(ends_on="2026-10-31"))

    assert kept.lists.headcounts(MITHAL, on=DAY)[Nationality.SAUDI] == Headcount(active=1)


def test_an_entry_that_moved_on_is_not_replaced(kept: Kept) -> None:
    first, second = entry(), entry(ends_on="2026-10-31", revision=2)
    kept.save(first)
    kept.save(second, before=first)

    with pytest.raises(ChangedMeanwhile):
        kept.save(entry(ends_on="2026-11-30", revision=2), before=first)

    assert kept.lists.find(MITHAL, first.contributor_id) == second


def test_an_entry_that_moved_on_is_not_removed(kept: Kept) -> None:
    first, second = entry(), entry(revision=2, name_en="Salim")
    kept.save(first)
    kept.save(second, before=first)

    with pytest.raises(ChangedMeanwhile):
        kept.save(None, before=first)

    assert kept.lists.find(MITHAL, first.contributor_id) == second
