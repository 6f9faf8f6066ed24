"""The desk requests are decided at, over two tables."""

from typing import Protocol

from ishtirak.adapters.aws.account_table import AccountTable
from ishtirak.adapters.aws.establishment_table import EstablishmentTable
from ishtirak.adapters.aws.request_table import RequestTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.kernel.clock import Clock
from ishtirak.use_cases.case_desk import CaseDesk
from ishtirak.use_cases.interests import InterestReader


class DeskSettings(Protocol):
    """What a function of the authority's desk is told."""

    @property
    def requests_table(self) -> str: ...
    @property
    def register_table(self) -> str: ...


def case_desk(settings: DeskSettings, *, clock: Clock | None = None) -> CaseDesk:
    """The desk on the tables `Requests` and `Register`."""
    register, now = settings.register_table, clock or SystemClock()
    interests = InterestReader(
        establishments=EstablishmentTable(register), accounts=AccountTable(register), clock=now
    )
    return CaseDesk(requests=RequestTable(settings.requests_table), interests=interests, clock=now)
