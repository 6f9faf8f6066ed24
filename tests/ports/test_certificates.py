"""Certificates behave alike in memory and on their tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from ishtirak.certificates import rules
from ishtirak.certificates.model import Certificate, CertificateKind, ComplianceContent
from ishtirak.certificates.ports import Certificates, Lookups
from ishtirak.eventlog.event import Event
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.transaction import Transaction
from tests.fakes.certificates import InMemoryCertificates, InMemoryLookups
from tests.fakes.register import MITHAL, register_table
from tests.fakes.transaction import InMemoryTransaction

NOON = datetime(2026, 11, 25, 9, tzinfo=UTC)
CERTIFICATE = "00000000-0000-4000-8000-00000000000c"
OFFICER = "00000000-0000-4000-8000-000000000005"


@dataclass
class Kept:
    certificates: Certificates
    lookups: Lookups
    transaction: Transaction

    def spend(self, address: str = "ab", window: int = 1) -> bool:
        return self.lookups.spend(address, window=window, most=2, until=NOON + timedelta(minutes=5))


@pytest.fixture(params=["memory", "dynamo"])
def kept(request: pytest.FixtureRequest) -> Iterator[Kept]:
    if request.param == "memory":
        yield Kept(InMemoryCertificates(), InMemoryLookups(), InMemoryTransaction())
        return
    from ishtirak.adapters.aws.certificate_table import CertificateTable, LookupTable
    from ishtirak.adapters.transaction import DynamoTransaction

    with register_table() as table:
        yield Kept(CertificateTable(table), LookupTable(table), DynamoTransaction())


def a_certificate(**facts: int) -> tuple[Certificate, Event]:
    content = ComplianceContent(
        number=MITHAL,
        name_ar="شركة المثال",
        name_en="Al-Mithal",
        **({"contributors": 3, "bills_in_plan": 0, "in_plan": 0} | facts),
    )
    return rules.issue(
        CERTIFICATE,
        CertificateKind.COMPLIANCE,
        at=NOON,
        by=OFFICER,
        about=MITHAL.reveal(),
        compliance=content,
    )


def test_a_certificate_is_found_by_its_code_alone(kept: Kept) -> None:
    certificate, event = a_certificate()
    digest = rules.digest_of("0" * 26)

    kept.transaction.commit(kept.certificates.save(certificate, digest=digest, event=event))

    assert kept.certificates.by_digest(digest) == certificate
    assert kept.certificates.by_digest(rules.digest_of("1" * 26)) is None


def test_what_was_issued_is_never_replaced(kept: Kept) -> None:
    certificate, event = a_certificate()
    other, same = a_certificate(contributors=4)
    digest = rules.digest_of("0" * 26)
    kept.transaction.commit(kept.certificates.save(certificate, digest=digest, event=event))

    with pytest.raises(ChangedMeanwhile):
        kept.transaction.commit(kept.certificates.save(other, digest=digest, event=same))

    assert kept.certificates.by_digest(digest) == certificate


def test_lookups_are_spent_by_address_and_window(kept: Kept) -> None:
    assert [kept.spend() for _ in range(3)] == [True, True, False]
    assert kept.spend(window=2)
    assert kept.spend(address="cd")


def test_a_code_follows_from_the_id_and_the_key() -> None:
    codes = {rules.code_of(bytes([place]) * 32) for place in range(100)}

    assert len(codes) == 100
    assert {len(code) for code in codes} == {rules.CODE_LENGTH}
    assert not set("".join(codes)) & set("ILOU")
