"""How many requests are open is known also while the listing is late."""

from datetime import timedelta

from ishtirak.requests.beginnings import BegunLately
from tests.fakes.request_states import EVERY_STATE
from tests.fakes.requests import NOW, OWNER, REQUEST

DRAFT, WITHDRAWN = EVERY_STATE["draft"], EVERY_STATE["withdrawn"]


def test_what_is_not_listed_yet_counts_once_it_is_listed_by_its_state() -> None:
    lately = BegunLately(owner=OWNER).and_now(REQUEST, at=NOW)

    assert lately.count_open([], at=NOW) == 1
    assert lately.count_open([DRAFT], at=NOW) == 1
    assert lately.count_open([WITHDRAWN], at=NOW) == 0


def test_after_ten_minutes_the_listing_alone_counts() -> None:
    lately = BegunLately(owner=OWNER).and_now(REQUEST, at=NOW)
    later = NOW + timedelta(minutes=10)

    assert lately.count_open([], at=later) == 0
    assert lately.and_now("another", at=later).begun.keys() == {"another"}


def test_each_beginning_is_a_version_of_its_own() -> None:
    once = BegunLately(owner=OWNER).and_now("one", at=NOW)
    twice = once.and_now("two", at=NOW)

    assert (once.version, twice.version) == (1, 2)
    assert twice.begun.keys() == {"one", "two"}
