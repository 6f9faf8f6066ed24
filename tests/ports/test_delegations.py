"""Delegations and who acts for whom, in memory and on the register's table alike."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from ishtirak.delegations import rules
from ishtirak.delegations.model import (
    Delegation,
    DelegationChange,
    DelegationState,
    PendingOffer,
    delegation_id,
)
from ishtirak.delegations.policy import policy_on
from ishtirak.delegations.rules import Appointer
from ishtirak.eventlog.event import Chain, next_event
from ishtirak.eventlog.verify import verify
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.scope import Scope
from ishtirak.register.mandates import Ground, Mandate, owners_mandate
from tests.fakes.delegations import terms
from tests.fakes.register import (
    MITHAL,
    NAMUDHAJ,
    NOW,
    OTHER_PERSON,
    PERSON,
    Register,
    a_period,
    an_establishment,
    in_memory_register,
    register_on,
    register_table,
)
from tests.functions.access_world import access_world

OWNER = "00000000-0000-4000-8000-000000000777"
FROM_NOW = terms(Scope.VIEW, Scope.REPLY, starts_on=NOW.date(), ends_on=date(2027, 1, 31))


@pytest.fixture(params=["memory", "dynamo"])
def register(request: pytest.FixtureRequest) -> Iterator[Register]:
    if request.param == "memory":
        yield in_memory_register()
        return
    with register_table() as table:
        yield register_on(table)


def offer(person_id: str = PERSON, number: EstablishmentNumber = MITHAL) -> DelegationChange:
    return rules.offer(
        number, person_id, FROM_NOW, by=OWNER, existing=None, at=NOW, policy=policy_on(NOW.date())
    )


def kept(register: Register, change: DelegationChange) -> Delegation:
    register.transaction.commit(register.delegations.save(change))
    return change.after


def mandates(register: Register, person_id: str = PERSON) -> list[Mandate]:
    return list(register.establishments.mandates_of(person_id))


def test_an_offer_is_found_by_person_and_by_establishment_and_gives_no_mandate(register: Register) -> None:
    offered = kept(register, offer())

    assert register.delegations.find(delegation_id(MITHAL, PERSON)) == offered
    assert list(register.delegations.of_person(PERSON)) == [offered]
    assert list(register.delegations.of_establishment(MITHAL, limit=9)) == [offered]
    assert mandates(register) == []
    assert list(register.establishments.mandates_for(MITHAL)) == []


def test_what_was_accepted_is_a_mandate_until_it_is_revoked(register: Register) -> None:
    accepted = kept(register, rules.accept(kept(register, offer()), by=PERSON, at=NOW))
    held = Mandate(
        person_id=PERSON,
        establishment=MITHAL,
        ground=Ground.DELEGATION,
        scopes=FROM_NOW.scopes,
        starts_on=FROM_NOW.starts_on,
        ends_on=FROM_NOW.ends_on,
    )

    assert mandates(register) == [held]
    assert list(register.establishments.mandates_for(MITHAL)) == [held]

    revoked = rules.revoke(accepted, by=Appointer(person_id=OWNER, scopes=Scope), at=NOW)
    kept(register, revoked)

    assert mandates(register) == []
    assert list(register.establishments.mandates_for(MITHAL)) == []
    assert [each.state for each in register.delegations.of_person(PERSON)] == [DelegationState.REVOKED]


def test_the_history_is_one_chain_through_offers_made_anew(register: Register) -> None:
    declined = kept(register, rules.decline(kept(register, offer()), by=PERSON, at=NOW))
    again = rules.offer(
        MITHAL,
        PERSON,
        FROM_NOW,
        by=OWNER,
        existing=declined,
        at=NOW + timedelta(days=1),
        policy=policy_on(NOW.date()),
    )
    kept(register, again)

    history = list(register.delegations.history(again.after.id))

    assert [event.type for event in history] == [
        "DelegationOffered",
        "DelegationDeclined",
        "DelegationOffered",
    ]
    assert verify(again.event.subject, history, standing=again.after.chain) is None


def test_of_two_first_offers_one_stands(register: Register) -> None:
    kept(register, offer())

    with pytest.raises(ChangedMeanwhile):
        kept(register, offer())

    assert len(register.delegations.history(delegation_id(MITHAL, PERSON))) == 1


def test_of_an_acceptance_and_a_revocation_read_together_one_stands(register: Register) -> None:
    offered = kept(register, offer())
    kept(register, rules.revoke(offered, by=Appointer(person_id=OWNER, scopes=Scope), at=NOW))

    with pytest.raises(ChangedMeanwhile):
        kept(register, rules.accept(offered, by=PERSON, at=NOW))

    assert mandates(register) == []


def test_those_who_act_for_an_establishment_are_listed_in_pages_by_person(register: Register) -> None:
    register.transaction.commit(
        register.appoint(OTHER_PERSON, MITHAL),
        register.appoint(PERSON, MITHAL),
        register.appoint(PERSON, NAMUDHAJ),
    )

    first = register.delegations.of_establishment(MITHAL, limit=1)
    rest = register.delegations.of_establishment(MITHAL, limit=9, after=first[0].id)

    assert [each.id for each in (*first, *rest)] == sorted(
        delegation_id(MITHAL, person_id) for person_id in (PERSON, OTHER_PERSON)
    )
    assert {each.person_id for each in register.establishments.mandates_for(MITHAL)} == {PERSON, OTHER_PERSON}
    assert [each.establishment for each in register.establishments.mandates_of(PERSON)] == [MITHAL, NAMUDHAJ]
    assert a_period().establishment == MITHAL
    assert list(register.accounts.periods_with(MITHAL, limit=9)) == []


def test_owners_have_a_mandate_for_as_long_as_the_registry_names_them(register: Register) -> None:
    owned = an_establishment(owners=(PERSON,), single_owner=PERSON)
    register.transaction.commit(register.establishments.save(owned))

    assert mandates(register) == [owners_mandate(PERSON, MITHAL)]

    event = next_event(
        "EstablishmentChanged",
        source="test",
        aggregate=owned.aggregate,
        chain=owned.chain,
        at=NOW,
        actor="test",
    )
    sold = owned.model_copy(
        update={"owners": (OTHER_PERSON,), "single_owner": OTHER_PERSON, "chain": Chain.after(event)}
    )
    register.transaction.commit(register.establishments.save(sold, before=owned, event=event))

    assert mandates(register) == []
    assert mandates(register, OTHER_PERSON) == [owners_mandate(OTHER_PERSON, MITHAL)]
    assert register.establishments.find(MITHAL) == sold
    assert register.events_of(owned.aggregate) == [event]


def test_an_establishment_changed_meanwhile_is_not_overwritten(register: Register) -> None:
    first = an_establishment()
    register.transaction.commit(register.establishments.save(first))
    event = next_event(
        "EstablishmentChanged", source="test", aggregate=first.aggregate, chain=first.chain, at=NOW, actor="t"
    )
    renamed = first.model_copy(update={"name_en": "Renamed", "chain": Chain.after(event)})
    register.transaction.commit(register.establishments.save(renamed, before=first, event=event))

    with pytest.raises(ChangedMeanwhile):
        register.transaction.commit(register.establishments.save(renamed, before=first))

    assert register.establishments.find(MITHAL) == renamed


def test_an_offer_under_way_is_kept_beside_its_challenge(monkeypatch: pytest.MonkeyPatch) -> None:
    from ishtirak.adapters.aws.delegation_table import PendingOfferTable
    from ishtirak.adapters.transaction import DynamoTransaction
    from tests.fakes.delegations import InMemoryPendingOffers
    from tests.fakes.otp import HandClock
    from tests.fakes.transaction import InMemoryTransaction

    offer = PendingOffer(challenge_id="challenge-1", establishment=MITHAL, person_id=PERSON, terms=FROM_NOW)
    other = PendingOffer(challenge_id="challenge-1", establishment=NAMUDHAJ, person_id=PERSON, terms=FROM_NOW)
    with access_world(monkeypatch) as world:
        for offers, transaction in (
            (PendingOfferTable(world.access, clock=HandClock()), DynamoTransaction()),
            (InMemoryPendingOffers(), InMemoryTransaction()),
        ):
            assert offers.find("challenge-1") is None
            transaction.commit(offers.begin(offer))
            with pytest.raises(ChangedMeanwhile):
                transaction.commit(offers.begin(other))
            assert offers.find("challenge-1") == offer


def test_tries_are_counted_by_subject_and_span_and_no_more_than_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from ishtirak.adapters.aws.tries_table import TriesTable

    hour, at = timedelta(hours=1), NOW.replace(minute=10)
    with access_world(monkeypatch) as world:
        tries = TriesTable(world.access)
        mine = [tries.spend("by/me", limit=3, span=hour, now=at) for _ in range(5)]
        another = tries.spend("by/another", limit=3, span=hour, now=at)
        later = tries.spend("by/me", limit=3, span=hour, now=at + hour)

    assert (mine, another, later) == ([True, True, True, False, False], True, True)


def test_a_mandate_that_is_there_already_is_not_written_over(register: Register) -> None:
    """An establishment read before it was enrolled, and enrolled by somebody else since."""
    register.transaction.commit(register.establishments.save(an_establishment(owners=(PERSON,))))

    with pytest.raises(ChangedMeanwhile):
        register.transaction.commit(register.establishments.save(an_establishment(owners=(OTHER_PERSON,))))

    assert mandates(register, OTHER_PERSON) == []
