"""What the register shows people of themselves, and employers of their workers."""

from tests.faults.lives import EMPLOYER, billed_account
from tests.faults.work import Reading


class ReadingPeriods(Reading):
    """list_my_periods"""

    function = "view_accounts"
    path = "/v1/me/periods"

    def prepare(self) -> None:
        self.by = self.stepped.owner_of(billed_account(self.stepped).period.person_id)


class ReadingContributions(ReadingPeriods):
    """read_my_contributions"""

    path = "/v1/me/contributions"


class ReadingEstablishments(Reading):
    """list_my_establishments"""

    function = "view_accounts"
    by, path = EMPLOYER, "/v1/establishments"


class ReadingAccessLog(ReadingPeriods):
    """read_access_log"""

    path = "/v1/me/access-log"


PIECES = {
    "list_my_periods": ReadingPeriods,
    "read_my_contributions": ReadingContributions,
    "list_my_establishments": ReadingEstablishments,
    "read_access_log": ReadingAccessLog,
}
