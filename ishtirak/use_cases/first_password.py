"""Replacing the first password an administrator of the pool gave: with it, a code and a password of one's own."""

from pydantic import SecretStr

from ishtirak.kernel.clock import today
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.transaction import Transaction
from ishtirak.logins.model import OpenedLogin
from ishtirak.logins.passwords import normalized
from ishtirak.logins.rules import content_of, has_username
from ishtirak.otp.model import OpenedChallenge, Purpose
from ishtirak.otp.rules import CodeNotAccepted
from ishtirak.register.ports import People
from ishtirak.sessions.places import source_of
from ishtirak.sessions.policy import policy_on
from ishtirak.sessions.ports import SignIns
from ishtirak.sessions.rules import name_of
from ishtirak.use_cases.admit_attempt import admit_attempt
from ishtirak.use_cases.answered_code import AnsweredCodes
from ishtirak.use_cases.new_password import require_not_about, require_possible
from ishtirak.use_cases.open_for_claim import SilentOpening, Wanted
from ishtirak.use_cases.open_login import LoginOpening

_FIRST = "first-password"


def start_first_password(
    username: str,
    *,
    password: SecretStr,
    sign_ins: SignIns,
    login: LoginOpening,
    opening: SilentOpening,
    transaction: Transaction,
    source_address: str | None = None,
) -> OpenedChallenge:
    """A challenge for whoever asks; a code is sent only for the right first password of who has no login yet.

    How often a name is tried counts together with signing in. The answer and the calls are the same for everybody.
    """
    name, clock = name_of(username), login.clock
    tag = login.username_tag(name)
    policy = policy_on(today(clock))
    address = source_address or ""
    source = source_of(tag, device=None, address=address, mac=login.mac, at=clock.now(), policy=policy)
    admission = admit_attempt(source, sign_ins=sign_ins, clock=clock)
    tried = name if admission.admitted else new_id()
    person_id = login.users.first_password_of(tried, normalized(password.get_secret_value()))
    known = login.logins.find(person_id or new_id())

    def find() -> Wanted | None:
        if person_id is None or (known is not None and (known.open or not has_username(known, tag))):
            return None
        return Wanted(person_id, Purpose.FIRST_PASSWORD, content_of(_FIRST, tag))

    return opening.open(
        find, purpose=Purpose.FIRST_PASSWORD, transaction=transaction, source_address=source_address
    )


def set_first_password(
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
    """The login under the name the administrator gave it, with a password nobody else knows.

    As `complete_sign_up`, whose refusals it raises; the code is bound to this username.
    """
    name = name_of(username)
    text = require_possible(password.get_secret_value(), username=name, clock=opening.clock)
    digest = content_of(_FIRST, opening.username_tag(name))
    challenge = codes.verify(challenge_id, code, purpose=Purpose.FIRST_PASSWORD, digest=digest)
    contributor = people.find(challenge.subject)
    if contributor is None:
        raise CodeNotAccepted()
    require_not_about(contributor, text, username=name, encryption=opening.encryption, clock=opening.clock)
    if challenge.used:
        return opening.resume(
            challenge.subject, password=text, under_way=challenge.id, transaction=transaction
        )
    return opening.open(
        challenge.subject,
        username=name,
        password=text,
        under_way=challenge.id,
        proven=codes.challenges.consume(challenge),
        transaction=transaction,
    )
