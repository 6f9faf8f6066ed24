"""The one mobile messages go to: the one registered for the person in the directory of persons."""

from ishtirak.kernel.crypto import Encryption
from ishtirak.kernel.identity import Mobile, person_number
from ishtirak.register.people import Contributor, identity_encryption_context
from ishtirak.register.ports import Directory


def registered_mobile(
    contributor: Contributor | None, *, encryption: Encryption, directory: Directory
) -> Mobile | None:
    """The person's registered mobile; None without a person, or when the directory holds none, or nobody of the number.

    Raises `Unavailable` when the key or the directory does not answer.
    """
    if contributor is None:
        return None
    context = identity_encryption_context(contributor.person_id)
    identity = person_number(encryption.decrypt(contributor.encrypted_identity, context))
    person = directory.find(identity)
    return person.mobile if person else None
