"""Races of coming in: one person at several windows, claiming, signing up, changing and recovering at once."""

from functools import partial

from ishtirak.factors.model import FactorKind
from ishtirak.logins.model import OpenedLogin
from ishtirak.otp.model import OpenedChallenge
from tests.faults.work import not_so
from tests.races.interleaving import Act, Interleaving
from tests.unit.use_cases.login_desk import PASSWORD, Desk

CHOICES = (
    "green tea at the wadi",
    "a lamp beside the date palm",
    "nine boats before sunrise",
    "salt on the window sill",
)


def _at_once(turn: Interleaving) -> tuple[Desk, Desk]:
    """A desk for actors, who change over at each call of a port, and the same one to look at."""
    plain = Desk()
    acting = Desk(
        clock=plain.clock,
        mac=plain.mac,
        people=turn.over(plain.people),
        logins=turn.over(plain.logins),
        pool=turn.over(plain.pool),
        challenges=turn.over(plain.challenges),
        factors=turn.over(plain.factors),
        revocations=turn.over(plain.revocations),
        sign_ins=turn.over(plain.sign_ins),
        transaction=turn.over(plain.transaction),
        directory=plain.directory,
    )
    return acting, plain


def claimed_at_once(turn: Interleaving) -> list[str]:
    """One newcomer claims in several windows: one person, one code at most, and everybody is answered."""
    acting, plain = _at_once(turn)
    windows = turn.choice.randint(2, 4)
    results = turn.run({f"{number}": acting.start for number in range(windows)})
    real = [one for one in plain.challenges.challenges.values() if not one.decoy]
    return not_so(
        everybody_is_answered=all(isinstance(one, OpenedChallenge) for one in results.values()),
        one_person=len(plain.people.people) == 1,
        one_code_at_most=len(real) <= 1,
    )


def one_code_with_many_passwords(turn: Interleaving) -> list[str]:
    """The right code several times at once, each with a name and a password of its own: one login, and its password."""
    acting, plain = _at_once(turn)
    opened = plain.start()
    windows = range(turn.choice.randint(2, 4))
    acts: dict[str, Act] = {
        CHOICES[number]: partial(acting.complete, opened, username=f"sara{number}", password=CHOICES[number])
        for number in windows
    }
    results = turn.run(acts)
    winners = [password for password, one in results.items() if isinstance(one, OpenedLogin)]
    users = list(plain.pool.users.values())
    return not_so(
        one_login=len(winners) == 1 and len(users) == 1 and len(plain.logins.people) == 1,
        the_password_is_the_winners=[user.password for user in users] == winners,
        opened_once=plain.happened() == ["LoginReserved", "LoginOpened"],
    )


def changed_and_recovered(turn: Interleaving) -> list[str]:
    """A change and a recovery of one login at once: the pool has the password of one that was told it is done."""
    acting, plain = _at_once(turn)
    plain.signed_up()
    forgot, asked = plain.forgot(), plain.ask_to_change()
    by, code = plain.caller, plain.code(asked)
    results = turn.run(
        {
            CHOICES[1]: partial(acting.recover, forgot, password=CHOICES[1]),
            CHOICES[2]: partial(
                acting.change,
                by,
                password=CHOICES[2],
                kind=FactorKind.SMS,
                code=code,
                challenge_id=asked.challenge_id,
            ),
        }
    )
    done = [password for password, one in results.items() if one is None or isinstance(one, OpenedLogin)]
    (user,) = plain.pool.users.values()
    changes = [kind for kind in plain.happened() if kind.startswith("Password")]
    return not_so(
        somebody_is_done=bool(done),
        the_password_is_of_one_that_is_done=user.password in done,
        the_old_one_is_gone=user.password != PASSWORD,
        each_change_is_an_event=len(changes) == len(done),
        nothing_is_under_way=all(login.under_way is None for login in plain.logins.people.values()),
    )
