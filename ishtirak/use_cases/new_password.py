"""Whether a password may be somebody's: the one rule for signing up, changing and recovering it."""

from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Encryption
from ishtirak.logins import screening
from ishtirak.logins.passwords import require_form
from ishtirak.logins.policy import policy_on
from ishtirak.register.people import Contributor, identity_encryption_context


def require_possible(password: str, *, username: str | None, clock: Clock) -> str:
    """The password in its one form, as far as it can be judged for whoever it is; before anything else is done."""
    policy = policy_on(today(clock))
    text = require_form(password, policy=policy)
    screening.require_unguessable(text, words=(username,) if username else (), policy=policy)
    return text


def require_not_about(
    contributor: Contributor, password: str, *, username: str, encryption: Encryption, clock: Clock
) -> None:
    """Refuse a password made of the person's own names, number, birth date or username; when the code was right."""
    number = encryption.decrypt(
        contributor.encrypted_identity, identity_encryption_context(contributor.person_id)
    )
    words = screening.words_of(
        username=username,
        names=(contributor.name_ar, contributor.name_en),
        number=number,
        birth_date=contributor.birth_date,
    )
    screening.require_unguessable(password, words=words, policy=policy_on(today(clock)))
