"""GET /v1/me/… and /v1/establishments…: what the register holds, for those it concerns.

A person sees their own account. An employer sees the establishments they act for and, of each contributor,
only the periods with that establishment and a masked number; an establishment of somebody else's answers as
one that does not exist.
"""

from collections.abc import Iterable, Mapping, Sequence

from functions.view_accounts import model
from functions.view_accounts.settings import Settings
from ishtirak.adapters.aws.register_table import RegisterTable
from ishtirak.adapters.clock import SystemClock
from ishtirak.billing.lateness import Counting
from ishtirak.edge.http.api import Api, Call
from ishtirak.edge.http.reply import Reply
from ishtirak.kernel.caller import Role
from ishtirak.kernel.clock import Clock
from ishtirak.kernel.errors import Invalid, NotFound
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import System
from ishtirak.kernel.months import Month
from ishtirak.register.establishments import Establishment
from ishtirak.register.periods import RecordedPeriod
from ishtirak.register.ports import Register
from ishtirak.register.statement import months_of_periods, statement

MOST_ON_A_PAGE = 100


def build(settings: Settings, *, clock: Clock | None = None) -> Api:
    register = RegisterTable(settings.register_table)
    api = Api("view_accounts", clock=clock or SystemClock(), origins=settings.web_origins)

    @api.get(
        "/v1/me/periods",
        summary="My periods of service",
        gives=model.MyPeriods,
        roles=[Role.CONTRIBUTOR],
    )
    def list_my_periods(call: Call[None]) -> Reply[model.MyPeriods]:
        periods = register.periods(call.caller.person_id)
        employers = _employers(register, {period.establishment for period in periods})
        counted = _counted(register, call.caller.person_id, periods)
        return Reply(
            model.MyPeriods(
                periods=tuple(
                    model.MyPeriod.of(
                        period,
                        employer=employers.get(period.establishment),
                        counted=counted.get(period.id, {}),
                    )
                    for period in periods
                    if period.stands
                )
            )
        )

    @api.get(
        "/v1/me/contributions",
        summary="My contributions, month by month",
        gives=model.MyContributions,
        roles=[Role.CONTRIBUTOR],
        query=["system"],
    )
    def read_my_contributions(call: Call[None]) -> Reply[model.MyContributions]:
        system = _system(call.query)
        entries = register.entries(call.caller.person_id, system)
        paid = model.paid_by_month(months_of_periods(entries))
        return Reply(model.MyContributions.of(statement(entries), system=system, paid=paid))

    @api.get(
        "/v1/establishments",
        summary="The establishments I act for",
        gives=model.MyEstablishments,
        roles=[Role.EMPLOYER],
    )
    def list_my_establishments(call: Call[None]) -> Reply[model.MyEstablishments]:
        numbers = register.acts_for(call.caller.person_id)
        employers = _employers(register, numbers)
        return Reply(
            model.MyEstablishments(
                establishments=tuple(
                    model.MyEstablishment.of(employers[number]) for number in numbers if number in employers
                )
            )
        )

    @api.get(
        "/v1/establishments/<number>/contributors",
        summary="The contributors of an establishment I act for",
        gives=model.Contributors,
        roles=[Role.EMPLOYER],
        query=["limit", "after"],
    )
    def list_contributors(call: Call[None], number: str) -> Reply[model.Contributors]:
        establishment = _own(number, person_id=call.caller.person_id, register=register)
        limit, after = _page(call.query)
        found = register.periods_with(establishment, limit=limit + 1, after=after)
        people = register.contributors(period.person_id for period in found[:limit])
        return Reply(model.Contributors.of(found, people=people, limit=limit))

    return api


def _own(number: str, *, person_id: str, register: Register) -> EstablishmentNumber:
    """The establishment, if the caller acts for it; else it might as well not exist."""
    for own in register.acts_for(person_id):
        if own.reveal() == number:
            return own
    raise NotFound()


def _counted(
    register: Register, person_id: str, periods: Iterable[RecordedPeriod]
) -> Mapping[str, Mapping[Month, Counting]]:
    """Whether each billed month of each period counts, by what was paid of it."""
    found: dict[str, Mapping[Month, Counting]] = {}
    for system in {period.system for period in periods}:
        months = months_of_periods(register.entries(person_id, system))
        found |= model.counted(months, register.bills(person_id, system))
    return found


def _employers(
    register: Register, numbers: Sequence[EstablishmentNumber] | set[EstablishmentNumber]
) -> Mapping[EstablishmentNumber, Establishment]:
    found = {number: register.establishment(number) for number in numbers}
    return {number: establishment for number, establishment in found.items() if establishment}


def _system(query: Mapping[str, str]) -> System:
    asked = query.get("system", System.SOCIAL_INSURANCE.value)
    if asked not in System:
        raise Invalid("/system")
    return System(asked)


def _page(query: Mapping[str, str]) -> tuple[int, str | None]:
    limit = query.get("limit", "50")
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:6]) <= MOST_ON_A_PAGE:
        raise Invalid("/limit")
    cursor = query.get("after")
    return int(limit), model.place_in(cursor) if cursor is not None else None
