"""How a certificate is issued and found again. Pure."""

from datetime import datetime, timedelta
from typing import Any, Final

from ishtirak.certificates.model import Certificate, CertificateKind
from ishtirak.certificates.policy import policy_on
from ishtirak.eventlog.event import Chain, Event, next_event
from ishtirak.kernel.canonical import digest
from ishtirak.kernel.clock import RIYADH
from ishtirak.kernel.errors import Refused, TooMany
from ishtirak.kernel.reference import reference_of

SOURCE: Final = "ishtirak.certificates"
_SYMBOLS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH: Final = 26
"""130 bits: nobody finds a code by trying. The API reads no code of another form."""


class DuesOpen(Refused):
    """Something is overdue and in no approved plan, so compliance is not certified (regulation art. 12)."""

    code = "dues_open"
    rule = "REG-12"
    source = "Implementing regulation art. 12"


class TooManyLookups(TooMany):
    """Certificates were looked up from this address as often as anybody may; `retry_after` says when to come back."""

    code = "too_many_lookups"


def code_message(certificate_id: str) -> bytes:
    """The bytes whose keyed hash makes a certificate's code, so that it can be drawn again and is stored nowhere."""
    return f"certificate-v1|{certificate_id}".encode("ascii")


def code_of(keyed_hash: bytes) -> str:
    """The code people type: letters and digits nobody takes for one another."""
    number = int.from_bytes(keyed_hash)
    return "".join(_SYMBOLS[number >> 5 * place & 31] for place in range(CODE_LENGTH))


def digest_of(code: str) -> str:
    """What a certificate is found by: of an unguessable code, a plain digest tells nothing."""
    return digest(["certificate", code])


def issue(
    certificate_id: str, kind: CertificateKind, *, at: datetime, by: str, about: str, **content: Any
) -> tuple[Certificate, Event]:
    """The certificate as of the day, in the kingdom, and its event. `about` is the person's id, or the number."""
    day = at.astimezone(RIYADH).date()
    last = day + timedelta(days=policy_on(day).days(kind) - 1)
    certificate = Certificate(
        id=certificate_id,
        reference=reference_of(certificate_id, on=day),
        kind=kind,
        issued_on=day,
        valid_until=last,
        by=by,
        **content,
    )
    event = next_event(
        "CertificateIssued",
        source=SOURCE,
        aggregate=certificate.aggregate,
        chain=Chain(),
        at=at,
        actor=by,
        data={"kind": kind.value, "about": about, "valid_until": last.isoformat()},
    )
    return certificate, event
