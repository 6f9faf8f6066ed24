"""What employers see of their contributors, the lists that follow the register, and certificates.

What is read is written down before it is answered, so a client that lost an answer and asks again is written down
again: each showing is on record, and none that is not.
"""

from ishtirak.adapters.aws.contributor_table import ContributorTable
from ishtirak.adapters.aws.disclosure_table import DisclosureTable
from ishtirak.adapters.transaction import DynamoTransaction
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.register import rules
from ishtirak.register.listing import contributor_id_of
from ishtirak.use_cases.project_contributor import project_contributor
from tests.fakes.register import MITHAL, a_cause, a_period, an_establishment
from tests.faults.footprint import Footprint
from tests.faults.lives import EMPLOYER
from tests.faults.stepped import Stepped
from tests.faults.work import ByClient, ByQueue, Reading, not_so

FILE = "/v1/employer/establishments/7000000001"


def recorded(stepped: Stepped, person_id: str) -> None:
    """A period with the employer, which its list does not show yet."""
    worked = a_period("2026-01-01", None, person_id=person_id)
    before = stepped.register.accounts.state(person_id, worked.system)
    posting = rules.post(before, period=worked, rows=(), cause=a_cause())
    stepped.register.store(posting, before=before)


def employed(stepped: Stepped) -> str:
    """The id of a newcomer whom the employer has on its list."""
    owner, register = stepped.newcomer(), stepped.register
    recorded(stepped, owner.person_id)
    project_contributor(
        owner.person_id,
        people=register.people,
        accounts=register.accounts,
        lists=ContributorTable(stepped.outputs["RegisterTable"]),
        transaction=DynamoTransaction(),
    )
    return owner.person_id


class ReadingFile(Reading):
    """read_establishment"""

    function = "view_establishment"
    by, path = EMPLOYER, FILE

    def prepare(self) -> None:
        employed(self.stepped)


class Listing(Reading):
    """list_contributors: each page is counted before it is answered."""

    function = "view_establishment"
    by, path = EMPLOYER, f"{FILE}/contributors"
    may_differ = frozenset({"pages", "read_at"})

    def prepare(self) -> None:
        employed(self.stepped)


class Searching(ByClient):
    """search_contributors"""

    function = "view_establishment"
    by, path, body = EMPLOYER, f"{FILE}/contributors/search", {"name": "ماجد"}
    may_differ = frozenset({"pages", "read_at"})

    def prepare(self) -> None:
        employed(self.stepped)


class _OneContributor(ByClient):
    """Something of one contributor, on record as often as it may have been shown."""

    function = "view_establishment"
    by = EMPLOYER

    def prepare(self) -> None:
        self._person_id = employed(self.stepped)
        self.path = f"{FILE}/contributors/{contributor_id_of(MITHAL, self._person_id)}"

    def footprint(self) -> Footprint:
        """How often it is on record depends on how often it was asked for."""
        left = super().footprint()
        return Footprint(type(left.things)(), left.broken)

    def deviations(self) -> list[str]:
        log = DisclosureTable(self.stepped.outputs["RegisterTable"])
        records = log.of_person(self._person_id, limit=20)
        shown = sum(reply.status == self.expected for reply in self.replies)
        # a write that was answered twice is tried anew: one more than was asked for
        on_record = shown <= len(records) <= len(self.replies) + 1
        return [*super().deviations(), *not_so(each_showing_is_on_record=on_record)]


class ReadingContributor(_OneContributor, Reading):
    """read_contributor"""


class Revealing(_OneContributor):
    """reveal_personal_data"""

    repeatable = False

    def prepare(self) -> None:
        super().prepare()
        self.body = {"field": "MOBILE", "reason_code": "CONTRACT", "reason": "for the contract"}
        self.path = f"{self.path}/reveal"


class Following(ByQueue):
    """A list that follows the register: one entry, however often the event comes."""

    function = "project_contributor"

    def prepare(self) -> None:
        self._person_id = self.stepped.newcomer().person_id

    def before_the_work(self) -> None:
        recorded(self.stepped, self._person_id)
        self.stepped.work_off("relay_events")
        self.stepped.arrived()

    def deviations(self) -> list[str]:
        lists = ContributorTable(self.stepped.outputs["RegisterTable"])
        entry = lists.find(MITHAL, contributor_id_of(MITHAL, self._person_id))
        return [*super().deviations(), *not_so(one_revision=entry is not None and entry.revision == 1)]


class CertifyingPeriods(ByClient):
    """certify_periods"""

    function = "issue_certificate"
    path, expected = "/v1/me/certificates", 201

    def prepare(self) -> None:
        self.by = self.stepped.owner_of(employed(self.stepped))


class CertifyingCompliance(ByClient):
    """certify_compliance"""

    function = "issue_certificate"
    by, path, expected = EMPLOYER, "/v1/employer/establishments/7000000099/certificates", 201

    def prepare(self) -> None:
        number, establishments = EstablishmentNumber("7000000099"), self.stepped.register.establishments
        if establishments.find(number) is None:  # pieces are prepared again, on tables that are kept
            self.stepped.register.transaction.commit(
                establishments.save(an_establishment(number)),
                self.stepped.register.appoint(self.by.person_id, number),
            )


class Verifying(Reading):
    """verify_certificate: a lookup is counted before anything is looked at."""

    function = "issue_certificate"
    by = EMPLOYER
    may_differ = frozenset({"spent", "expires_at"})

    def prepare(self) -> None:
        person = self.stepped.owner_of(employed(self.stepped))
        asked = self.stepped.asked(
            self.function, "POST", "/v1/me/certificates", None, by=person, key="certificate"
        )
        assert asked.status == 201, asked.body
        self.path = f"/v1/certificates/{asked.body['verification_code']}"


PIECES = {
    "read_establishment": ReadingFile,
    "list_contributors": Listing,
    "search_contributors": Searching,
    "read_contributor": ReadingContributor,
    "reveal_personal_data": Revealing,
    "project_contributor": Following,
    "certify_periods": CertifyingPeriods,
    "certify_compliance": CertifyingCompliance,
    "verify_certificate": Verifying,
}
