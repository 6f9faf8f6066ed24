"""What an employer reads of the register, without HTTP."""

import pytest

from ishtirak.adapters.clock import SystemClock
from ishtirak.edge.pagination import SignedCursors
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.errors import Invalid, NotFound
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.register import rules
from ishtirak.use_cases.read_establishments import (
    ContributorsPage,
    list_contributors,
    list_my_establishments,
)
from tests.fakes.otp import KnownMac
from tests.fakes.register import (
    MITHAL,
    NAMUDHAJ,
    PERSON,
    TAJRIBA,
    Register,
    a_cause,
    a_contributor,
    a_period,
    an_establishment,
    in_memory_register,
)

EMPLOYER = Caller("employer", "00000000-0000-4000-8000-000000000005", frozenset({Role.CONTRIBUTOR}))
UNKNOWN = EstablishmentNumber("7000000009")
CURSORS = SignedCursors(KnownMac())


@pytest.fixture
def register() -> Register:
    made = in_memory_register()
    made.transaction.commit(
        made.people.save(a_contributor(), fingerprint="ab" * 32),
        made.establishments.save(an_establishment()),
        made.establishments.save(an_establishment(NAMUDHAJ)),
        made.establishments.save(an_establishment(TAJRIBA, struck_off_on="2026-11-01")),
        made.appoint(EMPLOYER.person_id, MITHAL),
        made.appoint(EMPLOYER.person_id, NAMUDHAJ),
        made.appoint(EMPLOYER.person_id, TAJRIBA),
        made.appoint(EMPLOYER.person_id, UNKNOWN),
    )
    for year in (2015, 2016, 2017):
        period = a_period(f"{year}-01-01", f"{year}-12-31", registered_at=f"{year}-01-02T00:00:00.000Z")
        before = made.accounts.state(PERSON, period.system)
        made.store(rules.post(before, period=period, rows=(), cause=a_cause()), before=before)
    return made


def page_of(
    register: Register, number: str = MITHAL.reveal(), *, limit: int = 2, after: str | None = None
) -> ContributorsPage:
    return list_contributors(
        number,
        limit=limit,
        after=after,
        by=EMPLOYER,
        establishments=register.establishments,
        accounts=register.accounts,
        people=register.people,
        cursors=CURSORS,
        clock=SystemClock(),
    )


def test_only_establishments_that_the_register_knows_and_that_stand_are_listed(register: Register) -> None:
    listed = list_my_establishments(by=EMPLOYER, establishments=register.establishments, clock=SystemClock())

    assert listed == [an_establishment(), an_establishment(NAMUDHAJ)]


def test_pages_together_are_the_periods_in_the_order_they_were_registered(register: Register) -> None:
    first = page_of(register)
    second = page_of(register, after=first.periods.next)

    found = [period.starts_on.year for page in (first, second) for period in page.periods.items]
    assert found == [2015, 2016, 2017]
    assert second.periods.next is None
    assert first.people == {PERSON: a_contributor()}


def test_a_cursor_serves_its_own_establishment_only(register: Register) -> None:
    cursor = page_of(register).periods.next

    with pytest.raises(Invalid) as refused:
        page_of(register, NAMUDHAJ.reveal(), after=cursor)

    assert refused.value.pointer == "/after"


@pytest.mark.parametrize("number", ["7000000003", "7000000009", "7000000004", "", "x"])
def test_anybody_elses_establishment_does_not_exist(register: Register, number: str) -> None:
    with pytest.raises(NotFound):
        page_of(register, number)
