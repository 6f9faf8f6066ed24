"""A person's sessions: listed, ended one by one, or all but one."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from ishtirak.edge.http.revocation import RevocationCheck
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.errors import NotFound
from ishtirak.sessions.model import Session
from ishtirak.sessions.refusals import SessionEnded
from ishtirak.use_cases.end_sessions import end_my_session, end_other_sessions, list_my_sessions
from tests.fakes.otp import HandClock
from tests.fakes.sessions import InMemoryRevocations, InMemorySignIns
from tests.fakes.transaction import InMemoryTransaction

PERSON, OTHER = "person-1", "person-2"


@dataclass
class Home:
    clock: HandClock = field(default_factory=HandClock)
    sign_ins: InMemorySignIns = field(default_factory=InMemorySignIns)
    revocations: InMemoryRevocations = field(default_factory=InMemoryRevocations)

    def signs_in(self, name: str, *, person: str = PERSON) -> Caller:
        at = self.clock.now()
        session = Session(
            id=name, person_id=person, encrypted="-", started_at=at, used_at=at, sign_in_id=f"of {name}"
        )
        self.sign_ins.sessions[name] = session
        return Caller("s", person, frozenset({Role.CONTRIBUTOR}), signed_in_at=at, sign_in_id=f"of {name}")

    def listed(self, by: Caller) -> list[tuple[str, bool]]:
        found = list_my_sessions(
            by=by, sign_ins=self.sign_ins, revocations=self.revocations, clock=self.clock
        )
        return [(one.session.id, one.current) for one in found]

    def end(self, session_id: str, by: Caller) -> None:
        end_my_session(
            session_id,
            by=by,
            sign_ins=self.sign_ins,
            revocations=self.revocations,
            clock=self.clock,
            transaction=InMemoryTransaction(),
        )

    def end_others(self, by: Caller) -> None:
        end_other_sessions(
            by=by, revocations=self.revocations, clock=self.clock, transaction=InMemoryTransaction()
        )

    def let_in(self, caller: Caller) -> bool:
        try:
            RevocationCheck(self.revocations, clock=self.clock)(caller)
        except SessionEnded:
            return False
        return True


@pytest.fixture
def home() -> Home:
    return Home()


def test_the_newest_comes_first_and_the_one_that_asks_is_marked(home: Home) -> None:
    home.signs_in("phone")
    home.clock.pass_seconds(5)
    laptop = home.signs_in("laptop")
    home.signs_in("of somebody else", person=OTHER)

    assert home.listed(laptop) == [("laptop", True), ("phone", False)]


def test_what_is_over_is_not_listed(home: Home) -> None:
    home.signs_in("idle")
    ended = home.signs_in("ended")
    home.end("ended", ended)
    home.clock.pass_seconds(901)
    fresh = home.signs_in("fresh")

    assert home.listed(fresh) == [("fresh", True)]


def test_an_ended_session_takes_its_tokens_with_it_and_no_others(home: Home) -> None:
    phone, laptop = home.signs_in("phone"), home.signs_in("laptop")

    home.end("phone", laptop)
    home.end("phone", laptop)

    assert (home.let_in(phone), home.let_in(laptop)) == (False, True)
    assert home.sign_ins.sessions["phone"].ended


@pytest.mark.parametrize("session_id", ["theirs", "nobody's"])
def test_somebody_elses_session_is_as_absent(home: Home, session_id: str) -> None:
    home.signs_in("theirs", person=OTHER)

    with pytest.raises(NotFound):
        home.end(session_id, home.signs_in("mine"))

    assert not home.sign_ins.sessions["theirs"].ended


def test_all_others_end_and_this_one_goes_on(home: Home) -> None:
    phone, laptop = home.signs_in("phone"), home.signs_in("laptop")

    home.end_others(laptop)

    assert (home.let_in(phone), home.let_in(laptop)) == (False, True)
    assert home.listed(laptop) == [("laptop", True)]


def test_who_signs_in_after_is_let_in_and_can_end_the_one_that_was_spared(home: Home) -> None:
    laptop = home.signs_in("laptop")
    home.end_others(laptop)
    home.clock.pass_seconds(2)
    phone = home.signs_in("phone")

    home.end_others(phone)

    assert (home.let_in(phone), home.let_in(laptop)) == (True, False)


def test_signing_out_everywhere_spares_nobody(home: Home) -> None:
    laptop = home.signs_in("laptop")
    home.end_others(laptop)
    home.clock.pass_seconds(1)

    home.revocations.revoke(PERSON, at=home.clock.now())

    assert not home.let_in(laptop)


def test_a_token_that_names_no_sign_in_ends_itself_with_the_others(home: Home) -> None:
    old = replace(home.signs_in("old"), sign_in_id=None)

    home.end_others(old)

    assert not home.let_in(old)


def test_a_session_is_listed_until_its_last_moment(home: Home) -> None:
    laptop = home.signs_in("laptop")
    home.clock.moment += timedelta(seconds=899)

    assert home.listed(laptop)
    home.clock.pass_seconds(1)
    assert not home.listed(laptop)
