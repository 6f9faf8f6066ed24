"""What two acts share that issue a certificate: the code, and one transaction for all of it."""

from dataclasses import dataclass
from typing import Any

from ishtirak.certificates import rules
from ishtirak.certificates.model import Certificate, CertificateKind
from ishtirak.certificates.ports import Certificates
from ishtirak.kernel.caller import Caller
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.crypto import Mac
from ishtirak.kernel.ids import new_id
from ishtirak.kernel.transaction import Transaction


@dataclass(frozen=True)
class IssuedCertificate:
    """A certificate with its code, which is made again from the certificate's id whenever it is drawn."""

    certificate: Certificate
    code: str


@dataclass(frozen=True)
class CertificateOffice:
    """The ports it takes to issue a certificate."""

    certificates: Certificates
    mac: Mac
    clock: Clock

    def issue(
        self, kind: CertificateKind, *, by: Caller, about: str, transaction: Transaction, **content: Any
    ) -> IssuedCertificate:
        """Issue it as of now. `about` is what its event says it is about: an opaque id, or an establishment."""
        certificate_id = new_id()
        certificate, event = rules.issue(
            certificate_id, kind, at=self.clock.now(), by=by.person_id, about=about, **content
        )
        code = rules.code_of(self.mac.of(rules.code_message(certificate_id)))
        issued = IssuedCertificate(certificate, code)
        items = self.certificates.save(certificate, digest=rules.digest_of(code), event=event)
        transaction.commit(items, result=issued)
        return issued
