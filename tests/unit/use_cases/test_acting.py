"""Whether somebody acts for an establishment at a moment, and in what."""

from datetime import date, timedelta

import pytest

from ishtirak.delegations import rules as delegations
from ishtirak.delegations.model import delegation_id
from ishtirak.delegations.rules import Appointer
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.errors import NotFound
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.scope import Scope
from ishtirak.use_cases.acting import acting_people, acts_for, may_act, require_acting
from ishtirak.use_cases.interests import InterestReader
from tests.fakes.delegations import terms
from tests.fakes.register import (
    MITHAL,
    NAMUDHAJ,
    OTHER_PERSON,
    PERSON,
    Register,
    an_establishment,
    in_memory_register,
)
from tests.fakes.requests import StoppedClock

OWNER = "00000000-0000-4000-8000-000000000777"
STRUCK_OFF = date(2026, 11, 21)


@pytest.fixture
def register() -> Register:
    made = in_memory_register()
    made.transaction.commit(
        made.establishments.save(an_establishment(owners=(OWNER,))),
        made.establishments.save(an_establishment(NAMUDHAJ, owners=(OWNER,), struck_off_on=STRUCK_OFF)),
        made.appoint(PERSON, MITHAL, terms=terms(Scope.REPLY)),
        made.appoint(PERSON, NAMUDHAJ),
    )
    return made


def of(person_id: str) -> Caller:
    return Caller(person_id, person_id, frozenset({Role.CONTRIBUTOR}))


def may(
    register: Register,
    person_id: str,
    scope: Scope,
    *,
    number: EstablishmentNumber = MITHAL,
    clock: StoppedClock | None = None,
) -> bool:
    return may_act(
        number,
        by=of(person_id),
        scope=scope,
        establishments=register.establishments,
        clock=clock or StoppedClock(),
    )


@pytest.mark.parametrize("scope", Scope)
def test_an_owner_does_everything_and_a_delegate_what_was_delegated(register: Register, scope: Scope) -> None:
    assert may(register, OWNER, scope)
    assert may(register, PERSON, scope) == (scope is Scope.REPLY)
    assert not may(register, OTHER_PERSON, scope)


@pytest.mark.parametrize("scope", Scope)
def test_nobody_acts_for_an_establishment_that_was_struck_off(register: Register, scope: Scope) -> None:
    assert not may(register, OWNER, scope, number=NAMUDHAJ)
    assert not may(register, PERSON, scope, number=NAMUDHAJ)
    with pytest.raises(NotFound):
        require_acting(
            NAMUDHAJ.reveal(),
            by=of(OWNER),
            scope=scope,
            establishments=register.establishments,
            clock=StoppedClock(),
        )


def test_a_delegation_holds_from_the_first_instant_of_its_first_day_to_the_last_of_its_last(
    register: Register,
) -> None:
    clock = StoppedClock()
    day = (clock.now() + timedelta(hours=3)).date()
    of_today = terms(Scope.BILLS, starts_on=day, ends_on=day)
    register.transaction.commit(register.appoint(OTHER_PERSON, MITHAL, terms=of_today))
    midnight = clock.now().replace(hour=21, minute=0, second=0, microsecond=0)
    seen = {}

    for name, moment in {
        "the evening before": midnight - timedelta(days=1, microseconds=1),
        "its first instant": midnight - timedelta(days=1),
        "its last": midnight - timedelta(microseconds=1),
        "the next day": midnight,
    }.items():
        clock.instant = moment
        seen[name] = may(register, OTHER_PERSON, Scope.BILLS, clock=clock)

    assert seen == {
        "the evening before": False,
        "its first instant": True,
        "its last": True,
        "the next day": False,
    }


def test_what_is_revoked_ends_at_once(register: Register) -> None:
    delegation = register.delegations.find(delegation_id(MITHAL, PERSON))
    assert delegation is not None

    revoked = delegations.revoke(
        delegation, by=Appointer(person_id=OWNER, scopes=Scope), at=StoppedClock().now()
    )
    register.transaction.commit(register.delegations.save(revoked))

    assert not may(register, PERSON, Scope.REPLY)


def test_the_people_of_a_scope_are_told_once_each_and_nobody_of_what_was_struck_off(
    register: Register,
) -> None:
    register.transaction.commit(register.appoint(OWNER, MITHAL))

    def people(number: EstablishmentNumber, scope: Scope, limit: int = 9) -> list[str]:
        return list(
            acting_people(
                number,
                scope=scope,
                limit=limit,
                establishments=register.establishments,
                clock=StoppedClock(),
            )
        )

    assert sorted(people(MITHAL, Scope.REPLY)) == [PERSON, OWNER]
    assert len(people(MITHAL, Scope.REPLY, limit=1)) == 1
    assert people(MITHAL, Scope.BILLS) == [OWNER]
    assert people(NAMUDHAJ, Scope.REPLY) == []
    assert people(EstablishmentNumber("7000000009"), Scope.REPLY) == []


def test_whoever_acts_in_any_scope_acts_for_it_and_is_a_party_to_it(register: Register) -> None:
    reader = InterestReader(
        establishments=register.establishments, accounts=register.accounts, clock=StoppedClock()
    )

    def listed(scope: Scope | None) -> list[EstablishmentNumber]:
        found = acts_for(PERSON, scope=scope, establishments=register.establishments, clock=StoppedClock())
        return [each.number for each in found]

    assert listed(None) == [MITHAL]
    assert listed(Scope.VIEW) == []
    assert set(reader.of(PERSON).acts_for) == {MITHAL, NAMUDHAJ}
