"""Delegations, on ports in memory: offered, answered and ended, and what two acts at once come to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from ishtirak.delegations.model import Delegation, DelegationState, delegation_id
from ishtirak.delegations.refusals import (
    AlreadyDelegated,
    DelegationOver,
    OfferNotOpen,
    PersonNotVerified,
    ScopeNotHeld,
    SelfAppointment,
)
from ishtirak.kernel.caller import Caller, Role
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import DomainError, NotFound, Unavailable
from ishtirak.kernel.identity import IdentityNumber
from ishtirak.kernel.scope import Scope
from ishtirak.otp.rules import CodeNotAccepted
from ishtirak.use_cases.answer_delegation import (
    accept_delegation,
    decline_delegation,
    list_my_delegations,
    resign_delegation,
)
from ishtirak.use_cases.manage_delegations import list_delegations, read_delegation_history, revoke_delegation
from ishtirak.use_cases.offer_delegation import BegunOffer, begin_offer, offer_delegation
from ishtirak.use_cases.send_code import code_of
from ishtirak.use_cases.verify_person import PersonVerifier
from tests.fakes.contracts import PlainFingerprints
from tests.fakes.cursors import PlainCursors
from tests.fakes.delegations import InMemoryPendingOffers, terms
from tests.fakes.directory import InMemoryDirectory, a_person
from tests.fakes.messages import BudgetsInMemory
from tests.fakes.otp import HandClock, InMemoryChallenges, KnownMac
from tests.fakes.phones import no_phones
from tests.fakes.register import (
    MITHAL,
    NAMUDHAJ,
    OTHER_PERSON,
    PERSON,
    a_contributor,
    an_establishment,
    in_memory_register,
)
from tests.fakes.sessions import PlainEncryption

OWNER = "00000000-0000-4000-8000-000000000777"
BORN = CivilDate.parse("2001-05-20")
NUMBER = IdentityNumber("1000000016")


@dataclass
class Tries:
    """The `VerificationTries` port on a dictionary."""

    spent: dict[tuple[str, int], int] = field(default_factory=dict)

    def spend(self, subject: str, *, limit: int, span: timedelta, now: datetime) -> bool:
        key = (subject, int(now.timestamp() // span.total_seconds()))
        self.spent[key] = self.spent.get(key, 0) + 1
        return self.spent[key] <= limit


class Office:
    """An establishment with an owner and a delegate who may appoint; `PERSON` is whom offers are for."""

    def __init__(self) -> None:
        self.clock, self.register = HandClock(), in_memory_register()
        self.challenges, self.mac = InMemoryChallenges(), KnownMac()
        self.directory, self.offers = InMemoryDirectory([a_person(NUMBER.reveal())]), InMemoryPendingOffers()
        self.tries = Tries()
        register = self.register
        register.transaction.commit(
            register.people.save(a_contributor(), fingerprint=PlainFingerprints().of(NUMBER)),
            register.establishments.save(an_establishment(MITHAL, owners=(OWNER,))),
            register.establishments.save(an_establishment(NAMUDHAJ)),
            register.appoint(OTHER_PERSON, MITHAL, terms=terms(Scope.APPOINT, Scope.VIEW)),
        )

    @property
    def acting(self) -> dict[str, Any]:
        return {
            "establishments": self.register.establishments,
            "delegations": self.register.delegations,
            "clock": self.clock,
        }

    @property
    def writing(self) -> dict[str, Any]:
        return {**self.acting, "transaction": self.register.transaction}

    @property
    def offering(self) -> dict[str, Any]:
        return {
            **self.writing,
            "offers": self.offers,
            "people": self.register.people,
            "challenges": self.challenges,
            "mac": self.mac,
        }

    def begin(self, *scopes: Scope, by: str = OWNER, **changed: Any) -> BegunOffer:
        verifier = PersonVerifier(
            people=self.register.people,
            directory=self.directory,
            fingerprints=PlainFingerprints(),
            encryption=PlainEncryption(),
            tries=self.tries,
            clock=self.clock,
        )
        asked: dict[str, Any] = {
            "identity_number": NUMBER,
            "birth_date": BORN,
            "scopes": frozenset(scopes or {Scope.VIEW}),
            "starts_on": self.clock.now().date(),
        }
        return begin_offer(
            MITHAL.reveal(),
            by=of(by),
            source_address=None,
            verifier=verifier,
            budgets=BudgetsInMemory(),
            **(asked | changed),
            **self.offering,
        )

    def confirm(self, begun: BegunOffer, *, by: str = OWNER, number: str = MITHAL.reveal()) -> Delegation:
        challenge = self.challenges.find(begun.opened.challenge_id)
        assert challenge is not None
        return offer_delegation(
            number,
            challenge_id=challenge.id,
            code=code_of(challenge, mac=self.mac),
            by=of(by),
            phones=no_phones(),
            **self.offering,
        ).delegation

    def offered(self, *scopes: Scope, by: str = OWNER) -> Delegation:
        made = self.confirm(self.begin(*scopes, by=by), by=by)
        self.clock.pass_seconds(61)
        return made

    def accepted(self, *scopes: Scope) -> Delegation:
        return accept_delegation(self.offered(*scopes).id, by=of(PERSON), **self.writing).delegation

    def revoke(self, delegation: Delegation, *, by: str = OWNER, number: str = MITHAL.reveal()) -> Delegation:
        return revoke_delegation(
            number, delegation.id, by=of(by), people=self.register.people, **self.writing
        ).delegation

    def scopes(self, person_id: str = PERSON) -> set[Scope]:
        held = self.register.establishments.mandates_of(person_id)
        return {scope for mandate in held for scope in mandate.scopes}


def of(person_id: str) -> Caller:
    return Caller(person_id, person_id, frozenset({Role.CONTRIBUTOR}))


@pytest.fixture
def office() -> Office:
    return Office()


def test_what_was_offered_and_accepted_is_listed_on_both_sides(office: Office) -> None:
    accepted = office.accepted(Scope.VIEW, Scope.BILLS)

    page = list_delegations(
        MITHAL.reveal(),
        limit=9,
        after=None,
        by=of(OWNER),
        people=office.register.people,
        cursors=PlainCursors(),
        **office.acting,
    )
    mine = list_my_delegations(by=of(PERSON), **office.acting)

    assert {each.delegation.id: each.is_live for each in page.items}[accepted.id]
    assert [(each.delegation, each.is_live) for each in mine] == [(accepted, True)]
    assert office.scopes() == {Scope.VIEW, Scope.BILLS}


def test_the_history_is_the_establishments_own(office: Office) -> None:
    delegation = office.accepted()

    events = read_delegation_history(MITHAL.reveal(), delegation.id, by=of(OWNER), **office.acting)

    assert [event.type for event in events] == ["DelegationOffered", "DelegationAccepted"]
    office.register.transaction.commit(office.register.appoint(OWNER, NAMUDHAJ))
    with pytest.raises(NotFound):
        read_delegation_history(NAMUDHAJ.reveal(), delegation.id, by=of(OWNER), **office.acting)
    with pytest.raises(NotFound):
        office.revoke(delegation, number=NAMUDHAJ.reveal())


def test_a_wrong_birth_date_is_refused_and_a_directory_that_is_down_is_no_refusal(office: Office) -> None:
    with pytest.raises(PersonNotVerified):
        office.begin(birth_date=CivilDate.parse("2001-05-21"))
    office.directory.down = True
    with pytest.raises(Unavailable):
        office.begin()

    assert list(office.tries.spent.values()) == [2, 2]
    assert office.offers.kept == {}


def test_somebody_the_register_does_not_know_becomes_known_with_the_offer(office: Office) -> None:
    newcomer = IdentityNumber("1000000024")
    office.directory = InMemoryDirectory([a_person(newcomer.reveal())])

    begun = office.begin(identity_number=newcomer)

    assert office.register.people.id_of(PlainFingerprints().of(newcomer)) == begun.delegate.person_id
    assert office.confirm(begun).person_id == begun.delegate.person_id


def test_a_code_is_the_appointers_own(office: Office) -> None:
    begun = office.begin()

    with pytest.raises(CodeNotAccepted):
        office.confirm(begun, by=OTHER_PERSON)


def test_what_the_appointer_lost_since_is_not_offered(office: Office) -> None:
    begun = office.begin(Scope.VIEW, by=OTHER_PERSON, ends_on=None)
    held = office.register.delegations.find(delegation_id(MITHAL, OTHER_PERSON))
    assert held is not None

    office.revoke(held)

    with pytest.raises(NotFound):
        office.confirm(begun, by=OTHER_PERSON)


def test_a_delegate_gives_no_scope_they_lack_and_not_to_themselves(office: Office) -> None:
    with pytest.raises(ScopeNotHeld):
        office.begin(Scope.BILLS, by=OTHER_PERSON)
    office.accepted(Scope.APPOINT)
    with pytest.raises(SelfAppointment):
        office.begin(Scope.APPOINT, by=PERSON)


def test_an_offer_left_too_long_is_over_for_both_sides(office: Office) -> None:
    offered = office.offered()
    office.clock.moment = offered.open_until + timedelta(seconds=1)

    with pytest.raises(OfferNotOpen):
        accept_delegation(offered.id, by=of(PERSON), **office.writing)
    [mine] = list_my_delegations(by=of(PERSON), **office.acting)
    assert not mine.is_live
    assert office.offered().state is DelegationState.OFFERED


def test_what_is_resigned_is_over(office: Office) -> None:
    delegation = office.accepted()

    ended = resign_delegation(delegation.id, by=of(PERSON), **office.writing).delegation

    assert (ended.state, office.scopes()) == (DelegationState.ENDED, set())
    with pytest.raises(DelegationOver):
        office.revoke(ended)
    with pytest.raises(NotFound):
        resign_delegation(OWNER, by=of(PERSON), **office.writing)


def test_of_two_offers_begun_together_one_is_made(office: Office) -> None:
    begun = [office.begin(Scope.VIEW), office.begin(Scope.VIEW, Scope.BILLS, by=second_owner(office))]

    first = office.confirm(begun[0])
    with pytest.raises(AlreadyDelegated):
        office.confirm(begun[1], by=second_owner(office))

    assert office.register.delegations.find(first.id) == first


def second_owner(office: Office) -> str:
    """A second owner, so that each has a code of their own."""
    second = "00000000-0000-4000-8000-000000000779"
    before = office.register.establishments.find(MITHAL)
    assert before is not None
    if second not in before.owners:
        after = before.model_copy(update={"owners": (*before.owners, second)})
        office.register.transaction.commit(office.register.establishments.save(after, before=before))
    return second


def _outcomes(acts: Sequence[Callable[[], Delegation]]) -> list[str]:
    found = []
    for act in acts:
        try:
            found.append(act().state.value)
        except DomainError as refused:
            found.append(refused.code)
    return found


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_an_offer_is_accepted_declined_and_revoked_one_end_stands(
    office: Office, order: tuple[int, ...]
) -> None:
    offered = office.offered()
    acts = [
        lambda: accept_delegation(offered.id, by=of(PERSON), **office.writing).delegation,
        lambda: decline_delegation(offered.id, by=of(PERSON), **office.writing).delegation,
        lambda: office.revoke(offered),
    ]

    outcomes = _outcomes([acts[place] for place in order])
    final = office.register.delegations.find(offered.id)

    assert final is not None
    assert final.state.value == [each for each in outcomes if each.isupper()][-1]
    assert (office.scopes() != set()) == (final.state is DelegationState.ACCEPTED)
    history = office.register.delegations.history(offered.id)
    assert len(history) == 1 + sum(each.isupper() for each in outcomes)
