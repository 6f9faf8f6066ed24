"""Signing up, changing and recovering a password, on ports in memory."""

from typing import Any

import pytest

from ishtirak.factors.model import FactorKind
from ishtirak.factors.rules import ChallengeMissing, FactorCodeNotAccepted
from ishtirak.kernel.errors import NotFound, Unavailable
from ishtirak.kernel.identity import BorderNumber, Mobile, person_number
from ishtirak.logins.passwords import PasswordTooShort
from ishtirak.logins.rules import (
    LoginBusy,
    LoginExists,
    PasswordNotAccepted,
    SecondFactorRequired,
    UsernameTaken,
)
from ishtirak.logins.screening import PasswordAboutPerson
from ishtirak.otp.model import Purpose
from ishtirak.otp.rules import CodeNotAccepted, TooManyTries
from tests.fakes.directory import InMemoryDirectory, a_person
from tests.fakes.factors import shown
from tests.fakes.logins import PoolUser
from tests.unit.use_cases.login_desk import ANOTHER, MOBILE, NUMBER, PASSWORD, SECRET, Desk

PERSON = "7b0f2f7e-0000-4000-8000-000000000001"
OTHER = "7b0f2f7e-0000-4000-8000-000000000002"


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_number_birth_date_and_code_make_one_login(desk: Desk) -> None:
    opened = desk.start()
    login = desk.complete(opened)

    user = desk.pool.users["sara"]
    assert login.username == "sara"
    assert (user.person_id, user.password, user.roles) == (
        desk.person_id,
        PASSWORD,
        frozenset({"contributor"}),
    )
    assert desk.stored(opened).used
    assert desk.logins.people[desk.person_id].open
    assert desk.happened() == ["LoginReserved", "LoginOpened"]


def test_whom_qiwa_registered_keeps_their_id(desk: Desk) -> None:
    desk.knows(PERSON)

    desk.complete(desk.start())

    assert desk.person_id == PERSON
    assert desk.pool.users["sara"].person_id == PERSON


def test_a_resident_with_an_iqama_is_who_entered_under_the_border_number(desk: Desk) -> None:
    desk.knows(PERSON, "3000000005")
    entered = BorderNumber("3000000005")
    born = desk.people.people[PERSON].birth_date
    desk.directory = InMemoryDirectory(
        [a_person("2000000014", border_number=entered, birth_date=born, mobile=MOBILE, nationality="PH")]
    )

    desk.complete(desk.start("2000000014", born.isoformat()))

    assert desk.person_id == PERSON


def test_whom_the_directory_confirms_is_known_before_the_code(desk: Desk) -> None:
    desk.start()
    first = desk.person_id
    desk.clock.pass_seconds(61)
    desk.start()

    assert desk.person_id == first


@pytest.mark.parametrize(
    ("number", "born"),
    [(NUMBER, "2001-05-21"), ("1000000024", "2001-05-20"), ("1000000024", "1990-01-01")],
    ids=["wrong date", "unknown number", "unknown both"],
)
def test_a_wrong_pair_opens_a_decoy_and_makes_nobody_known(desk: Desk, number: str, born: str) -> None:
    opened = desk.start(number, born)

    assert desk.stored(opened).decoy
    assert not desk.people.people
    with pytest.raises(CodeNotAccepted):
        desk.complete(opened)


def test_who_has_no_phone_gets_no_code(desk: Desk) -> None:
    desk.directory = InMemoryDirectory([a_person(NUMBER, mobile=None)])

    assert desk.stored(desk.start()).decoy


def test_who_has_a_login_gets_a_text_and_no_code(desk: Desk) -> None:
    desk.signed_up()

    opened = desk.start()

    assert (opened.challenge.purpose, opened.challenge.decoy) == (Purpose.LOGIN_EXISTS, False)
    with pytest.raises(CodeNotAccepted):
        desk.complete(opened)
    assert desk.pool.users["sara"].password == PASSWORD


def test_tries_of_a_text_count_as_those_of_a_decoy_do(desk: Desk) -> None:
    desk.signed_up()

    for opened in (desk.start(), desk.start("1000000024")):
        for _ in range(3):
            with pytest.raises(CodeNotAccepted):
                desk.complete(opened, code="000000")
        with pytest.raises(TooManyTries):
            desk.complete(opened, code="000000")


def test_the_sixth_try_of_a_number_in_an_hour_is_not_looked_at(desk: Desk) -> None:
    for _ in range(5):
        assert desk.stored(desk.start(born="2001-05-21")).decoy

    assert desk.stored(desk.start()).decoy
    desk.clock.pass_seconds(3600)
    assert not desk.stored(desk.start()).decoy


def test_an_address_tries_only_so_many_numbers(desk: Desk) -> None:
    for tried in range(30):
        desk.start("1000000024" if tried % 2 else "1000000032", address=f"203.0.113.{20 + tried // 30}")

    assert desk.stored(desk.start()).decoy
    assert not desk.stored(desk.start(address="198.51.100.7")).decoy


def test_codes_for_who_is_not_signed_in_leave_some_to_sign_in_with(desk: Desk) -> None:
    sent = 0
    for _ in range(12):
        sent += not desk.stored(desk.start()).decoy
        desk.clock.pass_seconds(1200)

    assert sent == 4


def test_without_the_directory_nobody_is_told_anything(desk: Desk) -> None:
    desk.directory.down = True

    with pytest.raises(Unavailable):
        desk.start()


def test_a_taken_username_is_told_for_a_right_code_alone(desk: Desk) -> None:
    desk.pool.users["sara"] = PoolUser(OTHER)
    opened = desk.start()

    with pytest.raises(CodeNotAccepted):
        desk.complete(opened, code="000000")
    with pytest.raises(UsernameTaken):
        desk.complete(opened)
    assert desk.complete(opened, username="sara.t").username == "sara.t"


def test_two_people_never_have_one_username(desk: Desk) -> None:
    desk.directory = InMemoryDirectory(
        [a_person(NUMBER, mobile=MOBILE), a_person("1000000024", mobile=Mobile("+966550000003"))]
    )
    desk.complete(desk.start())
    desk.pool.users.clear()  # what only the table knows

    with pytest.raises(UsernameTaken):
        desk.complete(desk.start("1000000024"))


@pytest.mark.parametrize(
    ("password", "refusal"),
    [
        ("short", PasswordTooShort),
        ("Sara At-Tajribiyah", PasswordAboutPerson),
        ("1000000016-2001", PasswordAboutPerson),
    ],
)
def test_a_password_is_refused_and_the_code_goes_on(
    desk: Desk, password: str, refusal: type[Exception]
) -> None:
    opened = desk.start()

    with pytest.raises(refusal):
        desk.complete(opened, password=password)

    assert not desk.stored(opened).used
    assert desk.complete(opened)


def test_a_bad_password_says_nothing_of_the_person_to_who_has_no_code(desk: Desk) -> None:
    with pytest.raises(CodeNotAccepted):
        desk.complete(desk.start(), code="000000", password="Sara At-Tajribiyah")


@pytest.mark.parametrize("dies", ["save", "save half", "set_password"])
def test_killed_between_code_and_pool_the_same_code_goes_on(desk: Desk, dies: str) -> None:
    opened = desk.start()
    desk.pool.dies = dies
    with pytest.raises(Unavailable):
        desk.complete(opened)
    assert not desk.logins.people[desk.person_id].open

    with pytest.raises(LoginBusy):
        desk.complete(opened)
    desk.clock.pass_seconds(21)
    login = desk.complete(opened, username="another", password=ANOTHER)

    assert login.username == "sara"
    assert [*desk.pool.users] == ["sara"]
    assert desk.pool.users["sara"].password == ANOTHER
    with pytest.raises(TooManyTries):
        desk.complete(opened)


def test_killed_between_code_and_pool_another_code_goes_on_and_there_is_one_login(desk: Desk) -> None:
    desk.pool.dies = "save half"
    with pytest.raises(Unavailable):
        desk.complete(desk.start())
    desk.clock.pass_seconds(400)

    login = desk.complete(desk.start(), username="another")

    assert login.username == "sara"
    assert [*desk.pool.users] == ["sara"]
    assert len(desk.logins.people) == 1


def test_a_used_code_changes_nothing_any_more(desk: Desk) -> None:
    opened = desk.start()
    desk.complete(opened)

    with pytest.raises(CodeNotAccepted):
        desk.complete(opened, password=ANOTHER)

    assert desk.pool.users["sara"].password == PASSWORD


def test_a_login_opened_meanwhile_is_not_opened_again(desk: Desk) -> None:
    opened = desk.start()
    desk.login.open(
        desk.person_id,
        username="first",
        password=PASSWORD,
        under_way="x",
        proven=(),
        transaction=desk.transaction,
    )

    with pytest.raises(LoginExists):
        desk.complete(opened)


@pytest.mark.parametrize("flow", ["sign-up", "recovery", "change"])
def test_a_phone_changed_in_the_directory_voids_the_code(desk: Desk, flow: str) -> None:
    if flow == "sign-up":
        opened = desk.start()
    else:
        desk.signed_up()
        opened = desk.forgot() if flow == "recovery" else desk.ask_to_change()
    sent_to = desk.codes.phones.keyed_hash(desk.person_id)
    stored = desk.stored(opened)
    desk.challenges.challenges[stored.id] = type(stored)(**{**vars(stored), "phone": sent_to})
    desk.directory = InMemoryDirectory([a_person(NUMBER, mobile=Mobile("+966550000099"))])

    def type_code() -> None:
        if flow == "sign-up":
            desk.complete(opened)
        elif flow == "recovery":
            desk.recover(opened)
        else:
            desk.change(kind=FactorKind.SMS, code=desk.code(opened), challenge_id=opened.challenge_id)

    with pytest.raises(CodeNotAccepted):
        type_code()


@pytest.mark.parametrize("other", [Purpose.SIGN_IN, Purpose.RECOVER_PASSWORD, Purpose.DECIDE])
def test_a_code_of_another_purpose_opens_no_login(desk: Desk, other: Purpose) -> None:
    opened = desk.start()
    stored = desk.stored(opened)
    desk.challenges.challenges[stored.id] = type(stored)(**{**vars(stored), "purpose": other})

    with pytest.raises(CodeNotAccepted):
        desk.complete(opened)


def test_a_password_is_changed_and_every_other_session_is_over(desk: Desk) -> None:
    desk.signed_up()
    opened = desk.ask_to_change()

    desk.change(kind=FactorKind.SMS, code=desk.code(opened), challenge_id=opened.challenge_id)

    revoked = desk.revocations.revoked[desk.person_id]
    assert desk.pool.users["sara"].password == ANOTHER
    assert (revoked.at, revoked.spared) == (desk.clock.now(), "this one")
    assert desk.happened()[-1] == "PasswordChanged"
    assert desk.logins.people[desk.person_id].under_way is None


def test_without_the_current_password_nothing_is_changed(desk: Desk) -> None:
    desk.signed_up()
    opened = desk.ask_to_change()

    with pytest.raises(PasswordNotAccepted):
        desk.change(
            current_password="not this one at all",
            kind=FactorKind.SMS,
            code=desk.code(opened),
            challenge_id=opened.challenge_id,
        )

    assert desk.pool.users["sara"].password == PASSWORD
    assert not desk.revocations.revoked
    assert not desk.stored(opened).used


def test_an_authenticator_changes_a_password_once(desk: Desk) -> None:
    person_id = desk.signed_up()
    desk.enrols(person_id)
    code = shown(SECRET, desk.clock.now())

    desk.change(kind=FactorKind.TOTP, code=code)

    assert desk.pool.users["sara"].password == ANOTHER
    with pytest.raises(FactorCodeNotAccepted):
        desk.change(current_password=ANOTHER, password=PASSWORD, kind=FactorKind.TOTP, code=code)


def test_a_code_from_an_sms_needs_its_challenge(desk: Desk) -> None:
    desk.signed_up()

    with pytest.raises(ChallengeMissing):
        desk.change(kind=FactorKind.SMS, code="123456")


def test_who_has_no_login_changes_no_password(desk: Desk) -> None:
    desk.knows(PERSON)

    with pytest.raises(NotFound):
        desk.ask_to_change()


def test_a_change_the_pool_did_not_hear_of_goes_on_with_the_same_code(desk: Desk) -> None:
    desk.signed_up()
    opened = desk.ask_to_change()
    typed: dict[str, Any] = {
        "kind": FactorKind.SMS,
        "code": desk.code(opened),
        "challenge_id": opened.challenge_id,
    }
    desk.pool.dies = "set_password"
    with pytest.raises(Unavailable):
        desk.change(**typed)

    with pytest.raises(LoginBusy):
        desk.change(**typed)
    desk.clock.pass_seconds(21)
    desk.change(**typed)

    assert desk.pool.users["sara"].password == ANOTHER
    assert desk.happened().count("PasswordChanged") == 1


def test_a_forgotten_password_is_recovered_and_every_session_is_over(desk: Desk) -> None:
    desk.signed_up()

    login = desk.recover(desk.forgot())

    assert login.username == "sara"
    assert desk.pool.users["sara"].password == ANOTHER
    assert desk.pool.signed_out == ["sara"]
    assert desk.revocations.revoked[desk.person_id].spared is None
    assert desk.happened()[-1] == "PasswordRecovered"


@pytest.mark.parametrize(
    "claimed",
    [{"username": "sarah"}, {"born": "2001-05-21"}, {"number": "1000000024"}],
    ids=["username", "birth date", "number"],
)
def test_what_does_not_belong_together_recovers_nothing(desk: Desk, claimed: dict[str, str]) -> None:
    desk.signed_up()

    opened = desk.forgot(**claimed)

    assert desk.stored(opened).decoy
    with pytest.raises(CodeNotAccepted):
        desk.recover(opened)


def test_a_login_that_was_never_opened_is_not_recovered_but_signed_up_for_again(desk: Desk) -> None:
    desk.pool.dies = "save"
    with pytest.raises(Unavailable):
        desk.complete(desk.start())
    desk.clock.pass_seconds(61)

    assert desk.stored(desk.forgot()).decoy


def test_recovering_is_no_way_around_an_authenticator(desk: Desk) -> None:
    person_id = desk.signed_up()
    desk.enrols(person_id)
    opened = desk.forgot()

    with pytest.raises(SecondFactorRequired):
        desk.recover(opened)
    with pytest.raises(FactorCodeNotAccepted):
        desk.recover(opened, factor=FactorKind.TOTP, factor_code="000000")
    assert desk.pool.users["sara"].password == PASSWORD
    desk.recover(opened, factor=FactorKind.TOTP, factor_code=shown(SECRET, desk.clock.now()))

    assert desk.pool.users["sara"].password == ANOTHER


def test_a_recovery_the_pool_did_not_hear_of_goes_on_with_the_same_code(desk: Desk) -> None:
    desk.signed_up()
    opened = desk.forgot()
    desk.pool.dies = "set_password"
    with pytest.raises(Unavailable):
        desk.recover(opened)
    desk.clock.pass_seconds(21)

    desk.recover(opened)

    assert desk.pool.users["sara"].password == ANOTHER
    assert desk.happened().count("PasswordRecovered") == 1


def test_a_user_the_pool_lost_is_there_again_after_recovering(desk: Desk) -> None:
    person_id = desk.signed_up()
    del desk.pool.users["sara"]

    desk.recover(desk.forgot())

    assert desk.pool.users["sara"] == PoolUser(person_id, ANOTHER, frozenset({"contributor"}))


def test_a_first_password_is_replaced_by_ones_own(desk: Desk) -> None:
    desk.knows(PERSON)
    desk.pool.users["newcomer"] = PoolUser(PERSON, "A-first-passw0rd", first=True)

    login = desk.replace_first(desk.show_first())

    assert login.username == "newcomer"
    assert desk.pool.users["newcomer"].password == PASSWORD
    assert not desk.pool.users["newcomer"].first
    assert desk.logins.people[PERSON].open


@pytest.mark.parametrize(
    ("username", "password"), [("newcomer", "A-wrong-passw0rd"), ("nobody", "A-first-passw0rd")]
)
def test_a_wrong_first_password_opens_a_decoy(desk: Desk, username: str, password: str) -> None:
    desk.knows(PERSON)
    desk.pool.users["newcomer"] = PoolUser(PERSON, "A-first-passw0rd", first=True)

    assert desk.stored(desk.show_first(username, password)).decoy


def test_who_signed_up_meanwhile_needs_no_first_password(desk: Desk) -> None:
    desk.signed_up()
    desk.pool.users["newcomer"] = PoolUser(desk.person_id, "A-first-passw0rd", first=True)

    assert desk.stored(desk.show_first()).decoy


def test_a_first_passwords_code_is_of_its_username(desk: Desk) -> None:
    desk.knows(PERSON)
    desk.pool.users["newcomer"] = PoolUser(PERSON, "A-first-passw0rd", first=True)
    opened = desk.show_first()

    with pytest.raises(CodeNotAccepted):
        desk.replace_first(opened, username="another")


def test_somebody_else_first_password_is_not_mine(desk: Desk) -> None:
    assert person_number(NUMBER)
    desk.knows(PERSON)
    desk.pool.users["newcomer"] = PoolUser("", "A-first-passw0rd", first=True)

    opened = desk.show_first()

    assert desk.stored(opened).decoy
