"""What an employer sees, and the person of whom it is seen: both functions over one register on moto."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.register import rules
from ishtirak.register.listing import contributor_id_of
from ishtirak.register.people import identity_encryption_context
from ishtirak.register.periods import RecordedPeriod
from ishtirak.use_cases.project_contributor import project_contributor
from tests.fakes.register import (
    MITHAL,
    NAMUDHAJ,
    OTHER_PERSON,
    PERSON,
    a_cause,
    a_contributor,
    an_establishment,
    register_on,
    register_table,
)
from tests.functions.access_world import IDENTITY, OnePersonDirectory
from tests.functions.register_world import answered, asked

OFFICER = "00000000-0000-4000-8000-000000000005"
OTHER_OFFICER = "00000000-0000-4000-8000-000000000006"
FILE = f"/v1/employer/establishments/{MITHAL.reveal()}"
LIST = f"{FILE}/contributors"
REASON = {"reason_code": "WAGE_PAYMENT", "reason": "تحويل راتب شهر أكتوبر"}


@dataclass
class StandingClock:
    """A clock that stands until it is turned."""

    at: datetime = datetime(2026, 11, 25, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@dataclass
class EstablishmentWorld:
    """The functions, and the register below them."""

    table: str
    clock: StandingClock = field(default_factory=StandingClock)
    directory: OnePersonDirectory = field(default_factory=OnePersonDirectory)

    def __post_init__(self) -> None:
        import boto3

        from functions.issue_certificate import handler as certificates
        from functions.issue_certificate.settings import Settings as CertificateSettings
        from functions.view_accounts import handler as accounts
        from functions.view_accounts.settings import Settings as AccountSettings
        from functions.view_establishment import handler as establishment
        from functions.view_establishment.settings import Settings as EstablishmentSettings
        from ishtirak.adapters.aws.contributor_table import ContributorTable
        from ishtirak.adapters.aws.encryption import KmsEncryption

        kms = boto3.client("kms")
        mac = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["Arn"]
        data = kms.create_key()["KeyMetadata"]["Arn"]
        names = {"access_table": self.table, "register_table": self.table, "mac_key_arn": mac}
        self.api = establishment.build(
            EstablishmentSettings(**names, data_key_arn=data, absher_secret_arn="none"),
            clock=self.clock,
            directory=self.directory,
        )
        self.own = accounts.build(AccountSettings(**names), clock=self.clock)
        self.certificates = certificates.build(CertificateSettings(**names), clock=self.clock)
        self.register, self.lists = register_on(self.table), ContributorTable(self.table)
        self.kms = KmsEncryption(data)
        establishments = self.register.establishments
        self.register.transaction.commit(
            establishments.save(an_establishment()),
            establishments.save(an_establishment(NAMUDHAJ)),
            self.register.appoint(OFFICER, MITHAL),
            self.register.appoint(OTHER_OFFICER, NAMUDHAJ),
        )
        self.know(PERSON)
        self.know(OTHER_PERSON, masked_identity="••••0016")

    def know(self, person_id: str, **facts: Any) -> None:
        """Put somebody into the register, their number encrypted for their own item."""
        encrypted = self.kms.encrypt(IDENTITY, identity_encryption_context(person_id))
        contributor = a_contributor(person_id, encrypted_identity=encrypted, **facts)
        self.register.transaction.commit(
            self.register.people.save(contributor, fingerprint=f"of {person_id}")
        )

    def post(self, period: RecordedPeriod) -> None:
        """Record a period, and let the lists follow."""
        before = self.register.accounts.state(period.person_id, period.system)
        self.register.store(rules.post(before, period=period, rows=(), cause=a_cause()), before=before)
        self.follow(period.person_id)

    def follow(self, person_id: str) -> int:
        """What the queue of changed periods does."""
        return project_contributor(
            person_id,
            people=self.register.people,
            accounts=self.register.accounts,
            lists=self.lists,
            transaction=self.register.transaction,
        )

    def see(self, path: str, *, person: str | None = OFFICER, **query: str) -> tuple[int, dict[str, Any]]:
        if query.keys() & {"name", "last_digits"}:
            body = {name: int(value) if name == "limit" else value for name, value in query.items()}
            return answered(self.api, _posted(f"{path}/search", body, person=person))
        return answered(self.api, asked("GET", path, person=person, query=query))

    def reveal(
        self, contributor_id: str, body: Any, *, person: str = OFFICER, number: str = MITHAL.reveal()
    ) -> tuple[int, dict[str, Any]]:
        path = f"/v1/employer/establishments/{number}/contributors/{contributor_id}/reveal"
        return answered(self.api, _posted(path, body, person=person))

    def certify(self, path: str, *, person: str, key: str = "once") -> tuple[int, dict[str, Any]]:
        event = asked("POST", path, person=person, headers={"idempotency-key": key})
        return answered(self.certificates, event)

    def verify(self, code: str) -> tuple[int, dict[str, Any]]:
        return answered(self.certificates, asked("GET", f"/v1/certificates/{code}"))

    def log_of(self, person: str = PERSON, **query: str) -> dict[str, Any]:
        status, answer = answered(self.own, asked("GET", "/v1/me/access-log", person=person, query=query))
        assert status == 200, answer
        return answer


@contextmanager
def establishment_world() -> Iterator[EstablishmentWorld]:
    """An empty register with two establishments and two people in it."""
    with register_table() as table:
        yield EstablishmentWorld(table)


def told_as(person: str, number: EstablishmentNumber = MITHAL) -> str:
    """What an employer knows a contributor by."""
    return contributor_id_of(number, person)


def _posted(path: str, body: Any, *, person: str | None) -> dict[str, Any]:
    content = json.dumps(body).encode()
    return asked("POST", path, person=person, body=content, headers={"content-type": "application/json"})
