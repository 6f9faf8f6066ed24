"""The section `contract_event`: what Qiwa told of one contract, and what stands in a register in memory for it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from ishtirak.contracts.model import Contract, VersionState
from ishtirak.kernel.clock import RIYADH
from ishtirak.kernel.dates import Calendar, CivilDate
from ishtirak.kernel.identity import EstablishmentNumber, IdentityNumber
from ishtirak.kernel.insurance import Nationality, Route, System
from ishtirak.kernel.money import Halalas, format_riyals, parse_riyals
from ishtirak.kernel.wage import AgreedWage
from ishtirak.register.periods import RecordedWageLine
from ishtirak.register.service_dates import JoiningReason, LeavingReason, ServiceDates
from tests.fakes.contracts import NUMBER, WORKER, Document, an_event
from tests.fakes.register import PERSON, an_establishment
from tests.unit.use_cases.contract_world import World

Case = Mapping[str, Any]
Answer = Mapping[str, Any]

ROUTES: Final = {
    Route.ON_TIME: "ON_TIME",
    Route.SELF_WINDOW: "WORKERS_WINDOW",
    Route.RETROACTIVE: "LATE",
}
PARTS: Final = {"basic": 0, "housing": 0, "commission": 0, "transport": 0, "other": 0}
AWAITING: Final = "awaiting_authentication"


def expected_contract(case: Case) -> Answer:
    """What is expected after an event, by its place, where it is given; and last, in the end."""
    after = {
        str(place): event["expected"] for place, event in enumerate(case["events"]) if "expected" in event
    }
    return after | {"end": case["expected"]}


def contract(case: Case, tables: object) -> Answer:
    """What stands, in the words of the file."""
    world = _world(case)
    after: dict[str, Any] = {}
    for place, event in enumerate(case["events"]):
        world.take(_document(event, case))
        if "expected" in event:
            after[str(place)] = _told(world)
    return after | {"end": _told(world)}


def _world(case: Case) -> World:
    world = World()
    last = max(date.fromisoformat(event["occurred_on"]) for event in case["events"])
    world.clock.moment = datetime(last.year, last.month, last.day, 23, tzinfo=RIYADH)
    employer = EstablishmentNumber(case.get("employer", "7000000001"))
    world.establishments.employers[employer.reveal()] = an_establishment(employer)
    person = case["person"]
    law = {"OLD": frozenset({System.SOCIAL_INSURANCE}), "NEW": frozenset[System]()}[person.get("law", "NEW")]
    world.people.people[PERSON] = world.people.people[PERSON].model_copy(
        update={
            "birth_date": _born(person),
            "country": person.get("nationality", "SA"),
            "uncompensated_before_new_law": law,
        }
    )
    services = [
        ServiceDates(
            starts_on=date.fromisoformat(first),
            started_by=JoiningReason.ENTRY,
            ends_on=date.fromisoformat(end) if end else None,
            ended_by=LeavingReason.FINAL_EXIT if end else None,
        )
        for first, end in person.get("services", ())
    ]
    world.residency.report(IdentityNumber(WORKER), employer, *services)
    return world


def _born(person: Case) -> CivilDate:
    return CivilDate.parse(person["born"], calendar=Calendar(person.get("calendar", Calendar.GREGORIAN)))


def _document(event: Case, case: Case) -> Document:
    person, born = case["person"], _born(case["person"])
    nationality = person.get("nationality", "SA")
    fixed = event["ends"] is not None or Nationality.of(nationality) is Nationality.NON_SAUDI
    wage = event["wage"] if isinstance(event["wage"], Mapping) else {"basic": event["wage"]}
    parts = {name: int(parse_riyals(str(wage.get(name, "0")))) for name in PARTS}
    return an_event(
        version=event["version"],
        type=f"contract.{event['type'].lower()}",
        occurred_at=f"{event['occurred_on']}T12:00:00+03:00",
        establishment__unified_number=case.get("employer", "7000000001"),
        worker__birth_date={
            "calendar": born.calendar.value,
            "year": born.year,
            "month": born.month,
            "day": born.day,
        },
        worker__nationality=nationality,
        terms__kind="FIXED" if fixed else "OPEN",
        terms__starts_on=event["starts"],
        terms__ends_on=event["ends"],
        terms__wage={"housing_in_kind": wage.get("in_kind_housing", False), **parts},
    )


def _told(world: World) -> Answer:
    there = world.contracts.find(NUMBER)
    told: dict[str, Any] = {"version": there.version if there else None, "standing": None}
    if period := world.standing.get(NUMBER):
        told |= {
            "standing": [_day(period.starts_on), _day(period.ends_on)],
            "routes": [
                [_day(days.starts_on), _day(days.ends_on), ROUTES[days.route]] for days in period.registered
            ],
            "wage_lines": [_line(line) for line in period.wages],
        }
    if held := _held(world, there):
        told["held"] = held
    return told


def _held(world: World, there: Contract | None) -> dict[str, str]:
    """What waits: of the versions that were taken as the contract says, of others as they are held beside it."""
    held = {str(version): kept.reason.value for (_, version), (kept, _) in world.contracts.waiting.items()}
    for version in there.versions if there else ():
        held.pop(str(version.version), None)
        if version.reason is not None:
            held[str(version.version)] = version.reason.value
        if version.state is VersionState.AWAITING:
            held[str(version.version)] = AWAITING
    return held


def _line(line: RecordedWageLine) -> Answer:
    wage = AgreedWage(**line.parts())
    last = line.last_month
    parts = {name: format_riyals(Halalas(getattr(wage, name))) for name in PARTS if getattr(wage, name)}
    in_kind = {"in_kind_housing": True} if wage.housing_in_kind else {}
    return {"from": str(line.first_month), "to": str(last) if last else None, **parts, **in_kind}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
