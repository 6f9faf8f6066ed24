"""The first step of signing up: an identity number, a birth date, and a text on its way to the registered phone."""

from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.identity import PersonNumber
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.transaction import Transaction
from ishtirak.logins.ports import Logins
from ishtirak.logins.rules import content_of
from ishtirak.otp.model import OpenedChallenge, Purpose
from ishtirak.use_cases.confirm_identity import IdentityCheck
from ishtirak.use_cases.open_for_claim import SilentOpening, Wanted

SIGN_UP = "sign-up"


def start_sign_up(
    identity_number: PersonNumber,
    *,
    birth_date: CivilDate,
    identity: IdentityCheck,
    logins: Logins,
    opening: SilentOpening,
    transaction: Transaction,
    source_address: str | None = None,
) -> OpenedChallenge:
    """A challenge for whoever asks. The directory decides alone whether anything is sent, and to which phone.

    Who has no login gets a code, who has one a text that says so; for a wrong pair, an unknown or locked number, and
    who has no phone, nothing is sent. Whom the directory confirms is known to the register from now on, under one id
    for ever, whoever asked first. Raises `Unavailable` when the directory or a key does not answer.
    """
    claim = identity.admit(identity_number, birth_date=birth_date, source_address=source_address)
    admitted: dict[str | None, bool] = {}

    def find() -> Wanted | None:
        confirmed = identity.confirm(claim)
        person_id = confirmed.contributor.person_id if confirmed and confirmed.has_mobile else None
        login = logins.find(person_id or new_id())
        if not admitted:  # once for each request, however often it is decided
            admitted[person_id] = identity.admit_code(person_id)
        if confirmed is None or person_id is None or not any(admitted.values()):
            return None
        purpose = Purpose.LOGIN_EXISTS if login and login.open else Purpose.SIGN_UP
        return Wanted(person_id, purpose, content_of(SIGN_UP, person_id), items=confirmed.items)

    return opening.open(find, purpose=Purpose.SIGN_UP, transaction=transaction, source_address=source_address)
