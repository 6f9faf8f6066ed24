"""What issue_certificate is asked, and its answers."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from ishtirak.certificates.model import CertificateKind, ComplianceContent, PeriodsContent
from ishtirak.edge.groups import FieldGroup
from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import get, post
from ishtirak.edge.http.reply import Reply
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.value import Value
from ishtirak.use_cases.certificate_office import IssuedCertificate
from ishtirak.use_cases.verify_certificate import VerifiedCertificate


class CertificateView(Value):
    """شهادة as it was issued: it does not change, whatever is recorded later."""

    certificate_id: str
    reference: str
    kind: CertificateKind
    issued_on: date
    valid_until: date = Field(description="The last day it stands")
    verification_code: str = Field(description="With it anybody may verify the certificate")
    periods: Annotated[PeriodsContent | None, FieldGroup.PERIODS]
    compliance: ComplianceContent | None


class CertificateStanding(Value):
    """Whether a certificate stands, and as much of it as anybody may see; nothing of it is personal data."""

    reference: str
    kind: CertificateKind
    issued_on: date
    valid_until: date
    stands: bool = Field(description="Whether today is one of the days it was issued for")
    establishment: EstablishmentNumber | None = Field(description="Whose compliance is certified")


CERTIFY_PERIODS = post(
    "/v1/me/certificates",
    summary="Have my periods of service certified",
    gives=CertificateView,
    status=201,
    refusals=(404,),
)
CERTIFY_COMPLIANCE = post(
    "/v1/employer/establishments/<number>/certificates",
    summary="Have it certified that an establishment I act for owes nothing",
    description="Refused where something is overdue and in no approved plan that is kept.",
    gives=CertificateView,
    status=201,
)
VERIFY_CERTIFICATE = get(
    "/v1/certificates/<certificate_code>",
    summary="Verify a certificate by its code",
    gives=CertificateStanding,
    refusals=(429,),
)


def issued(found: IssuedCertificate, call: Call[Any]) -> Reply[CertificateView]:
    certificate = found.certificate
    body = CertificateView(
        certificate_id=certificate.id,
        reference=certificate.reference,
        kind=certificate.kind,
        issued_on=certificate.issued_on,
        valid_until=certificate.valid_until,
        verification_code=found.code,
        periods=certificate.periods,
        compliance=certificate.compliance,
    )
    return Reply(body, location=f"/v1/certificates/{found.code}")


def standing(found: VerifiedCertificate, call: Call[Any]) -> Reply[CertificateStanding]:
    certificate = found.certificate
    body = CertificateStanding(
        reference=certificate.reference,
        kind=certificate.kind,
        issued_on=certificate.issued_on,
        valid_until=certificate.valid_until,
        stands=found.stands,
        establishment=certificate.compliance.number if certificate.compliance else None,
    )
    return Reply(body)
