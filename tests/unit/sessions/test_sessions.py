"""Sessions: idle and total time, rotating handles, and names that are tried too often."""

import base64
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.kernel.errors import Unavailable
from ishtirak.sessions import rules
from ishtirak.sessions.credentials import encrypt_credential
from ishtirak.sessions.handles import handle_of
from ishtirak.sessions.model import (
    AttemptSource,
    Credential,
    Handle,
    Place,
    PlaceKind,
    Session,
    SignInAttempts,
)
from ishtirak.sessions.policy import policies, policy_on
from ishtirak.sessions.refusals import SessionEnded
from ishtirak.sessions.revocation import Revocation
from ishtirak.use_cases.admit_attempt import admit_attempt
from ishtirak.use_cases.refresh_session import refresh_session
from ishtirak.use_cases.sign_out import sign_out
from tests.fakes.otp import HandClock, KnownMac
from tests.fakes.sessions import InMemoryRevocations, InMemorySignIns, OnePersonPool, PlainEncryption

POLICY = policy_on(date(2026, 11, 22))
PLACE = Place("name", PlaceKind.ADDRESS, "address")
SESSION_ID = "9d3c0b1e-0000-4000-8000-000000000001"


class Device:
    """A device somebody just signed in on."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.mac = KnownMac()
        self.encryption = PlainEncryption()
        self.pool = OnePersonPool()
        self.sign_ins = InMemorySignIns()
        self.revocations = InMemoryRevocations()
        credential = Credential(username="fahad", refresh_token="refresh-1")
        session = rules.start(
            session_id=SESSION_ID,
            person_id=self.pool.person_id,
            encrypted=encrypt_credential(credential, item=SESSION_ID, encryption=self.encryption),
            at=self.clock.now(),
        )
        self.sign_ins.sessions[SESSION_ID] = session
        self.handle = handle_of(session, mac=self.mac)

    def renew(self, handle: str) -> str:
        grant = refresh_session(
            handle,
            sign_ins=self.sign_ins,
            revocations=self.revocations,
            pool=self.pool,
            encryption=self.encryption,
            mac=self.mac,
            clock=self.clock,
        )
        return grant.handle

    def sign_out(self, handle: str) -> None:
        sign_out(
            handle,
            sign_ins=self.sign_ins,
            revocations=self.revocations,
            pool=self.pool,
            encryption=self.encryption,
            mac=self.mac,
            clock=self.clock,
        )

    @property
    def session(self) -> Session:
        return self.sign_ins.sessions[SESSION_ID]


@pytest.fixture
def device() -> Device:
    return Device()


def test_a_renewal_gives_a_new_handle_that_works(device: Device) -> None:
    second = device.renew(device.handle)

    third = device.renew(second)

    assert len({device.handle, second, third}) == 3
    assert device.session.generation == 3


@pytest.mark.parametrize(("idle", "alive"), [(899, True), (900, False), (901, False)])
def test_fifteen_idle_minutes_end_a_session(device: Device, idle: int, alive: bool) -> None:
    device.clock.pass_seconds(idle)

    if alive:
        assert device.renew(device.handle)
    else:
        with pytest.raises(SessionEnded):
            device.renew(device.handle)


def test_twelve_hours_end_a_session_however_busy_it_is(device: Device) -> None:
    handle = device.handle
    for _ in range(12 * 6 - 1):
        device.clock.pass_seconds(600)
        handle = device.renew(handle)
    device.clock.pass_seconds(600)

    with pytest.raises(SessionEnded):
        device.renew(handle)


def test_an_old_handle_ends_the_session_for_whoever_holds_one(device: Device) -> None:
    newest = device.renew(device.handle)
    device.clock.pass_seconds(POLICY.leeway_seconds)

    with pytest.raises(SessionEnded):
        device.renew(device.handle)

    with pytest.raises(SessionEnded):
        device.renew(newest)
    assert device.pool.forgotten == {"refresh-1"}


def test_two_generations_back_is_old_at_once(device: Device) -> None:
    device.renew(device.renew(device.handle))

    with pytest.raises(SessionEnded):
        device.renew(device.handle)

    assert device.session.ended


def test_a_renewal_whose_answer_was_lost_gives_the_same_handle_again(device: Device) -> None:
    newest = device.renew(device.handle)
    device.clock.pass_seconds(POLICY.leeway_seconds - 0.001)

    again = device.renew(device.handle)

    assert again == newest
    assert not device.session.ended


def test_two_windows_renewing_at_once_hold_the_same_handle(device: Device) -> None:
    class Behind(InMemorySignIns):
        """Shows what another window's renewal replaced a moment ago, once."""

        stale: Session | None = None

        def session(self, session_id: str) -> Session | None:
            shown, self.stale = self.stale, None
            return shown or super().session(session_id)

    before = device.session
    newest = device.renew(device.handle)
    behind = Behind(sessions=device.sign_ins.sessions)
    behind.stale = before
    device.sign_ins = behind

    assert device.renew(device.handle) == newest
    assert device.session.generation == 2


def test_a_failure_of_the_pool_costs_nobody_the_session(device: Device) -> None:
    device.pool.available = False
    with pytest.raises(Unavailable):
        device.renew(device.handle)
    device.pool.available = True

    assert device.renew(device.handle)


def test_a_person_the_pool_no_longer_knows_has_no_session(device: Device) -> None:
    device.pool.forgotten.add("refresh-1")

    with pytest.raises(SessionEnded):
        device.renew(device.handle)

    assert device.session.ended


def test_signing_out_ends_the_session_here_and_in_the_pool(device: Device) -> None:
    device.sign_out(device.handle)
    device.sign_out(device.handle)

    with pytest.raises(SessionEnded):
        device.renew(device.handle)
    assert device.pool.forgotten == {"refresh-1"}


def test_signing_out_revokes_what_the_person_holds_at_this_moment(device: Device) -> None:
    device.clock.pass_seconds(60)

    device.sign_out(device.handle)

    assert device.revocations.revoked == {device.pool.person_id: Revocation(device.clock.now())}


def test_an_old_handle_revokes_what_the_person_holds(device: Device) -> None:
    device.renew(device.renew(device.handle))

    with pytest.raises(SessionEnded):
        device.renew(device.handle)

    assert device.revocations.revoked == {device.pool.person_id: Revocation(device.clock.now())}


def test_signing_out_is_finished_by_asking_again_when_the_pool_did_not_answer(device: Device) -> None:
    """Nothing goes on meanwhile: neither the tokens nor the session."""
    device.clock.pass_seconds(60)
    device.pool.available = False
    with pytest.raises(Unavailable):
        device.sign_out(device.handle)
    device.pool.available = True
    assert device.revocations.revoked
    with pytest.raises(SessionEnded):
        device.renew(device.handle)

    device.sign_out(device.handle)

    assert device.pool.forgotten == {"refresh-1"}
    assert device.session.ended


def test_signing_out_of_one_session_ends_those_that_began_before(device: Device) -> None:
    device.revocations.revoke(device.pool.person_id, at=device.session.started_at)

    with pytest.raises(SessionEnded):
        device.renew(device.handle)


def test_signing_out_before_does_not_end_a_session_that_began_after(device: Device) -> None:
    before = device.session.started_at - timedelta(seconds=1)
    device.revocations.revoke(device.pool.person_id, at=before)

    assert device.renew(device.handle)


def test_signing_out_with_what_is_no_handle_of_ours_changes_nothing(device: Device) -> None:
    forged = rules.written(Handle(SESSION_ID, 1, bytes(32)))

    device.sign_out(forged)
    device.sign_out("nonsense")

    assert not device.session.ended


@pytest.mark.parametrize("place", range(52))
def test_a_handle_with_any_byte_changed_is_refused_and_revokes_nothing(device: Device, place: int) -> None:
    content = bytearray(base64.urlsafe_b64decode(device.handle + "=="))
    content[place] ^= 1
    forged = base64.urlsafe_b64encode(bytes(content)).decode().rstrip("=")

    with pytest.raises(SessionEnded):
        device.renew(forged)

    assert not device.session.ended


@given(text=st.text(max_size=200))
def test_reading_a_handle_never_fails_otherwise(text: str) -> None:
    try:
        rules.read(text)
    except SessionEnded:
        return
    assert len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) == 52


@given(generation=st.integers(0, 2**32 - 1), tag=st.binary(min_size=32, max_size=32))
def test_a_written_handle_reads_back(generation: int, tag: bytes) -> None:
    handle = Handle(SESSION_ID, generation, tag)

    assert rules.read(rules.written(handle)) == handle


def test_a_name_may_be_tried_five_times_and_then_rests_twice_as_long_each_time() -> None:
    delays = [POLICY.delay_after(count).total_seconds() for count in range(1, 14)]

    assert delays == [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_attempts_while_a_name_rests_do_not_count_and_do_not_prolong_the_rest() -> None:
    clock = HandClock()
    attempts = SignInAttempts(PLACE)
    for _ in range(5):
        attempts, admitted = rules.attempt(attempts, at=clock.now(), policy=POLICY)
        assert admitted
    clock.pass_seconds(29)
    for _ in range(1000):
        attempts, admitted = rules.attempt(attempts, at=clock.now(), policy=POLICY)
        assert not admitted
    clock.pass_seconds(1)

    attempts, admitted = rules.attempt(attempts, at=clock.now(), policy=POLICY)

    assert admitted
    assert attempts.count == 6


def test_attempts_are_forgotten_after_a_day() -> None:
    clock = HandClock()
    attempts = SignInAttempts(PLACE, version=9, count=9, last_at=clock.now(), next_at=clock.now())
    clock.pass_seconds(24 * 3600)

    attempts, admitted = rules.attempt(attempts, at=clock.now(), policy=POLICY)

    assert admitted
    assert attempts.count == 1
    assert attempts.version == 10


def test_of_two_attempts_from_one_place_at_once_one_counts() -> None:
    class Behind(InMemorySignIns):
        """Shows what was there before the other one was recorded."""

        def attempts(self, place: Place) -> SignInAttempts:
            return SignInAttempts(place)

        def record_attempt(self, attempts: SignInAttempts, *, before: SignInAttempts) -> bool:
            return self.names.setdefault(attempts.place, attempts) is attempts

    sign_ins, clock, source = Behind(), HandClock(), AttemptSource(PLACE, None)

    admitted = [admit_attempt(source, sign_ins=sign_ins, clock=clock).admitted for _ in range(2)]

    assert admitted == [True, False]


def test_a_name_is_the_same_in_any_case_and_with_any_digits() -> None:
    typed = (" Fahad12 ", "fahad١٢", "FAHAD۱۲")

    assert len({rules.name_message(rules.name_of(name)) for name in typed}) == 1


def test_policies_are_dated_and_say_what_is_assumed() -> None:
    assert all(entry.source for entry in policies().entries)
    assert policy_on(date(2030, 1, 1)) == policies().entries[-1].value
    assert timedelta(minutes=15) == POLICY.idle
    assert timedelta(hours=12) == POLICY.total
