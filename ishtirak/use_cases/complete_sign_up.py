"""The second step of signing up: the code from the phone, a username and a password make a login, once."""

from pydantic import SecretStr

from ishtirak.kernel.transaction import Transaction
from ishtirak.logins.model import OpenedLogin
from ishtirak.otp.model import Purpose
from ishtirak.otp.rules import CodeNotAccepted
from ishtirak.register.ports import People
from ishtirak.use_cases.answered_code import AnsweredCodes
from ishtirak.use_cases.new_password import require_not_about, require_possible
from ishtirak.use_cases.open_login import LoginOpening


def complete_sign_up(
    challenge_id: str,
    *,
    code: str,
    username: str,
    password: SecretStr,
    codes: AnsweredCodes,
    opening: LoginOpening,
    people: People,
    transaction: Transaction,
) -> OpenedLogin:
    """The username the person signs in with. Consuming the code and reserving the login are one effect.

    Who repeats it after a failure goes on where it stopped; after that the code is used. Raises the refusals of a
    password, of `verify_code` and of `LoginOpening.open`; that a username is taken is told for a right code alone.
    """
    text = require_possible(password.get_secret_value(), username=username, clock=opening.clock)
    challenge = codes.verify(challenge_id, code, purpose=Purpose.SIGN_UP, or_text=Purpose.LOGIN_EXISTS)
    contributor = people.find(challenge.subject)
    if contributor is None:
        raise CodeNotAccepted()
    require_not_about(
        contributor, text, username=username, encryption=opening.encryption, clock=opening.clock
    )
    if challenge.used:
        return opening.resume(
            challenge.subject, password=text, under_way=challenge.id, transaction=transaction
        )
    return opening.open(
        challenge.subject,
        username=username,
        password=text,
        under_way=challenge.id,
        proven=codes.challenges.consume(challenge),
        transaction=transaction,
    )
