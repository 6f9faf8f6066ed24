"""Signing in, on ports in memory: one challenge for whoever asks, one session for each code."""

from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr

from ishtirak.kernel.transaction import Items
from ishtirak.otp.model import Challenge, CodeHistory, Counted, OpenedChallenge
from ishtirak.otp.rules import CodeNotAccepted
from ishtirak.sessions.credentials import decrypt_credential
from ishtirak.sessions.model import SessionGrant
from ishtirak.sessions.refusals import SessionEnded
from ishtirak.use_cases.complete_sign_in import complete_sign_in
from ishtirak.use_cases.send_code import code_of
from ishtirak.use_cases.start_sign_in import start_sign_in
from tests.fakes.factors import InMemoryFactors
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.otp import HandClock, InMemoryChallenges, KnownMac
from tests.fakes.phones import no_phones
from tests.fakes.sessions import InMemorySignIns, OnePersonPool, PlainEncryption
from tests.fakes.transaction import InMemoryTransaction


@dataclass
class Door:
    """Everything signing in stands on, and the two steps of it."""

    challenges: InMemoryChallenges = field(default_factory=InMemoryChallenges)
    sign_ins: InMemorySignIns = field(default_factory=InMemorySignIns)
    pool: OnePersonPool = field(default_factory=OnePersonPool)
    encryption: PlainEncryption = field(default_factory=PlainEncryption)
    mac: KnownMac = field(default_factory=KnownMac)
    clock: HandClock = field(default_factory=HandClock)
    transaction: InMemoryTransaction = field(default_factory=InMemoryTransaction)

    def start(
        self,
        password: str | None = None,
        *,
        username: str = "fahad",
        device: str | None = None,
        address: str = "203.0.113.20",
    ) -> OpenedChallenge:
        return start_sign_in(
            username,
            password=SecretStr(password or self.pool.password),
            device=device,
            source_address=address,
            challenges=self.challenges,
            sign_ins=self.sign_ins,
            pool=self.pool,
            encryption=self.encryption,
            mac=self.mac,
            budgets=BudgetsInMemory(),
            clock=self.clock,
            transaction=self.transaction,
        )

    def complete(self, opened: OpenedChallenge, code: str | None = None) -> SessionGrant:
        return complete_sign_in(
            opened.challenge_id,
            code=code or self.code(opened),
            challenges=self.challenges,
            factors=InMemoryFactors(),
            sign_ins=self.sign_ins,
            pool=self.pool,
            encryption=self.encryption,
            mac=self.mac,
            phones=no_phones(),
            clock=self.clock,
            transaction=self.transaction,
        )

    def code(self, opened: OpenedChallenge) -> str:
        return code_of(opened.challenge, mac=self.mac)

    def stored(self, opened: OpenedChallenge) -> Challenge:
        return self.challenges.challenges[opened.challenge_id]


@pytest.fixture
def door() -> Door:
    return Door()


def test_password_and_code_open_one_session(door: Door) -> None:
    opened = door.start()

    grant = door.complete(opened)

    (session,) = door.sign_ins.sessions.values()
    assert grant.tokens.id_token == "id-1"
    assert session.person_id == door.pool.person_id
    assert door.stored(opened).used
    assert door.transaction.results == [opened, grant]


def test_a_session_is_renewed_with_what_the_password_gave(door: Door) -> None:
    door.complete(door.start())

    (session,) = door.sign_ins.sessions.values()
    credential = decrypt_credential(session.encrypted, item=session.id, encryption=door.encryption)

    assert (credential.username, credential.refresh_token) == ("fahad", "refresh-1")


def test_a_code_opens_one_session_only(door: Door) -> None:
    opened = door.start()
    door.complete(opened)

    with pytest.raises(CodeNotAccepted):
        door.complete(opened)

    assert len(door.sign_ins.sessions) == 1


@pytest.mark.parametrize(("username", "password"), [("fahad", "wrong"), ("nobody", "a right password")])
def test_a_wrong_name_or_password_opens_a_decoy_that_opens_nothing(
    door: Door, username: str, password: str
) -> None:
    opened = door.start(password, username=username)

    assert opened.challenge.decoy
    assert opened.challenge.subject != door.pool.person_id
    assert "refresh-1" not in door.sign_ins.beginnings[opened.challenge_id].encrypted
    with pytest.raises(CodeNotAccepted):
        door.complete(opened)
    assert door.sign_ins.sessions == {}


class Overtaken(InMemoryChallenges):
    """Another right password opens its challenge between reading the history and writing."""

    overtaken = False

    def open(
        self,
        challenge: Challenge,
        *,
        before: CodeHistory,
        after: CodeHistory,
        replaces: str | None,
        address: Counted | None = None,
    ) -> Items:
        items = super().open(challenge, before=before, after=after, replaces=replaces, address=address)
        if not self.overtaken:
            self.overtaken = True
            self.histories[before.subject] = after
        return items


def test_of_two_right_passwords_in_one_moment_one_gets_the_code(door: Door) -> None:
    door.challenges = Overtaken()

    opened = door.start()

    assert opened.challenge.decoy
    assert list(door.challenges.challenges) == [opened.challenge_id]
    assert door.transaction.results == [opened]


def test_a_second_right_password_a_moment_later_opens_a_decoy(door: Door) -> None:
    first = door.start()

    second = door.start()

    assert not first.challenge.decoy
    assert second.challenge.decoy
    assert "refresh-1" not in door.sign_ins.beginnings[second.challenge_id].encrypted


def test_a_completed_sign_in_forgets_the_attempts_from_where_it_was(door: Door) -> None:
    door.start("wrong")
    door.start("wrong", address="198.51.100.7")

    door.complete(door.start())

    counts = sorted((place.kind, attempts.count) for place, attempts in door.sign_ins.names.items())
    assert counts == [("ADDRESS", 0), ("ADDRESS", 1), ("DEVICE", 0)]


def test_a_credential_the_pool_no_longer_accepts_leaves_the_code_unused(door: Door) -> None:
    opened = door.start()
    door.pool.forgotten.add("refresh-1")

    with pytest.raises(SessionEnded):
        door.complete(opened)

    assert not door.stored(opened).used
    assert door.sign_ins.sessions == {}


def test_a_challenge_nobody_opened_is_a_wrong_code(door: Door) -> None:
    opened = door.start()
    door.sign_ins.beginnings.clear()

    with pytest.raises(CodeNotAccepted):
        door.complete(opened)
