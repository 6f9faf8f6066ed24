"""What is counted for an address and a phone, and a code whose phone is no longer the person's."""

import pytest

from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.identity import Mobile
from ishtirak.otp import rules
from ishtirak.otp.model import OpenedChallenge
from ishtirak.use_cases.registered_phone import RegisteredPhones, phone_hash
from tests.fakes.phones import no_phones, phones_of
from tests.fakes.sessions import PlainEncryption
from tests.fakes.transaction import commit
from tests.unit.otp.desk import OTHER_PERSON, PERSON, POLICY, Desk

MOBILE, OTHER_MOBILE = Mobile("+966500000017"), Mobile("+966500000025")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_twenty_five_codes_from_one_address_in_five_minutes(desk: Desk) -> None:
    for number in range(25):
        desk.open(subject=f"person-{number}", source_address="203.0.113.7")
    desk.clock.pass_seconds(299)

    with pytest.raises(rules.TooManyCodes) as refused:
        desk.open(source_address="203.0.113.7")
    assert refused.value.facts == {"retry_after": 1}
    assert desk.open(source_address="203.0.113.8").challenge_id in desk.challenges.requested

    desk.clock.pass_seconds(60)
    assert desk.open(source_address="203.0.113.7").challenge_id in desk.challenges.requested


def test_a_full_address_is_not_told_to_who_signs_in(desk: Desk) -> None:
    for number in range(25):
        desk.open(subject=f"person-{number}", source_address="203.0.113.7")

    opened = desk.open(source_address="203.0.113.7", silent=True)

    assert opened.challenge.decoy
    assert desk.challenges.history(PERSON).version == 0


def test_decoys_are_not_counted_for_their_address(desk: Desk) -> None:
    desk.open(source_address="203.0.113.7")
    for _ in range(30):
        assert desk.open(source_address="203.0.113.7", silent=True).challenge.decoy

    assert desk.open(subject=OTHER_PERSON, source_address="203.0.113.7", silent=True).challenge.decoy is False


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
    ],
)
def test_an_address_is_what_one_household_has(one: str, other: str, same: bool) -> None:
    assert (rules.address_message(one) == rules.address_message(other)) is same


@pytest.mark.parametrize("address", [None, "", "127.0.0.1", "::1", "nowhere", "203.0.113.7:443"])
def test_what_is_no_address_of_somebody_is_not_counted(address: str | None) -> None:
    assert rules.address_message(address) is None


def sent_to(desk: Desk, opened: OpenedChallenge, mobile: Mobile) -> None:
    """As sending the code leaves it."""
    phone = phone_hash(mobile, mac=desk.mac)
    history = desk.challenges.history(f"phone/{phone}")
    counted = rules.count(history, at=desk.clock.now(), windows=POLICY.windows)
    commit(desk.challenges.bind_phone(opened.challenge_id, phone=phone, counted=counted))


def test_a_code_sent_to_the_phone_that_is_still_registered_is_accepted(desk: Desk) -> None:
    opened = desk.open()
    sent_to(desk, opened, MOBILE)
    desk.phones = phones_of(PERSON, MOBILE)

    assert desk.verify(opened, desk.code(opened)).id == opened.challenge_id


@pytest.mark.parametrize("now", [OTHER_MOBILE, None], ids=["another phone", "no phone"])
def test_a_code_sent_to_a_phone_that_is_no_longer_registered_is_dead(desk: Desk, now: Mobile | None) -> None:
    opened = desk.open()
    sent_to(desk, opened, MOBILE)
    desk.phones = phones_of(PERSON, now)
    with pytest.raises(rules.CodeNotAccepted):
        desk.verify(opened, desk.code(opened))
    desk.phones = phones_of(PERSON, MOBILE)

    with pytest.raises(rules.CodeNotAccepted):
        desk.verify(opened, desk.code(opened))


def test_a_person_the_register_no_longer_has_has_no_phone(desk: Desk) -> None:
    opened = desk.open()
    sent_to(desk, opened, MOBILE)
    desk.phones = phones_of(OTHER_PERSON, MOBILE)

    with pytest.raises(rules.CodeNotAccepted):
        desk.verify(opened, desk.code(opened))


def test_without_the_directory_no_code_is_accepted_and_a_wrong_one_asks_nobody(desk: Desk) -> None:
    opened = desk.open()
    sent_to(desk, opened, MOBILE)
    right = desk.code(opened)
    desk.phones = RegisteredPhones(
        phones_of(PERSON, MOBILE).people, PlainEncryption(), no_phones().directory, desk.mac
    )

    with pytest.raises(rules.CodeNotAccepted):
        desk.verify(opened, f"{(int(right) + 1) % 10**6:06}")
    with pytest.raises(Unavailable):
        desk.verify(opened, right)
    desk.phones = phones_of(PERSON, MOBILE)

    assert desk.verify(opened, right).tries == 3
