"""How long certificates stand and how often they are looked up: dated data, not constants."""

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import Field

from ishtirak.certificates.model import CertificateKind
from ishtirak.kernel.dated import Table, read_table
from ishtirak.kernel.value import Value


class LookupLimit(Value):
    """At most `most` lookups from one address within each `seconds`."""

    seconds: int = Field(gt=0, le=86_400)
    most: int = Field(gt=0, le=1_000)


class CertificatePolicy(Value):
    """The day of issue is the first of the days a certificate stands."""

    periods_days: int = Field(gt=0, le=366)
    compliance_days: int = Field(gt=0, le=366)
    lookups: LookupLimit

    def days(self, kind: CertificateKind) -> int:
        """How long a certificate of this kind stands."""
        return self.periods_days if kind is CertificateKind.PERIODS else self.compliance_days


@cache
def policies() -> Table[CertificatePolicy]:
    """Every policy there was, read once per process."""
    return read_table(Path(__file__).with_name("policy.json"), Table[CertificatePolicy])


def policy_on(day: date) -> CertificatePolicy:
    """The policy in force on a day."""
    return policies().at(day).value
