"""What the interior authority reports of a contributor's service, for those whose dates nobody may type (REG-09)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from ishtirak.kernel.crypto import Encryption
from ishtirak.kernel.identity import EstablishmentNumber, person_number
from ishtirak.kernel.insurance import Nationality
from ishtirak.kernel.periods import Period
from ishtirak.register.people import Contributor, identity_encryption_context
from ishtirak.register.ports import Residency
from ishtirak.register.service_dates import ServiceDates, service_on
from ishtirak.statute.tables import statutory_tables


@dataclass(frozen=True)
class AuthorityDates:
    """The feed, and the key to the number it is asked about."""

    residency: Residency
    encryption: Encryption

    def services(
        self, contributor: Contributor, *, establishment: EstablishmentNumber, on: date
    ) -> Sequence[ServiceDates]:
        """The services of whoever the statutes treat as a non-Saudi on that day; of everybody else, nothing is asked.

        Raises `Unavailable` when the feed or the key does not answer.
        """
        if statutory_class(contributor, on=on) is not Nationality.NON_SAUDI:
            return ()
        context = identity_encryption_context(contributor.person_id)
        identity = person_number(self.encryption.decrypt(contributor.encrypted_identity, context))
        return self.residency.services(identity, establishment)


def statutory_class(contributor: Contributor, *, on: date) -> Nationality:
    """The class of nationality the statutes treat the person as: their citizenship's, but for premium residency."""
    citizenship = contributor.nationality
    if not contributor.premium_residency or citizenship is not Nationality.NON_SAUDI:
        return citizenship
    return statutory_tables().premium_residency.at(on).value


def claimable(services: Iterable[ServiceDates], claimed: Period, *, requested_on: date) -> Period | None:
    """The days a claim from that first day has to have: the service's own, or, while it goes on, up to the last day
    claimed, which is no later than the day of the request. None where the first day is of no service.
    """
    service = service_on(services, claimed.starts_on)
    if service is None:
        return None
    last = service.ends_on or min(claimed.ends_on, requested_on)
    return Period.between(service.starts_on, last) if service.starts_on <= last else None
