"""Certificates as they are issued, and kept for ever after: whoever draws one later draws the same."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from ishtirak.eventlog.aggregate import Aggregate, AggregateKind
from ishtirak.kernel.dates import Day
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import System
from ishtirak.kernel.value import Amount, Id, Value


class CertificateKind(StrEnum):
    """What is certified: a contributor's periods, or that an establishment's dues are settled."""

    PERIODS = "PERIODS"
    COMPLIANCE = "COMPLIANCE"


class CertifiedPeriod(Value):
    """A period of service as it was recorded on the day of issue."""

    system: System
    establishment: EstablishmentNumber
    name_ar: str | None
    name_en: str | None
    starts_on: Day
    ends_on: Day | None


class PeriodsContent(Value):
    """شهادة مدد الاشتراك: of whom, and the standing periods in the order of their first days."""

    name_ar: str = Field(repr=False)
    name_en: str = Field(repr=False)
    masked_identity: str
    periods: tuple[CertifiedPeriod, ...]


class ComplianceContent(Value):
    """شهادة الالتزام: that nothing was overdue, and what is paid in instalments as approved."""

    number: EstablishmentNumber
    name_ar: str
    name_en: str
    contributors: int = Field(ge=0)
    bills_in_plan: int = Field(ge=0)
    in_plan: Amount


class Certificate(Value):
    """شهادة: frozen content with the last day it stands. Of its code only a digest is kept.

    Exactly one of `periods` and `compliance` is there. `by` is whoever asked for it.
    """

    id: Id
    reference: str
    kind: CertificateKind
    issued_on: Day
    valid_until: Day
    by: Id
    periods: PeriodsContent | None = None
    compliance: ComplianceContent | None = None

    @property
    def aggregate(self) -> Aggregate:
        return Aggregate(AggregateKind.CERTIFICATE, self.id)

    def stands_on(self, day: date) -> bool:
        """Whether the day is one of those it was issued for."""
        return self.issued_on <= day <= self.valid_until
