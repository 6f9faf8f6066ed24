"""What an employer sees, reveals and has certified, without HTTP; and what the person reads of it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from ishtirak.billing.lateness import bill_calculator
from ishtirak.certificates.model import CertificateKind
from ishtirak.certificates.rules import DuesOpen, TooManyLookups
from ishtirak.disclosure.model import RevealedField, RevealReason
from ishtirak.disclosure.policy import policy_on
from ishtirak.disclosure.ports import Reveals
from ishtirak.disclosure.rules import EmploymentOver, TooManyReveals
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.crypto import Encryption
from ishtirak.kernel.errors import NotFound, Unavailable
from ishtirak.register import rules
from ishtirak.register.people import identity_encryption_context
from ishtirak.register.periods import RecordedPeriod
from ishtirak.use_cases.certificate_office import CertificateOffice, IssuedCertificate
from ishtirak.use_cases.certify_compliance import certify_compliance
from ishtirak.use_cases.certify_periods import certify_periods
from ishtirak.use_cases.establishment_dues import MOST_OPEN, OpenReason, establishment_dues
from ishtirak.use_cases.own_contributor import ContributorReader
from ishtirak.use_cases.project_contributor import project_contributor
from ishtirak.use_cases.read_access_log import PersonsAccessLog, read_access_log
from ishtirak.use_cases.read_contributor import read_contributor
from ishtirak.use_cases.read_establishment import read_establishment
from ishtirak.use_cases.reveal_personal_data import reveal_personal_data
from ishtirak.use_cases.verify_certificate import verify_certificate
from tests.fakes.bills import BilledAccount, a_bill
from tests.fakes.certificates import InMemoryCertificates, InMemoryLookups
from tests.fakes.cursors import PlainCursors
from tests.fakes.disclosure import InMemoryDisclosure
from tests.fakes.listing import InMemoryContributorLists
from tests.fakes.otp import KnownMac
from tests.fakes.register import (
    MITHAL,
    NAMUDHAJ,
    PERSON,
    Register,
    a_cause,
    a_contributor,
    a_period,
    an_establishment,
    in_memory_register,
)
from tests.fakes.sessions import PlainEncryption
from tests.functions.access_world import IDENTITY, MOBILE, OnePersonDirectory

OFFICER = Caller("officer", "00000000-0000-4000-8000-000000000005", frozenset({Role.CONTRIBUTOR}))
OTHER = Caller("other", "00000000-0000-4000-8000-000000000006", frozenset({Role.CONTRIBUTOR}))
MYSELF = Caller("person", PERSON, frozenset({Role.CONTRIBUTOR}))


@dataclass
class Turning:
    at: datetime = datetime(2026, 11, 25, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@dataclass
class Employer:
    """An establishment, its officer, one contributor, and every use case over them."""

    register: Register = field(default_factory=in_memory_register)
    lists: InMemoryContributorLists = field(default_factory=InMemoryContributorLists)
    log: InMemoryDisclosure = field(default_factory=InMemoryDisclosure)
    directory: OnePersonDirectory = field(default_factory=OnePersonDirectory)
    encryption: Encryption = field(default_factory=PlainEncryption)
    certificates: InMemoryCertificates = field(default_factory=InMemoryCertificates)
    lookups: InMemoryLookups = field(default_factory=InMemoryLookups)
    clock: Turning = field(default_factory=Turning)

    def __post_init__(self) -> None:
        encrypted = self.encryption.encrypt(IDENTITY, identity_encryption_context(PERSON))
        establishments = self.register.establishments
        self.register.transaction.commit(
            establishments.save(an_establishment()),
            self.register.appoint(OFFICER.person_id, MITHAL),
            self.register.people.save(a_contributor(encrypted_identity=encrypted), fingerprint="ab" * 32),
        )
        self.reader = ContributorReader(
            establishments, self.register.people, self.register.accounts, self.lists, self.clock
        )
        self.reveals: Reveals = self.log
        self.office = CertificateOffice(self.certificates, KnownMac(), self.clock)

    def post(self, period: RecordedPeriod) -> None:
        before = self.register.accounts.state(period.person_id, period.system)
        self.register.store(rules.post(before, period=period, rows=(), cause=a_cause()), before=before)
        self.follow()

    def follow(self) -> int:
        return project_contributor(
            PERSON,
            people=self.register.people,
            accounts=self.register.accounts,
            lists=self.lists,
            transaction=self.register.transaction,
        )

    @property
    def contributor_id(self) -> str:
        return next(iter(self.lists.entries.values())).contributor_id

    def reveal(
        self, field: RevealedField = RevealedField.IDENTITY_NUMBER, *, by: Caller = OFFICER
    ) -> str | None:
        return reveal_personal_data(
            MITHAL.reveal(),
            self.contributor_id,
            field=field,
            reason_code=RevealReason.CONTRACT,
            reason="for the contract",
            by=by,
            reader=self.reader,
            reveals=self.reveals,
            directory=self.directory,
            encryption=self.encryption,
            clock=self.clock,
            transaction=self.register.transaction,
        )

    def compliance(self, *, by: Caller = OFFICER) -> IssuedCertificate:
        return certify_compliance(
            MITHAL.reveal(),
            by=by,
            establishments=self.register.establishments,
            lists=self.lists,
            bills=self.register.bills,
            calculator=bill_calculator(),
            office=self.office,
            clock=self.clock,
            transaction=self.register.transaction,
        )

    def access_log(self) -> PersonsAccessLog:
        return read_access_log(
            limit=10,
            after=None,
            by=MYSELF,
            access_log=self.log,
            accounts=self.register.accounts,
            establishments=self.register.establishments,
            cursors=PlainCursors(),
            clock=self.clock,
        )


@pytest.fixture
def employer() -> Employer:
    return Employer()


def test_the_list_follows_once_and_then_has_nothing_to_do(employer: Employer) -> None:
    employer.post(a_period("2025-01-01", None))

    assert employer.follow() == 0
    (entry,) = employer.lists.entries.values()
    assert (entry.revision, entry.establishment) == (1, MITHAL)


def test_the_file_counts_who_is_there_today(employer: Employer) -> None:
    employer.post(a_period("2025-01-01", "2026-11-25"))
    counts = []
    for _ in range(2):
        file = read_establishment(
            MITHAL.reveal(),
            by=OFFICER,
            establishments=employer.register.establishments,
            people=employer.register.people,
            lists=employer.lists,
            bills=employer.register.bills,
            calculator=bill_calculator(),
            clock=employer.clock,
        )
        counts.append(next((each.active, each.ended) for each in file.headcounts.values()))
        employer.clock.at += timedelta(days=1)

    assert counts == [(1, 0), (0, 1)]


def test_an_account_is_read_and_the_reading_written_in_one_effect(employer: Employer) -> None:
    employer.post(a_period("2025-01-01", None))

    account = read_contributor(
        MITHAL.reveal(),
        employer.contributor_id,
        by=OFFICER,
        reader=employer.reader,
        access_log=employer.log,
        directory=employer.directory,
        encryption=employer.encryption,
        clock=employer.clock,
        transaction=employer.register.transaction,
    )

    (record,) = employer.access_log().records.items
    assert account.masked_mobile is not None
    assert (record.establishment, record.by, record.at[:10]) == (MITHAL, OFFICER.person_id, "2026-11-25")


def test_what_is_masked_is_shown_for_a_reason_and_written_down(employer: Employer) -> None:
    employer.post(a_period("2025-01-01", None))

    assert employer.reveal() == IDENTITY
    assert employer.reveal(RevealedField.MOBILE) == MOBILE
    assert len(employer.access_log().records.items) == 2
    assert [event.seq for event in employer.log.events] == [1, 2]


def test_nobody_else_reveals_anything(employer: Employer) -> None:
    employer.post(a_period("2025-01-01", None))

    with pytest.raises(NotFound):
        employer.reveal(by=OTHER)
    assert employer.log.events == []


def test_a_former_employer_reveals_nothing(employer: Employer) -> None:
    employer.post(a_period("2025-01-01", "2026-11-24"))

    with pytest.raises(EmploymentOver):
        employer.reveal()


def test_on_the_last_day_it_still_may(employer: Employer) -> None:
    employer.post(a_period("2025-01-01", "2026-11-25"))

    assert employer.reveal() == IDENTITY


def test_the_windows_hold_and_end(employer: Employer) -> None:
    employer.post(a_period("2025-01-01", None))
    hour = policy_on(date(2026, 11, 25)).windows[0]
    for _ in range(hour.reveals):
        employer.reveal()
        employer.clock.at += timedelta(seconds=1)

    with pytest.raises(TooManyReveals) as refused:
        employer.reveal()
    waited = refused.value.facts["retry_after"]
    assert isinstance(waited, int)
    employer.clock.at += timedelta(seconds=waited)

    assert waited == hour.seconds - hour.reveals
    assert employer.reveal() == IDENTITY


def test_a_directory_that_is_silent_leaves_no_trace_of_a_reveal(employer: Employer) -> None:
    employer.post(a_period("2025-01-01", None))
    employer.directory.available = False

    with pytest.raises(Unavailable):
        employer.reveal(RevealedField.MOBILE)
    assert employer.log.events == []


def test_a_list_is_shown_to_whoever_is_in_it_since_they_are(employer: Employer) -> None:
    employer.post(a_period("2025-01-01", None, registered_at="2026-11-24T09:00:00.000Z"))
    for day in (20, 24, 25):
        at = datetime(2026, 11, day, tzinfo=UTC)
        employer.log.count_list(MITHAL, by=OFFICER.person_id, on=at.date(), at=at)
    employer.log.count_list(NAMUDHAJ, by=OTHER.person_id, on=date(2026, 11, 25), at=employer.clock.at)

    lists = employer.access_log().lists

    assert [(each.establishment, each.day.day, each.pages) for each in lists] == [
        (MITHAL, 25, 1),
        (MITHAL, 24, 1),
    ]


def test_periods_are_certified_and_verified_by_their_code(employer: Employer) -> None:
    employer.post(a_period("2025-01-01", None))
    issued = certify_periods(
        by=MYSELF,
        people=employer.register.people,
        accounts=employer.register.accounts,
        establishments=employer.register.establishments,
        office=employer.office,
        transaction=employer.register.transaction,
    )

    found = verify_certificate(
        issued.code,
        source_address="203.0.113.7",
        certificates=employer.certificates,
        lookups=employer.lookups,
        mac=KnownMac(),
        clock=employer.clock,
    )

    assert (found.certificate, found.stands) == (issued.certificate, True)
    assert issued.certificate.kind is CertificateKind.PERIODS
    (event,) = employer.certificates.events
    assert event.data == {"kind": "PERIODS", "about": PERSON, "valid_until": "2027-02-22"}


def test_a_lookup_is_spent_whatever_the_code(employer: Employer) -> None:
    from ishtirak.certificates.policy import policy_on as certificate_policy_on

    def look() -> None:
        verify_certificate(
            "0" * 26,
            source_address=None,
            certificates=employer.certificates,
            lookups=employer.lookups,
            mac=KnownMac(),
            clock=employer.clock,
        )

    for _ in range(certificate_policy_on(date(2026, 11, 25)).lookups.most):
        with pytest.raises(NotFound):
            look()
    with pytest.raises(TooManyLookups):
        look()


def test_all_addresses_of_one_network_look_up_together(employer: Employer) -> None:
    from ishtirak.certificates.policy import policy_on as certificate_policy_on

    def look(number: int) -> None:
        verify_certificate(
            "0" * 26,
            source_address=f"2001:db8:0:1::{number:x}",
            certificates=employer.certificates,
            lookups=employer.lookups,
            mac=KnownMac(),
            clock=employer.clock,
        )

    most = certificate_policy_on(date(2026, 11, 25)).lookups.most
    for number in range(most):
        with pytest.raises(NotFound):
            look(number)
    with pytest.raises(TooManyLookups):
        look(most)


def test_compliance_waits_for_what_is_overdue(employer: Employer) -> None:
    assert employer.compliance().certificate.compliance is not None
    BilledAccount(employer.register, bill=a_bill(a_period()))

    with pytest.raises(DuesOpen) as refused:
        employer.compliance()

    assert refused.value.facts["count"] == 1
    with pytest.raises(NotFound):
        employer.compliance(by=OTHER)


def test_beyond_what_is_added_up_nobody_is_in_compliance(employer: Employer) -> None:
    bills = [
        a_bill(a_period(), id=f"00000000-0000-4000-8000-{place:012}", reference=f"ISH-{place}")
        for place in range(MOST_OPEN + 1)
    ]
    employer.register.transaction.commit(employer.register.bills.save(issued=bills))

    dues = establishment_dues(
        MITHAL, on=date(2026, 11, 25), bills=employer.register.bills, calculator=bill_calculator()
    )

    assert not dues.complete
    assert OpenReason.TOO_MANY_OPEN in dues.overdue
