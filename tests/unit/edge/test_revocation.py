"""Tokens that were revoked, at the edge: one read for a while, and nobody let in when it cannot be made."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ishtirak.edge.http.call import caller_of
from ishtirak.edge.http.remembered import MOST_REMEMBERED
from ishtirak.edge.http.revocation import RevocationCheck
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.errors import Unavailable
from ishtirak.sessions.policy import policy_on
from ishtirak.sessions.refusals import SessionEnded
from tests.fakes.otp import HandClock
from tests.fakes.sessions import InMemoryRevocations

LEARNT = policy_on(HandClock().now().date()).revocation_learnt_within_seconds


class Gate:
    """The check of one process, and a caller whose token is of an hour ago."""

    def __init__(self) -> None:
        self.clock, self.revocations = HandClock(), InMemoryRevocations()
        self.check = RevocationCheck(self.revocations, clock=self.clock)
        self.caller = Caller(
            subject="s",
            person_id="p",
            roles=frozenset({Role.CONTRIBUTOR}),
            signed_in_at=self.clock.now() - timedelta(hours=1),
        )


@pytest.fixture
def gate() -> Gate:
    return Gate()


def test_a_caller_nobody_signed_out_passes_and_is_looked_up_once(gate: Gate) -> None:
    for _ in range(100):
        gate.check(gate.caller)

    assert gate.revocations.asked == 1


def test_a_revocation_is_learnt_when_what_was_read_is_no_longer_fresh(gate: Gate) -> None:
    gate.check(gate.caller)
    gate.revocations.revoke("p", at=gate.clock.now())
    gate.clock.pass_seconds(LEARNT - 0.001)
    gate.check(gate.caller)
    gate.clock.pass_seconds(0.001)

    with pytest.raises(SessionEnded):
        gate.check(gate.caller)

    assert gate.revocations.asked == 2


def test_a_clock_that_was_set_back_keeps_nothing_fresh_for_longer(gate: Gate) -> None:
    gate.check(gate.caller)
    gate.revocations.revoke("p", at=gate.clock.now())
    gate.clock.pass_seconds(-3600)

    with pytest.raises(SessionEnded):
        gate.check(gate.caller)


@pytest.mark.parametrize(("after", "passes"), [(-1, False), (0, False), (1, True)])
def test_who_signed_in_after_the_revocation_passes(gate: Gate, after: int, passes: bool) -> None:
    now = gate.clock.now()
    gate.revocations.revoke("p", at=now)
    caller = replace(gate.caller, signed_in_at=now + timedelta(seconds=after))

    if passes:
        gate.check(caller)
    else:
        with pytest.raises(SessionEnded):
            gate.check(caller)


def test_a_token_that_does_not_say_since_when_is_as_old_as_can_be(gate: Gate) -> None:
    unsaid = replace(gate.caller, signed_in_at=None)
    gate.check(unsaid)
    gate.revocations.revoke("p", at=gate.clock.now())
    gate.clock.pass_seconds(LEARNT)

    with pytest.raises(SessionEnded):
        gate.check(unsaid)


def test_nobody_is_let_in_when_the_table_cannot_be_read(gate: Gate) -> None:
    gate.check(gate.caller)
    gate.revocations.broken = True
    gate.check(gate.caller)
    gate.clock.pass_seconds(LEARNT)

    with pytest.raises(Unavailable):
        gate.check(gate.caller)


def test_a_process_remembers_a_bounded_number_of_people(gate: Gate) -> None:
    for number in range(3 * MOST_REMEMBERED):
        gate.check(replace(gate.caller, person_id=str(number)))

    assert len(gate.check._revoked._learnt) <= MOST_REMEMBERED


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("1763802000", datetime(2025, 11, 22, 9, 0, tzinfo=UTC)),
        (1763802000, datetime(2025, 11, 22, 9, 0, tzinfo=UTC)),
        ("١٧٦٣٨٠٢٠٠٠", None),
        ("Sat Nov 22 09:00:00 UTC 2025", None),
        ("-1", None),
        ("999999999999", None),
        (None, None),
    ],
)
def test_when_a_person_signed_in_is_what_the_authorizer_read_from_the_token(
    said: object, read: datetime | None
) -> None:
    claims = {"sub": "s", "custom:person_id": "p", "auth_time": said}

    caller = caller_of({"requestContext": {"authorizer": {"claims": claims}}})

    assert caller is not None
    assert caller.signed_in_at == read
