"""What every directory of persons promises: the fake in memory, and the adapter against the simulator."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from ishtirak.adapters.agencies.absher import AbsherDirectory
from ishtirak.adapters.agencies.outbound import Outbound, OutboundPolicy
from ishtirak.adapters.aws.secrets import AbsherAccess, Secret
from ishtirak.kernel.dates import Calendar, CivilDate
from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.identity import IdentityNumber, Mobile
from ishtirak.kernel.insurance import Nationality, Sex
from ishtirak.register.person import Person
from ishtirak.register.ports import Directory
from local.simulators import Simulators
from local.simulators.faults import Fault, Mode
from local.simulators.people import SyntheticPerson, roster
from tests.fakes.directory import InMemoryDirectory
from tests.simulators.access import WrittenSecrets

pytestmark = pytest.mark.enable_socket

MAJID = IdentityNumber("1000000008")
KHALIFA = IdentityNumber("2000000006")
MARIA = IdentityNumber("2000000014")
LAYLA = IdentityNumber("2000000030")
NOBODY = IdentityNumber("1234567897")


@dataclass
class Arrangement:
    directory: Directory
    take_down: Callable[[], None]


def known(person: SyntheticPerson) -> Person:
    return Person(
        identity=person.identity_number,
        border_number=person.border_number,
        name_ar=person.name_ar,
        name_en=person.name_en,
        birth_date=person.birth_date,
        nationality=person.nationality,
        premium_residency=person.premium_residency,
        sex=Sex(person.sex),
        mobile=person.mobile,
    )


@pytest.fixture(params=["in memory", "over HTTP"])
def arrangement(request: pytest.FixtureRequest) -> Iterator[Arrangement]:
    if request.param == "in memory":
        fake = InMemoryDirectory(known(person) for person in roster().people)
        yield Arrangement(fake, lambda: setattr(fake, "down", True))
        return
    with Simulators.launch() as simulators:
        secret = Secret(WrittenSecrets(simulators), arn="AbsherSecretArn", model=AbsherAccess)
        adapter = AbsherDirectory(secret, outbound=Outbound(OutboundPolicy(first_pause=0.001)))
        out_of_order = Fault(mode=Mode.REFUSE, count=None)
        yield Arrangement(adapter, lambda: simulators.absher.faults.add(out_of_order))


def test_a_known_person_is_found_whole(arrangement: Arrangement) -> None:
    person = arrangement.directory.find(MAJID)

    assert person == Person(
        identity=MAJID,
        name_ar="ماجد المثال",
        name_en="Majid Al-Mithal",
        birth_date=CivilDate(Calendar.HIJRI, 1405, 3, 17),
        nationality="SA",
        sex=Sex.MALE,
        mobile=Mobile("+966550000001"),
    )


def test_a_birth_date_comes_in_the_calendar_it_was_issued_in(arrangement: Arrangement) -> None:
    issued_in = {
        person.birth_date.calendar
        for number in (MAJID, MARIA)
        if (person := arrangement.directory.find(number)) is not None
    }

    assert issued_in == {Calendar.HIJRI, Calendar.GREGORIAN}


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (MAJID, Nationality.SAUDI),
        (KHALIFA, Nationality.GCC),
        (MARIA, Nationality.NON_SAUDI),
    ],
)
def test_the_class_of_a_nationality_follows_from_its_code(
    arrangement: Arrangement, number: IdentityNumber, expected: Nationality
) -> None:
    person = arrangement.directory.find(number)

    assert person is not None
    assert person.nationality_class is expected


def test_a_person_without_a_registered_mobile_is_found_without_one(arrangement: Arrangement) -> None:
    person = arrangement.directory.find(LAYLA)

    assert person is not None
    assert person.mobile is None


def test_nobody_is_none(arrangement: Arrangement) -> None:
    assert arrangement.directory.find(NOBODY) is None


def test_a_directory_that_is_down_is_unavailable_and_says_nothing_of_the_person(
    arrangement: Arrangement,
) -> None:
    arrangement.take_down()

    with pytest.raises(Unavailable) as refusal:
        arrangement.directory.find(MAJID)

    assert MAJID.reveal() not in f"{refusal.value!r} {refusal.value}"


def test_a_person_never_prints_what_identifies_them(arrangement: Arrangement) -> None:
    person = arrangement.directory.find(MAJID)

    assert person is not None
    printed = f"{person!r} {person}"
    for private in (MAJID.reveal(), person.name_ar, person.name_en, "0550000001", "1405"):
        assert private not in printed
