"""A signed-in person gives their login another password, with the current one and a code."""

from dataclasses import dataclass

from pydantic import SecretStr

from ishtirak.factors.model import FactorKind
from ishtirak.factors.ports import FactorRecords
from ishtirak.factors.rules import ChallengeMissing
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Mac
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.transaction import NO_ITEMS, Items, Transaction
from ishtirak.logins import rules
from ishtirak.logins.model import Login
from ishtirak.logins.passwords import normalized
from ishtirak.logins.policy import policy_on
from ishtirak.logins.ports import Logins
from ishtirak.messages.budget import SmsBudgets
from ishtirak.otp.model import OpenedChallenge, Purpose
from ishtirak.otp.ports import Challenges
from ishtirak.register.ports import People
from ishtirak.sessions.ports import UserPool
from ishtirak.sessions.revocation import Revocations
from ishtirak.use_cases.answered_code import AnsweredCodes
from ishtirak.use_cases.new_password import require_not_about, require_possible
from ishtirak.use_cases.open_login import LoginOpening
from ishtirak.use_cases.send_challenge import send_challenge
from ishtirak.use_cases.verify_factor import verify_totp

_CHANGE = "change-password"


def issue_password_code(
    *,
    by: Caller,
    source_address: str | None,
    logins: Logins,
    challenges: Challenges,
    mac: Mac,
    budgets: SmsBudgets,
    clock: Clock,
    transaction: Transaction,
) -> OpenedChallenge:
    """A code on its way to the registered phone that lets the person change the password of this login.

    Raises `NotFound` where the person has none, and the refusals of `open_challenge`.
    """
    login = _require_login(logins.find(by.person_id))
    return send_challenge(
        by.person_id,
        purpose=Purpose.CHANGE_PASSWORD,
        digest=rules.content_of(_CHANGE, login.person_id),
        about="",
        challenges=challenges,
        mac=mac,
        budgets=budgets,
        clock=clock,
        transaction=transaction,
        source_address=source_address,
    )


def change_password(
    *,
    current_password: SecretStr,
    password: SecretStr,
    kind: FactorKind,
    code: str,
    challenge_id: str | None = None,
    by: Caller,
    codes: AnsweredCodes,
    opening: LoginOpening,
    factors: FactorRecords,
    people: People,
    pool: UserPool,
    revocations: Revocations,
    transaction: Transaction,
) -> None:
    """The password is another one; every other session of the person is over.

    By the code sent for it, or one of the authenticator; a try of that is spent before the current password is looked
    at. The code, the change and the revocation are one effect; the pool is told after, and who repeats it after a
    failure goes on from there. Raises `PasswordNotAccepted`, `NotFound`, `ChallengeMissing`, and the refusals of a
    password, `verify_code` and `verify_totp`.
    """
    text = require_possible(password.get_secret_value(), username=None, clock=opening.clock)
    login = _require_login(opening.logins.find(by.person_id))
    proof = _proof(kind, code, challenge_id, by=by, codes=codes, factors=factors, opening=opening)
    username = opening.username_of(login)
    contributor = people.find(by.person_id)
    if contributor is None:
        raise NotFound()
    require_not_about(
        contributor, text, username=username, encryption=opening.encryption, clock=opening.clock
    )
    if proof.begun_before:
        login = opening.taken_up(by.person_id, under_way=proof.under_way)
        transaction.commit(result=None)
    else:
        if pool.check(username, normalized(current_password.get_secret_value())) is None:
            raise rules.PasswordNotAccepted()
        now, policy = opening.clock.now(), policy_on(today(opening.clock))
        change = rules.set_password(login, recovered=False, under_way=proof.under_way, at=now, policy=policy)
        transaction.commit(
            proof.used,
            opening.logins.save(change),
            revocations.revoking(by.person_id, at=now, spare=by.sign_in_id),
        )
        login = change.after
    opening.users.set_password(username, text)
    opening.logins.finish(login)


@dataclass(frozen=True)
class _Proof:
    """What proved the person: the writes that use it up, and what the change is named by meanwhile."""

    used: Items
    under_way: str
    begun_before: bool = False


def _proof(
    kind: FactorKind,
    code: str,
    challenge_id: str | None,
    *,
    by: Caller,
    codes: AnsweredCodes,
    factors: FactorRecords,
    opening: LoginOpening,
) -> _Proof:
    if kind is FactorKind.TOTP:
        accepted = verify_totp(
            by.person_id, code, factors=factors, encryption=opening.encryption, clock=opening.clock
        )
        return _Proof(factors.accept_step(accepted.factors, accepted.step), new_id())
    if challenge_id is None:
        raise ChallengeMissing()
    digest = rules.content_of(_CHANGE, by.person_id)
    challenge = codes.verify(challenge_id, code, purpose=Purpose.CHANGE_PASSWORD, digest=digest)
    if challenge.used:
        return _Proof(NO_ITEMS, challenge.id, begun_before=True)
    return _Proof(codes.challenges.consume(challenge), challenge.id)


def _require_login(login: Login | None) -> Login:
    if login is None:
        raise NotFound()
    return login
