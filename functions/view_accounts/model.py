"""What view_accounts is asked, and its answers."""

from collections.abc import Sequence
from typing import Any

from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import get
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.pagination import PAGE
from ishtirak.edge.views.account import MyPeriods
from ishtirak.edge.views.establishments import Contributors, MyEstablishments
from ishtirak.edge.views.statement import MyContributions
from ishtirak.kernel.caller import Role
from ishtirak.kernel.errors import Invalid
from ishtirak.kernel.insurance import System
from ishtirak.register.establishments import Establishment
from ishtirak.use_cases.read_account import CountedPeriod
from ishtirak.use_cases.read_establishments import ContributorsPage
from ishtirak.use_cases.read_statement import AccountStatement


def system_asked(text: str | None) -> System:
    """The query parameter `system`; social insurance where it is left out."""
    if text is None:
        return System.SOCIAL_INSURANCE
    if text not in System:
        raise Invalid("/system")
    return System(text)


LIST_MY_PERIODS = get(
    "/v1/me/periods", summary="My periods of service", gives=MyPeriods, roles=(Role.CONTRIBUTOR,)
)
READ_MY_CONTRIBUTIONS = get(
    "/v1/me/contributions",
    summary="My contributions, month by month",
    gives=MyContributions,
    roles=(Role.CONTRIBUTOR,),
    query={"system": system_asked},
)
LIST_MY_ESTABLISHMENTS = get(
    "/v1/establishments",
    summary="The establishments I act for",
    gives=MyEstablishments,
    roles=(Role.EMPLOYER,),
)
LIST_CONTRIBUTORS = get(
    "/v1/establishments/<number>/contributors",
    summary="The contributors of an establishment I act for",
    description="A page holds periods, so a contributor whose periods are on several pages comes once on each.",
    gives=Contributors,
    roles=(Role.EMPLOYER,),
    query=PAGE,
)


def my_periods(found: Sequence[CountedPeriod], call: Call[Any]) -> Reply[MyPeriods]:
    return Reply(MyPeriods.of(found, language=call.language))


def my_contributions(found: AccountStatement, call: Call[Any]) -> Reply[MyContributions]:
    return Reply(MyContributions.of(found, language=call.language))


def my_establishments(found: Sequence[Establishment], call: Call[Any]) -> Reply[MyEstablishments]:
    return Reply(MyEstablishments.of(found))


def contributors(found: ContributorsPage, call: Call[Any]) -> Reply[Contributors]:
    return Reply(Contributors.of(found))
