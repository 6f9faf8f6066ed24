"""The second step of recovering a password: the code from the phone, and the second factor of who has one."""

from pydantic import SecretStr

from ishtirak.factors.model import FactorKind
from ishtirak.factors.ports import FactorRecords
from ishtirak.kernel.caller import Role
from ishtirak.kernel.clock import today
from ishtirak.kernel.transaction import NO_ITEMS, Items, Transaction
from ishtirak.logins import rules
from ishtirak.logins.model import Login, OpenedLogin
from ishtirak.logins.policy import policy_on
from ishtirak.otp.model import Challenge, Purpose
from ishtirak.otp.rules import CodeNotAccepted
from ishtirak.register.ports import People
from ishtirak.sessions.revocation import Revocations
from ishtirak.use_cases.answered_code import AnsweredCodes
from ishtirak.use_cases.new_password import require_not_about, require_possible
from ishtirak.use_cases.open_login import LoginOpening
from ishtirak.use_cases.verify_factor import verify_recovery_code, verify_totp


def complete_recovery(
    challenge_id: str,
    *,
    code: str,
    password: SecretStr,
    factor: FactorKind | None = None,
    factor_code: str | None = None,
    codes: AnsweredCodes,
    opening: LoginOpening,
    factors: FactorRecords,
    people: People,
    revocations: Revocations,
    transaction: Transaction,
) -> OpenedLogin:
    """The username the new password belongs to. Every session of the person is over, here and in the pool.

    Who has an authenticator shows it, or a recovery code, as well: recovering is no way around it. The codes, the
    change and the revocation are one effect; the pool is told after, and who repeats it after a failure goes on from
    there. Raises `SecondFactorRequired`, and the refusals of a password, `verify_code` and `verify_factor`.
    """
    text = require_possible(password.get_secret_value(), username=None, clock=opening.clock)
    challenge = codes.verify(challenge_id, code, purpose=Purpose.RECOVER_PASSWORD)
    contributor, login = people.find(challenge.subject), opening.logins.find(challenge.subject)
    if contributor is None or login is None:
        raise CodeNotAccepted()
    username = opening.username_of(login)
    require_not_about(
        contributor, text, username=username, encryption=opening.encryption, clock=opening.clock
    )
    result = OpenedLogin(username)
    if challenge.used:
        login = opening.taken_up(login.person_id, under_way=challenge.id)
        transaction.commit(result=result)
    else:
        shown = _second_factor(login, factor, factor_code, factors=factors, opening=opening)
        login = _decided(
            login,
            challenge,
            shown=shown,
            codes=codes,
            opening=opening,
            revocations=revocations,
            transaction=transaction,
            result=result,
        )
    opening.users.save(username, person_id=login.person_id, password=text, roles=(Role.CONTRIBUTOR,))
    opening.users.sign_out(username)
    opening.logins.finish(login)
    return result


def _decided(
    login: Login,
    challenge: Challenge,
    *,
    shown: Items,
    codes: AnsweredCodes,
    opening: LoginOpening,
    revocations: Revocations,
    transaction: Transaction,
    result: OpenedLogin,
) -> Login:
    now, policy = opening.clock.now(), policy_on(today(opening.clock))
    change = rules.set_password(login, recovered=True, under_way=challenge.id, at=now, policy=policy)
    transaction.commit(
        codes.challenges.consume(challenge),
        shown,
        opening.logins.save(change),
        revocations.revoking(login.person_id, at=now, spare=None),
        result=result,
    )
    return change.after


def _second_factor(
    login: Login,
    kind: FactorKind | None,
    code: str | None,
    *,
    factors: FactorRecords,
    opening: LoginOpening,
) -> Items:
    """The writes that use up the second factor; none for who has none."""
    person_id = login.person_id
    if factors.find(person_id).authenticator is None:
        return NO_ITEMS
    if code is None or kind not in (FactorKind.TOTP, FactorKind.RECOVERY):
        raise rules.SecondFactorRequired()
    if kind is FactorKind.RECOVERY:
        change = verify_recovery_code(person_id, code, factors=factors, mac=opening.mac, clock=opening.clock)
        return factors.save(change)
    accepted = verify_totp(
        person_id, code, factors=factors, encryption=opening.encryption, clock=opening.clock
    )
    return factors.accept_step(accepted.factors, accepted.step)
