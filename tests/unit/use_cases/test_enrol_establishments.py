"""The commercial registry's feed, on ports in memory: each entry once, in order, whatever happens in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.identity import EstablishmentNumber, IdentityNumber
from ishtirak.kernel.scope import Scope
from ishtirak.register.establishments import Cessation, CessationKind
from ishtirak.use_cases.acting import may_act
from ishtirak.use_cases.enrol_establishments import PAGE, FeedRun, OwnerReader, enrol_establishments
from tests.fakes.contracts import PlainFingerprints
from tests.fakes.directory import InMemoryDirectory, a_person
from tests.fakes.otp import HandClock
from tests.fakes.register import MITHAL, NAMUDHAJ, PERSON, in_memory_register
from tests.fakes.registry import InMemoryFeed, InMemoryRegistry, PutAside, a_change
from tests.fakes.sessions import PlainEncryption

SARA, NOURA, BORN = "1000000016", "1000000024", "2001-05-20"


class Died(BaseException):
    """The process died."""


class Feed:
    """The register, the directory with two people, and the feed."""

    def __init__(self) -> None:
        self.register, self.clock = in_memory_register(), HandClock()
        self.registry, self.feed, self.aside = InMemoryRegistry(), InMemoryFeed(), PutAside()
        self.directory = InMemoryDirectory([a_person(SARA), a_person(NOURA)])

    def run(self, **changed: Any) -> FeedRun:
        owners = OwnerReader(
            people=self.register.people,
            directory=self.directory,
            fingerprints=PlainFingerprints(),
            encryption=PlainEncryption(),
            clock=self.clock,
        )
        given: dict[str, Any] = {
            "registry": self.registry,
            "feed": self.feed,
            "establishments": self.register.establishments,
            "owners": owners,
            "put_aside": self.aside,
            "clock": self.clock,
            "transaction": self.register.transaction,
        }
        return enrol_establishments(**(given | changed))

    def id_of(self, number: str) -> str:
        found = self.register.people.id_of(PlainFingerprints().of(IdentityNumber(number)))
        assert found is not None
        return found

    @property
    def numbers(self) -> dict[str, str]:
        people: Any = self.register.people
        return dict(people.numbers)

    def events(self, number: EstablishmentNumber = MITHAL) -> list[str]:
        establishment = self.register.establishments.find(number)
        assert establishment is not None
        return [event.type for event in self.register.events_of(establishment.aggregate)]

    def may(self, number: EstablishmentNumber, person_id: str) -> bool:
        return may_act(
            number,
            by=Caller(person_id, person_id, frozenset({Role.CONTRIBUTOR})),
            scope=Scope.APPOINT,
            establishments=self.register.establishments,
            clock=self.clock,
        )


@pytest.fixture
def feed() -> Feed:
    return Feed()


def test_an_establishment_is_enrolled_with_its_owners_who_become_known_and_act_for_it(feed: Feed) -> None:
    feed.registry.entries = [a_change("7000000001", (SARA, BORN), (NOURA, BORN))]

    assert feed.run() == FeedRun(applied=1, put_aside=0, position=1)

    establishment = feed.register.establishments.find(MITHAL)
    assert establishment is not None
    assert establishment.owners == (feed.id_of(SARA), feed.id_of(NOURA))
    assert establishment.single_owner is None
    assert feed.may(MITHAL, feed.id_of(SARA))
    assert feed.events() == ["EstablishmentEnrolled"]
    assert SARA not in str(feed.register.events_of(establishment.aggregate))


def test_a_second_run_finds_nothing_to_do(feed: Feed) -> None:
    feed.registry.entries = [a_change("7000000001", (SARA, BORN)), a_change("7000000002")]
    feed.run()
    people = feed.numbers

    assert feed.run() == FeedRun(applied=0, put_aside=0, position=2)
    assert feed.events() == ["EstablishmentEnrolled"]
    assert feed.numbers == people


def test_more_than_a_page_is_taken_in_one_run(feed: Feed) -> None:
    feed.registry.entries = [a_change(name_en=f"Name {place}") for place in range(PAGE * 2 + 1)]

    assert feed.run().position == PAGE * 2 + 1
    establishment = feed.register.establishments.find(MITHAL)
    assert establishment is not None
    assert (establishment.name_en, establishment.registry_position) == (f"Name {PAGE * 2}", PAGE * 2 + 1)


def test_what_cannot_be_applied_is_put_aside_where_it_shows_and_the_rest_goes_on(feed: Feed) -> None:
    feed.registry.entries = [
        None,
        a_change("7000000001", ("1000000032", BORN)),
        a_change("7000000001", (SARA, "2001-05-21")),
        a_change("7000000001", status="MERGED", merged_into="7000000002"),
        a_change("7000000002", (SARA, BORN)),
    ]

    assert feed.run() == FeedRun(applied=1, put_aside=4, position=5)

    assert [(event.data["position"], event.data["problem"]) for event in feed.feed.events] == [
        (1, "UNREADABLE"),
        (2, "OWNER_NOT_FOUND"),
        (3, "OWNER_CONTRADICTED"),
        (4, "MERGED_INTO_UNKNOWN"),
    ]
    assert feed.register.establishments.find(MITHAL) is None
    assert feed.may(NAMUDHAJ, feed.id_of(SARA))
    assert feed.aside.shown == [4]


@pytest.mark.parametrize("what", ["registry", "directory"])
def test_what_is_down_puts_nothing_aside(feed: Feed, what: str) -> None:
    feed.registry.entries = [a_change("7000000002"), a_change("7000000001", (SARA, BORN))]
    getattr(feed, what).down = True

    with pytest.raises(Unavailable):
        feed.run()
    getattr(feed, what).down = False

    assert feed.run().position == 2
    assert feed.feed.events == []


def test_who_sold_it_acts_for_it_no_more_and_who_bought_it_does(feed: Feed) -> None:
    feed.registry.entries = [a_change("7000000001", (SARA, BORN)), a_change("7000000001", (NOURA, BORN))]

    feed.run()

    assert not feed.may(MITHAL, feed.id_of(SARA))
    assert feed.may(MITHAL, feed.id_of(NOURA))
    assert feed.events() == ["EstablishmentEnrolled", "EstablishmentChanged"]


def test_for_what_is_struck_off_nobody_acts_any_more(feed: Feed) -> None:
    entered = a_change("7000000001", (SARA, BORN), legal_form="SINGLE_OWNER")
    feed.registry.entries = [entered]
    feed.run()
    feed.register.transaction.commit(feed.register.appoint(PERSON, MITHAL))
    assert feed.may(MITHAL, feed.id_of(SARA))
    assert feed.may(MITHAL, PERSON)

    feed.registry.entries.append(
        a_change(
            "7000000001",
            (SARA, BORN),
            legal_form="SINGLE_OWNER",
            status="STRUCK_OFF",
            since="2026-11-20",
        )
    )
    feed.run()

    establishment = feed.register.establishments.find(MITHAL)
    assert establishment is not None
    assert (establishment.struck_off_on, establishment.single_owner) == (date(2026, 11, 20), feed.id_of(SARA))
    assert not feed.may(MITHAL, feed.id_of(SARA))
    assert not feed.may(MITHAL, PERSON)
    feed.registry.entries.append(entered)
    feed.run()
    assert feed.may(MITHAL, PERSON)


@pytest.mark.parametrize("kind", list(CessationKind))
def test_what_ceased_is_kept_with_its_day_and_goes_on_being_represented(
    feed: Feed, kind: CessationKind
) -> None:
    feed.registry.entries = [a_change("7000000001", (SARA, BORN), status=kind.value, since="2026-06-30")]

    feed.run()

    establishment = feed.register.establishments.find(MITHAL)
    assert establishment is not None
    assert establishment.ceased == Cessation(kind=kind, on=date(2026, 6, 30))
    assert feed.may(MITHAL, feed.id_of(SARA))


def test_of_a_merger_both_know_the_others_number(feed: Feed) -> None:
    feed.registry.entries = [
        a_change("7000000001"),
        a_change("7000000002"),
        a_change("7000000001", status="MERGED", merged_into="7000000002"),
    ]

    feed.run()

    merged, into = (feed.register.establishments.find(number) for number in (MITHAL, NAMUDHAJ))
    assert merged is not None
    assert into is not None
    assert (merged.merged_with, into.merged_with) == ((NAMUDHAJ,), (MITHAL,))
    assert feed.events(NAMUDHAJ) == ["EstablishmentEnrolled", "EstablishmentMerged"]


@contextmanager
def dying(feed: Feed, at: int, *, after: bool) -> Iterator[None]:
    """The process dies at its commit number `at`: before it is written, or after."""
    inner, count = feed.register.transaction.commit, 0

    def commit(*items: Any, result: object = None) -> None:
        nonlocal count
        count += 1
        if count == at and not after:
            raise Died
        inner(*items, result=result)
        if count == at:
            raise Died

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feed.register.transaction, "commit", commit)
        yield


ENTRIES = [
    a_change("7000000001", (SARA, BORN)),
    None,
    a_change("7000000002", (SARA, BORN), (NOURA, BORN)),
    a_change("7000000001", (NOURA, BORN), status="STRUCK_OFF"),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(1, len(ENTRIES) + 1))
def test_whenever_a_run_dies_the_next_goes_on_and_nothing_is_applied_twice(
    feed: Feed, at: int, after: bool
) -> None:
    feed.registry.entries = list(ENTRIES)

    with pytest.raises(Died), dying(feed, at, after=after):
        feed.run()
    feed.run()

    assert feed.feed.kept.position == len(ENTRIES)
    assert feed.events() == ["EstablishmentEnrolled", "EstablishmentStruckOff"]
    assert feed.events(NAMUDHAJ) == ["EstablishmentEnrolled"]
    assert len(feed.feed.events) == 1
    assert len(set(feed.numbers.values())) == 2


@pytest.mark.parametrize("at", range(1, len(ENTRIES) + 1))
def test_of_two_runs_beside_one_another_each_entry_is_applied_by_one(feed: Feed, at: int) -> None:
    feed.registry.entries = list(ENTRIES)
    inner, count = feed.register.transaction.commit, 0

    def commit(*items: Any, result: object = None) -> None:
        nonlocal count
        count += 1
        if count == at:
            feed.run()
        inner(*items, result=result)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feed.register.transaction, "commit", commit)
        feed.run()

    assert feed.feed.kept.position == len(ENTRIES)
    assert feed.events() == ["EstablishmentEnrolled", "EstablishmentStruckOff"]
    assert len(feed.feed.events) == 1


@pytest.mark.parametrize(
    "facts",
    [
        {"unified_number": "1000000008"},
        {"status": "MERGED"},
        {"merged_into": "7000000002"},
        {"status": "MERGED", "merged_into": "7000000001"},
        {"legal_form": "SINGLE_OWNER"},
        {"since": "2024-13-01"},
        {"owners": [{"identity_number": SARA, "birth_date": BORN}] * 2},
        {"owners": [{"identity_number": "1000000017", "birth_date": BORN}]},
        {"name_ar": ""},
        {"phone": "+966500000000"},
    ],
    ids=str,
)
def test_what_does_not_hold_together_is_no_change(facts: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        a_change(**({"number": facts["unified_number"]} if "unified_number" in facts else facts))

    assert SARA not in str(refused.value)
