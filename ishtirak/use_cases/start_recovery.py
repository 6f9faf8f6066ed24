"""The first step of recovering a password: number, birth date and username, and a code to the registered phone."""

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import PersonNumber
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.transaction import Transaction
from ishtirak.logins.ports import Logins
from ishtirak.logins.rules import content_of, has_username
from ishtirak.otp.model import OpenedChallenge, Purpose
from ishtirak.sessions.rules import name_message, name_of
from ishtirak.use_cases.confirm_identity import IdentityCheck
from ishtirak.use_cases.open_for_claim import SilentOpening, Wanted

RECOVERY = "recovery"


def start_recovery(
    identity_number: PersonNumber,
    *,
    birth_date: CivilDate,
    username: str,
    identity: IdentityCheck,
    logins: Logins,
    opening: SilentOpening,
    transaction: Transaction,
    source_address: str | None = None,
) -> OpenedChallenge:
    """A challenge for whoever asks; a code is sent only for a pair the directory confirms and its own username.

    Limited as signing up is, by the same counts. Raises `Unavailable` when the directory or a key does not answer.
    """
    claim = identity.admit(identity_number, birth_date=birth_date, source_address=source_address)
    tag = identity.mac.of(name_message(name_of(username))).hex()
    admitted: dict[str | None, bool] = {}

    def find() -> Wanted | None:
        confirmed = identity.confirm(claim)
        person_id = confirmed.contributor.person_id if confirmed and confirmed.has_mobile else None
        login = logins.find(person_id or new_id())
        theirs = person_id if login and login.open and has_username(login, tag) else None
        if not admitted:
            admitted[theirs] = identity.admit_code(theirs)
        if theirs is None or not any(admitted.values()):
            return None
        return Wanted(theirs, Purpose.RECOVER_PASSWORD, content_of(RECOVERY, theirs))

    return opening.open(
        find, purpose=Purpose.RECOVER_PASSWORD, transaction=transaction, source_address=source_address
    )
