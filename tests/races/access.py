"""Races at the door: codes asked for and typed at once, sessions renewed and ended at once."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from pydantic import SecretStr

from ishtirak.kernel.errors import DomainError
from ishtirak.otp.model import OpenedChallenge
from ishtirak.sessions.model import SessionGrant
from ishtirak.use_cases.complete_sign_in import complete_sign_in
from ishtirak.use_cases.refresh_session import refresh_session
from ishtirak.use_cases.send_code import code_of
from ishtirak.use_cases.sign_out import sign_out
from ishtirak.use_cases.start_sign_in import start_sign_in
from tests.fakes.factors import InMemoryFactors
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.otp import HandClock, InMemoryChallenges, KnownMac
from tests.fakes.phones import no_phones
from tests.fakes.sessions import InMemoryRevocations, InMemorySignIns, OnePersonPool, PlainEncryption
from tests.fakes.transaction import InMemoryTransaction
from tests.faults.work import not_so
from tests.races.interleaving import Act, Interleaving

ADDRESS = "203.0.113.7"


class Door:
    """What sign-in stands on, for actors; the stores themselves to look at afterwards."""

    def __init__(self, turn: Interleaving) -> None:
        self.challenges, self.sign_ins, self.pool = InMemoryChallenges(), InMemorySignIns(), OnePersonPool()
        self.factors, self.revocations = InMemoryFactors(), InMemoryRevocations()
        self.mac, self.clock = KnownMac(), HandClock()
        self._asked: dict[str, Any] = {
            "sign_ins": turn.over(self.sign_ins),
            "pool": turn.over(self.pool),
            "encryption": PlainEncryption(),
            "mac": self.mac,
        }
        self._coded: dict[str, Any] = {
            "challenges": turn.over(self.challenges),
            "transaction": turn.over(InMemoryTransaction()),
            "clock": self.clock,
        }
        self._revoking: dict[str, Any] = {"revocations": turn.over(self.revocations), "clock": self.clock}
        self._proven: dict[str, Any] = {"factors": turn.over(self.factors), "phones": no_phones()}
        self._budgets = turn.over(BudgetsInMemory())

    def start(self) -> OpenedChallenge:
        password = SecretStr(self.pool.password)
        return start_sign_in(
            self.pool.username,
            password=password,
            device=None,
            budgets=self._budgets,
            source_address=ADDRESS,
            **self._asked,
            **self._coded,
        )

    def complete(self, challenge_id: str, code: str) -> SessionGrant:
        return complete_sign_in(challenge_id, code=code, **self._proven, **self._asked, **self._coded)

    def refresh(self, handle: str) -> SessionGrant:
        return refresh_session(handle, **self._revoking, **self._asked)

    def leave(self, handle: str) -> None:
        sign_out(handle, **self._revoking, **self._asked)

    def signed_in(self) -> SessionGrant:
        opened = self.start()
        return self.complete(opened.challenge_id, code_of(opened.challenge, mac=self.mac))


def passwords_typed_at_once(turn: Interleaving) -> list[str]:
    """The right password in several windows at once: one code is sent at most, and everybody gets the same answer."""
    door = Door(turn)
    windows = turn.choice.randint(2, 5)
    results = turn.run({f"{number}": door.start for number in range(windows)})
    real = [one for one in door.challenges.challenges.values() if not one.decoy]
    (name,) = door.sign_ins.names.values()
    return not_so(
        everybody_gets_an_answer=all(isinstance(one, OpenedChallenge) for one in results.values()),
        one_code_at_most=len(real) <= 1,
        as_many_challenges_as_answers=len(door.challenges.challenges) == windows,
        no_more_counted_than_tried=1 <= name.count <= windows,
    )


def one_code_in_two_browsers(turn: Interleaving) -> list[str]:
    """The right code typed several times at once, wrong ones among them: one session, and three tries are looked at."""
    door = Door(turn)
    opened = door.start()
    code = code_of(opened.challenge, mac=door.mac)
    tries = turn.choice.randint(2, 8)
    right = turn.choice.randint(0, 3)
    codes = [code if number < right else f"{number:06d}" for number in range(tries)]
    results = turn.run(
        {f"{number}": partial(door.complete, opened.challenge_id, one) for number, one in enumerate(codes)}
    )
    granted = [one for one in results.values() if isinstance(one, SessionGrant)]
    challenge = door.challenges.challenges[opened.challenge_id]
    return not_so(
        one_session_at_most=len(granted) <= 1 and len(door.sign_ins.sessions) == len(granted),
        the_code_is_used_by_it=challenge.used == bool(granted),
        three_tries=challenge.tries == min(tries, 3),
        a_wrong_code_opens_nothing=len(granted) <= codes.count(code),
    )


def renewed_and_left(turn: Interleaving) -> list[str]:
    """Renewals at once, with the newest handle and one before it, and somebody signing out: out is out."""
    door = Door(turn)
    handle = door.signed_in().handle
    windows = range(turn.choice.randint(2, 5))
    acts: dict[str, Act] = {f"renew {number}": partial(door.refresh, handle) for number in windows}
    if turn.choice.random() < 0.6:
        acts["leave"] = partial(door.leave, handle)
    results = turn.run(acts)
    left = "leave" in acts
    grants = [one for one in results.values() if isinstance(one, SessionGrant)]
    handles = {one.handle for one in grants}
    (session,) = door.sign_ins.sessions.values()
    afterwards: list[Any] = []
    for each in sorted(handles):
        try:
            afterwards.append(door.refresh(each))
        except DomainError as refused:
            afterwards.append(refused)
    renewed = [one for one in afterwards if isinstance(one, SessionGrant)]
    return not_so(
        out_is_out=not left or (session.ended and not renewed),
        nobody_is_thrown_out_by_a_renewal=left or (len(grants) == len(acts) and not session.ended),
        one_step_at_most=session.generation <= 2,
        all_hold_the_same_handle=len(handles) <= 1,
        the_handle_renews=left or len(renewed) == 1,
    )


def stolen_handle(turn: Interleaving) -> list[str]:
    """A handle of long ago comes up while the newest is renewed: the session is over for both."""
    door = Door(turn)
    old = door.signed_in().handle
    newest = door.refresh(old).handle
    (session,) = door.sign_ins.sessions.values()
    door.sign_ins.sessions[session.id] = replace(session, used_at=session.used_at - timedelta(minutes=5))
    results = turn.run({"thief": partial(door.refresh, old), "owner": partial(door.refresh, newest)})
    (session,) = door.sign_ins.sessions.values()
    return not_so(
        ended_for_both=session.ended,
        the_thief_gets_nothing=isinstance(results["thief"], DomainError),
    )
