"""Attackers who know a name, against its owner: nobody is kept out, and few passwords are looked at.

The pool locks as AWS documents of Cognito: from the fifth failure in a row for 2^(n-5) seconds, at most 15 minutes;
what is tried meanwhile does not count, and a right password or 15 quiet minutes after a lock start the count again.
"""

import math
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from ishtirak.otp.model import OpenedChallenge
from ishtirak.sessions.model import AuthenticatedUser
from ishtirak.sessions.policy import policy_on
from ishtirak.use_cases.complete_sign_in import complete_sign_in
from ishtirak.use_cases.send_code import code_of
from ishtirak.use_cases.start_sign_in import start_sign_in
from tests.fakes.factors import InMemoryFactors
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.otp import HandClock, InMemoryChallenges, KnownMac
from tests.fakes.phones import no_phones
from tests.fakes.sessions import InMemorySignIns, OnePersonPool, PlainEncryption
from tests.fakes.transaction import InMemoryTransaction

FAILURES = 10_000
QUIET = timedelta(minutes=15)
HOME = "203.0.113.20"
SINGLE_LOCK = 15 * 60
"""Seconds Cognito locks a name for at most, and then the next password is looked at."""


@dataclass
class LockingPool(OnePersonPool):
    """A pool that counts what it was asked about the name it knows, and locks it."""

    clock: HandClock = field(default_factory=HandClock)
    failures: int = 0
    locked_until: datetime | None = None
    last: datetime | None = None
    guesses: int = 0
    locked_seconds: float = 0

    def check(self, username: str, password: str) -> AuthenticatedUser | None:
        if username != self.username:
            return None
        now = self.clock.now()
        right = password == self.password
        self.guesses += not right
        quiet = self.last is not None and now - max(self.last, self.locked_until or self.last) >= QUIET
        self.last = now
        if self.locked_until is not None and now < self.locked_until:
            return None
        if right or quiet:
            self.failures = 0
        if not right:
            self.failures += 1
            lock = min(2.0 ** (self.failures - 5), SINGLE_LOCK) if self.failures >= 5 else 0
            self.locked_seconds += lock
            self.locked_until = now + timedelta(seconds=lock)
        return super().check(username, password)


class Door:
    """Where everybody signs in."""

    def __init__(self) -> None:
        self.clock, self.mac = HandClock(), KnownMac()
        self.pool = LockingPool(clock=self.clock)
        self.challenges, self.sign_ins = InMemoryChallenges(), InMemorySignIns()

    def ask(self, password: str, *, address: str, device: str | None = None) -> OpenedChallenge:
        return start_sign_in(
            self.pool.username,
            password=SecretStr(password),
            device=device,
            source_address=address,
            challenges=self.challenges,
            sign_ins=self.sign_ins,
            pool=self.pool,
            encryption=PlainEncryption(),
            mac=self.mac,
            budgets=BudgetsInMemory(),
            clock=self.clock,
            transaction=InMemoryTransaction(),
        )

    def owner_asks(self, *, address: str = HOME, device: str | None = None) -> OpenedChallenge | None:
        """What the right password brings: a challenge with a code, or None."""
        opened = self.ask(self.pool.password, address=address, device=device)
        return None if opened.challenge.decoy else opened

    def owner_enters(self, opened: OpenedChallenge | None) -> str:
        """The handle the device keeps."""
        assert opened is not None
        grant = complete_sign_in(
            opened.challenge_id,
            code=code_of(opened.challenge, mac=self.mac),
            challenges=self.challenges,
            factors=InMemoryFactors(),
            phones=no_phones(),
            sign_ins=self.sign_ins,
            pool=self.pool,
            encryption=PlainEncryption(),
            mac=self.mac,
            clock=self.clock,
            transaction=InMemoryTransaction(),
        )
        assert grant.device is not None
        return grant.device


POLICY = policy_on(HandClock().now().date())
PER_NAME = POLICY.strangers_per_name.attempts


def addresses(chance: random.Random, count: int) -> list[str]:
    return [f"198.51.{chance.randrange(256)}.{chance.randrange(256)}" for _ in range(count)]


@pytest.mark.parametrize("seed", range(4))
def test_of_ten_thousand_failures_in_any_order_none_keeps_the_owners_device_out(seed: int) -> None:
    """Spread over a day from one to a thousand addresses, some of them the owner's own, with forged devices."""
    chance, door = random.Random(seed), Door()
    device = door.owner_enters(door.owner_asks())
    places = [*addresses(chance, 10 ** (seed % 4)), HOME]
    moments = sorted(chance.uniform(100, 86_400) for _ in range(FAILURES))
    start, waits, owners = door.clock.now(), [], sorted(chance.sample(range(FAILURES), 12))

    for number, moment in enumerate(moments):
        door.clock.moment = max(door.clock.now(), start + timedelta(seconds=moment))
        forged = chance.choice([None, ("A" if device[0] != "A" else "B") + device[1:]])
        door.ask(f"guess {number}", address=chance.choice(places), device=forged)
        if number in owners:
            waits.append(until_a_code_comes(door, device))

    assert max(waits) <= SINGLE_LOCK


def until_a_code_comes(door: Door, device: str) -> int:
    """How many seconds the owner asks in vain, every three minutes; the codes of before are long used up."""
    door.challenges.histories.clear()
    asked = door.clock.now()
    while (opened := door.owner_asks(device=device, address="192.0.2.1")) is None:
        door.clock.pass_seconds(180)
    door.owner_enters(opened)
    return round((door.clock.now() - asked).total_seconds())


@pytest.mark.parametrize("seed", range(2))
def test_without_a_lock_of_the_pools_own_the_device_never_waits(seed: int) -> None:
    """What keeps somebody waiting is never ours."""
    chance, door = random.Random(seed), Door()
    device = door.owner_enters(door.owner_asks())
    for number in range(FAILURES):
        door.clock.pass_seconds(chance.expovariate(1))
        door.ask(f"guess {number}", address=chance.choice([HOME, *addresses(chance, 1)]))

    door.pool.locked_until = None

    assert door.owner_asks(device=device)


@pytest.mark.parametrize("count", [1, 10, 1000])
def test_strangers_have_few_passwords_looked_at_in_a_day(count: int) -> None:
    chance, door = random.Random(count), Door()
    midnight = door.clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    places = addresses(chance, count)
    for number in range(FAILURES):
        door.clock.moment = midnight + timedelta(seconds=number * 8.64)
        door.ask(f"guess {number}", address=chance.choice(places))

    assert door.pool.guesses <= min(PER_NAME, count * POLICY.strangers_per_place.attempts)
    assert door.pool.guesses == {1: 8, 10: 20, 1000: 20}[count]


def test_a_place_that_is_known_has_a_growing_delay_and_no_more() -> None:
    """The most a neighbour at the owner's own address, or a thief of the device's handle, has looked at in a day."""
    door = Door()
    device = door.owner_enters(door.owner_asks())
    for _ in range(86_400 // 10):
        door.clock.pass_seconds(10)
        door.ask("guess", address="192.0.2.1", device=device)

    assert door.pool.guesses == 34


def test_a_thief_of_the_device_handle_keeps_nobody_out_at_home() -> None:
    door = Door()
    device = door.owner_enters(door.owner_asks())
    door.clock.pass_seconds(3600)
    for _ in range(20):
        door.ask("guess", address="198.51.100.1", device=device)
    door.clock.pass_seconds(20)

    assert not door.owner_asks(device=device)
    assert door.owner_asks()


def test_one_address_cannot_use_up_what_a_name_has_for_somebody_new() -> None:
    door = Door()
    for number in range(FAILURES):
        door.clock.pass_seconds(2)
        door.ask(f"guess {number}", address="198.51.100.1")
    door.clock.pass_seconds(SINGLE_LOCK)

    assert door.owner_asks()


def test_a_whole_ipv6_network_is_one_place() -> None:
    door = Door()
    for number in range(100):
        door.ask("guess", address=f"2001:db8:0:1::{number:x}")

    assert door.pool.guesses == POLICY.free_attempts
    assert len(door.sign_ins.names) == 1


def test_a_device_is_forgotten_after_a_while() -> None:
    door = Door()
    device = door.owner_enters(door.owner_asks())
    door.clock.pass_seconds(POLICY.place_remembered_seconds)

    door.ask("guess", address="192.0.2.1", device=device)

    (spent,) = [
        count
        for (owner, entry), count in door.sign_ins.spent.items()
        if owner.startswith("ADDRESS") and count
    ]
    assert spent == 1


def test_an_attack_timed_to_every_lock_of_the_pool_locks_the_name_for_a_bounded_part_of_a_day() -> None:
    """The worst that strangers can do to the pool's own lock with what is looked at of theirs."""
    door = Door()
    midnight = door.clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    door.clock.moment = midnight
    for number in range(FAILURES):
        locked = door.pool.locked_until
        door.clock.moment = max(door.clock.now(), locked or midnight)
        if door.clock.now() >= midnight + timedelta(days=1):
            break
        door.ask(f"guess {number}", address=f"198.51.{number // 256 % 256}.{number % 256}")

    assert door.pool.guesses == PER_NAME
    assert math.ceil(door.pool.locked_seconds) == sum(min(2 ** (n - 5), 900) for n in range(5, 21)) == 6423
