"""Anybody who holds a certificate verifies it by its code."""

from dataclasses import dataclass
from datetime import UTC, datetime

from ishtirak.certificates import rules
from ishtirak.certificates.model import Certificate
from ishtirak.certificates.policy import policy_on
from ishtirak.certificates.ports import Certificates, Lookups
from ishtirak.certificates.rules import TooManyLookups
from ishtirak.kernel.clock import Clock, today
from ishtirak.kernel.crypto import Mac
from ishtirak.kernel.errors import NotFound
from ishtirak.sessions.places import address_message


@dataclass(frozen=True)
class VerifiedCertificate:
    """A certificate, and whether it stands today. What of it is shown to anybody holds no personal data."""

    certificate: Certificate
    stands: bool


def verify_certificate(
    certificate_code: str,
    *,
    source_address: str | None,
    certificates: Certificates,
    lookups: Lookups,
    mac: Mac,
    clock: Clock,
) -> VerifiedCertificate:
    """The certificate of this code; `NotFound` for any other, and `TooManyLookups` whatever the code beyond the limit.

    A lookup is spent before anything is looked at, so nobody tries codes faster by losing answers.
    """
    limit, now = policy_on(today(clock)).lookups, clock.now()
    window, passed = divmod(int(now.timestamp()), limit.seconds)
    until = datetime.fromtimestamp((window + 1) * limit.seconds, UTC)
    address = mac.of(address_message(source_address or "")).hex()
    if not lookups.spend(address, window=window, most=limit.most, until=until):
        raise TooManyLookups(retry_after=limit.seconds - passed)
    certificate = certificates.by_digest(rules.digest_of(certificate_code))
    if certificate is None:
        raise NotFound()
    return VerifiedCertificate(certificate, stands=certificate.stands_on(today(clock)))
