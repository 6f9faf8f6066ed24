"""What every feed of residents' service dates promises: the fake in memory, and the adapter against the simulator."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from ishtirak.adapters.agencies.jawazat import JawazatResidency
from ishtirak.adapters.agencies.outbound import Outbound, OutboundPolicy
from ishtirak.adapters.aws.secrets import JawazatAccess, Secret
from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.identity import BorderNumber, EstablishmentNumber, IdentityNumber, PersonNumber
from ishtirak.register.ports import Residency
from ishtirak.register.service_dates import JoiningReason, LeavingReason, ServiceDates, service_on
from local.simulators import Simulators
from local.simulators.faults import Fault, Mode
from local.simulators.people import roster
from tests.fakes.residency import InMemoryResidency
from tests.simulators.access import WrittenSecrets

pytestmark = pytest.mark.enable_socket

MARIA = IdentityNumber("2000000014")
LAYLA = IdentityNumber("2000000030")
KAMAL = BorderNumber("3000000001")
MAJID = IdentityNumber("1000000008")
MITHAL = EstablishmentNumber("7000000001")
AYYINAH = EstablishmentNumber("7000000005")


@dataclass
class Arrangement:
    residency: Residency
    take_down: Callable[[], None]


def in_memory() -> InMemoryResidency:
    fake = InMemoryResidency()
    for person in roster().people:
        for number in {service.establishment for service in person.services}:
            served = [service.dates for service in person.services if service.establishment == number]
            fake.report(person.identity_number, number, *served)
    return fake


@pytest.fixture(params=["in memory", "over HTTP"])
def arrangement(request: pytest.FixtureRequest) -> Iterator[Arrangement]:
    if request.param == "in memory":
        fake = in_memory()
        yield Arrangement(fake, lambda: setattr(fake, "down", True))
        return
    with Simulators.launch() as simulators:
        secret = Secret(WrittenSecrets(simulators), arn="JawazatSecretArn", model=JawazatAccess)
        adapter = JawazatResidency(secret, outbound=Outbound(OutboundPolicy(first_pause=0.001)))
        out_of_order = Fault(mode=Mode.REFUSE, count=None)
        yield Arrangement(adapter, lambda: simulators.jawazat.faults.add(out_of_order))


def test_a_service_that_goes_on_has_no_last_day(arrangement: Arrangement) -> None:
    found = arrangement.residency.services(MARIA, MITHAL)

    assert list(found) == [
        ServiceDates(starts_on=date(2026, 10, 5), started_by=JoiningReason.SPONSORSHIP_TRANSFER)
    ]


def test_a_service_that_ended_says_when_and_why(arrangement: Arrangement) -> None:
    found = arrangement.residency.services(LAYLA, AYYINAH)

    assert [(service.ends_on, service.ended_by) for service in found] == [
        (date(2026, 8, 31), LeavingReason.FINAL_EXIT)
    ]


def test_each_employer_has_services_of_its_own(arrangement: Arrangement) -> None:
    found = arrangement.residency.services(MARIA, AYYINAH)

    assert [service.ended_by for service in found] == [LeavingReason.SPONSORSHIP_TRANSFER]


def test_who_has_no_iqama_yet_is_known_by_border_number(arrangement: Arrangement) -> None:
    assert [service.starts_on for service in arrangement.residency.services(KAMAL, MITHAL)] == [
        date(2026, 11, 8)
    ]


@pytest.mark.parametrize(("number", "employer"), [(LAYLA, MITHAL), (MAJID, MITHAL)])
def test_where_the_authority_knows_of_no_service_there_is_none(
    arrangement: Arrangement, number: PersonNumber, employer: EstablishmentNumber
) -> None:
    assert list(arrangement.residency.services(number, employer)) == []


def test_a_feed_that_is_down_is_unavailable_and_says_nothing_of_the_person(arrangement: Arrangement) -> None:
    arrangement.take_down()

    with pytest.raises(Unavailable) as refusal:
        arrangement.residency.services(MARIA, MITHAL)

    assert MARIA.reveal() not in f"{refusal.value!r} {refusal.value}"


def test_a_day_is_of_the_service_that_covers_it() -> None:
    first = ServiceDates(
        starts_on=date(2024, 1, 10),
        started_by=JoiningReason.ENTRY,
        ends_on=date(2025, 1, 31),
        ended_by=LeavingReason.FINAL_EXIT,
    )
    again = ServiceDates(starts_on=date(2026, 2, 1), started_by=JoiningReason.ENTRY)

    found = [
        service_on((first, again), day)
        for day in (
            date(2024, 1, 9),
            date(2024, 1, 10),
            date(2025, 1, 31),
            date(2025, 2, 1),
            date(2026, 2, 1),
            date(2030, 1, 1),
        )
    ]

    assert found == [None, first, first, None, again, again]
