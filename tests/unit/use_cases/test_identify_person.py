"""Who a number belongs to: the register first, then the directory; and what does not change once recorded (REG-10)."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.identity import BorderNumber, IdentityKind, IdentityNumber, Mobile, person_number
from ishtirak.kernel.insurance import Nationality
from ishtirak.register.people import Contributor
from ishtirak.register.refusals import BirthDateFrozen, NumberReplaced
from ishtirak.use_cases.assess_claim import claim_of
from ishtirak.use_cases.identify_person import Acquaintance, IdentifiedPerson, identify_person
from ishtirak.use_cases.registered_mobile import registered_mobile
from tests.fakes.contracts import FixedClock, PlainFingerprints
from tests.fakes.directory import InMemoryDirectory, a_person
from tests.fakes.register import InMemoryPeople, an_establishment
from tests.fakes.requests import NOW, period_data, submitted
from tests.fakes.sessions import PlainEncryption
from tests.fakes.transaction import InMemoryTransaction

ENTERED, IQAMA = "3000000001", "2000000055"
FACTS: dict[str, Any] = {"nationality": "BD", "birth_date": CivilDate.parse("1997-01-25")}


@dataclass
class Desk:
    """The register's people, and the directory as it answers at the moment."""

    people: InMemoryPeople = field(default_factory=InMemoryPeople)
    directory: InMemoryDirectory = field(default_factory=InMemoryDirectory)

    def identify(self, number: str) -> IdentifiedPerson | None:
        identity, fingerprints = person_number(number), PlainFingerprints()
        return identify_person(
            identity,
            fingerprint=fingerprints.of(identity),
            people=self.people,
            directory=self.directory,
            fingerprints=fingerprints,
            encryption=PlainEncryption(),
            clock=FixedClock(),
        )

    def register(self, number: str) -> Contributor:
        """Identify and save, as whoever has a reason to does."""
        person = self.identify(number)
        assert person is not None
        fingerprint = PlainFingerprints().of(person_number(number))
        InMemoryTransaction().commit(person.items(self.people, fingerprint=fingerprint))
        return person.contributor

    def directory_says(self, identity: str, **facts: Any) -> None:
        self.directory = InMemoryDirectory([a_person(identity, **(FACTS | facts))])


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(
    ("number", "country", "kind", "nationality"),
    [
        ("1000000016", "SA", IdentityKind.NATIONAL_ID, Nationality.SAUDI),
        ("2000000014", "PH", IdentityKind.IQAMA, Nationality.NON_SAUDI),
        (ENTERED, "BD", IdentityKind.BORDER, Nationality.NON_SAUDI),
        ("OM:00000001", "OM", IdentityKind.GCC, Nationality.GCC),
    ],
)
def test_a_newcomer_of_every_kind_is_registered_under_their_number(
    desk: Desk, number: str, country: str, kind: IdentityKind, nationality: Nationality
) -> None:
    desk.directory_says(number, nationality=country)

    contributor = desk.register(number)

    assert (contributor.kind, contributor.nationality) == (kind, nationality)
    assert contributor.masked_identity == person_number(number).masked()
    found = desk.identify(number)
    assert found == IdentifiedPerson(contributor, Acquaintance.KNOWN)


def test_a_person_known_by_border_number_keeps_the_id_when_an_iqama_is_issued(desk: Desk) -> None:
    desk.directory_says(ENTERED)
    entered = desk.register(ENTERED)
    desk.directory_says(IQAMA, border_number=BorderNumber(ENTERED))

    after = desk.register(IQAMA)

    assert after.person_id == entered.person_id
    assert (after.kind, after.masked_identity) == (IdentityKind.IQAMA, IdentityNumber(IQAMA).masked())
    assert list(desk.people.people) == [entered.person_id]
    for number in (ENTERED, IQAMA):
        assert desk.identify(number) == IdentifiedPerson(after, Acquaintance.KNOWN)


def test_messages_go_to_the_phone_the_directory_has_under_the_number_in_use(desk: Desk) -> None:
    desk.directory_says(ENTERED)
    entered = desk.register(ENTERED)
    mobile = Mobile("+966550000016")
    desk.directory_says(IQAMA, border_number=BorderNumber(ENTERED), mobile=mobile)

    assert registered_mobile(entered, encryption=PlainEncryption(), directory=desk.directory) == mobile


def test_a_newcomer_under_a_replaced_number_is_held_for_identity(desk: Desk) -> None:
    desk.directory_says(IQAMA, border_number=BorderNumber(ENTERED))

    with pytest.raises(NumberReplaced):
        desk.identify(ENTERED)

    assert desk.people.people == {}


def test_reg_10_another_birth_date_in_the_directory_changes_nothing_of_who_is_registered(desk: Desk) -> None:
    desk.directory_says(ENTERED)
    registered = desk.register(ENTERED)
    desk.directory_says(ENTERED, birth_date=CivilDate.parse("1987-01-25"))

    assert desk.identify(ENTERED) == IdentifiedPerson(registered, Acquaintance.KNOWN)
    assert desk.people.find(registered.person_id) == registered


def test_reg_10_another_birth_date_under_a_new_number_is_refused(desk: Desk) -> None:
    desk.directory_says(ENTERED)
    registered = desk.register(ENTERED)
    desk.directory_says(IQAMA, border_number=BorderNumber(ENTERED), birth_date=CivilDate.parse("1987-01-25"))

    with pytest.raises(BirthDateFrozen):
        desk.identify(IQAMA)

    assert desk.people.people == {registered.person_id: registered}
    assert len(desk.people.numbers) == 1


def test_the_same_day_in_the_other_calendar_is_the_same_birth_date(desk: Desk) -> None:
    desk.directory_says(ENTERED)
    registered = desk.register(ENTERED)
    desk.directory_says(IQAMA, border_number=BorderNumber(ENTERED), birth_date=FACTS["birth_date"].hijri())

    after = desk.register(IQAMA)

    assert (after.person_id, after.birth_date) == (registered.person_id, registered.birth_date)


def test_two_who_give_the_new_number_at_once_make_one_change(desk: Desk) -> None:
    desk.directory_says(ENTERED)
    desk.register(ENTERED)
    desk.directory_says(IQAMA, border_number=BorderNumber(ENTERED))
    first, second = desk.identify(IQAMA), desk.identify(IQAMA)
    fingerprint = PlainFingerprints().of(person_number(IQAMA))
    assert first is not None
    assert second is not None

    InMemoryTransaction().commit(first.items(desk.people, fingerprint=fingerprint))
    with pytest.raises(ChangedMeanwhile):
        InMemoryTransaction().commit(second.items(desk.people, fingerprint=fingerprint))


def test_premium_residency_is_a_fact_of_the_directory_and_not_a_citizenship(desk: Desk) -> None:
    desk.directory_says("2000000048", nationality="GB", premium_residency=True)

    contributor = desk.register("2000000048")

    assert contributor.premium_residency
    assert contributor.nationality is Nationality.NON_SAUDI


def test_reg_10_the_rules_count_by_the_birth_date_first_recorded(desk: Desk) -> None:
    desk.directory_says("1000000016", nationality="SA")
    desk.register("1000000016")
    desk.directory_says("1000000016", nationality="SA", birth_date=CivilDate.parse("1960-01-01"))
    known = desk.identify("1000000016")
    assert known is not None

    claim = claim_of(
        submitted().after,
        period_data(),
        contributor=known.contributor,
        establishment=an_establishment(),
        recorded=(),
        requested_on=NOW.date(),
    )

    assert claim.person.born == FACTS["birth_date"]


def test_reg_10_a_message_still_goes_to_the_phone_of_whoever_s_birth_date_differs_in_the_directory(
    desk: Desk,
) -> None:
    desk.directory_says(ENTERED)
    registered = desk.register(ENTERED)
    mobile = Mobile("+966550000016")
    desk.directory_says(ENTERED, birth_date=CivilDate.parse("1960-01-01"), mobile=mobile)

    sent_to = registered_mobile(registered, encryption=PlainEncryption(), directory=desk.directory)

    assert sent_to == mobile
    assert desk.people.find(registered.person_id) == registered
