"""What view_accounts is asked, and its answers."""

from collections.abc import Sequence
from typing import Any

from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import get
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.pagination import PageQuery
from ishtirak.edge.views.access_log import AccessLogView
from ishtirak.edge.views.account import MyPeriods
from ishtirak.edge.views.establishments import MyEstablishments
from ishtirak.edge.views.statement import MyContributions
from ishtirak.kernel.insurance import System
from ishtirak.kernel.value import Value
from ishtirak.register.establishments import Establishment
from ishtirak.use_cases.read_access_log import PersonsAccessLog
from ishtirak.use_cases.read_account import CountedPeriod
from ishtirak.use_cases.read_statement import AccountStatement


class SystemQuery(Value):
    """In which system."""

    system: System = System.SOCIAL_INSURANCE


LIST_MY_PERIODS = get("/v1/me/periods", summary="My periods of service", gives=MyPeriods)
READ_MY_CONTRIBUTIONS = get(
    "/v1/me/contributions",
    summary="My contributions, month by month",
    gives=MyContributions,
    query=SystemQuery,
)
LIST_MY_ESTABLISHMENTS = get(
    "/v1/establishments",
    summary="The establishments I act for",
    gives=MyEstablishments,
)
READ_ACCESS_LOG = get(
    "/v1/me/access-log",
    summary="Who read my data",
    gives=AccessLogView,
    query=PageQuery,
)


def my_periods(found: Sequence[CountedPeriod], call: Call[Any]) -> Reply[MyPeriods]:
    return Reply(MyPeriods.of(found, language=call.language))


def my_contributions(found: AccountStatement, call: Call[Any]) -> Reply[MyContributions]:
    return Reply(MyContributions.of(found, language=call.language))


def my_establishments(found: Sequence[Establishment], call: Call[Any]) -> Reply[MyEstablishments]:
    return Reply(MyEstablishments.of(found))


def access_log(found: PersonsAccessLog, call: Call[Any]) -> Reply[AccessLogView]:
    return Reply(AccessLogView.of(found, language=call.language))
