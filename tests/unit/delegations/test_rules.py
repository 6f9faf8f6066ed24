"""Who may delegate what to whom, and how a delegation goes on."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishtirak.delegations import rules
from ishtirak.delegations.model import Delegation, DelegationChange, DelegationState, Terms, delegation_id
from ishtirak.delegations.policy import policy_on
from ishtirak.delegations.refusals import (
    AlreadyDelegated,
    DelegationOver,
    OfferNotOpen,
    OwnerNeedsNone,
    ScopeNotHeld,
    SelfAppointment,
)
from ishtirak.delegations.rules import Appointer
from ishtirak.kernel.errors import DomainError, Invalid, NotFound
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.scope import Scope
from tests.fakes.delegations import terms
from tests.fakes.register import MITHAL, NAMUDHAJ, NOW, OTHER_PERSON, PERSON

OWNER = Appointer(person_id="00000000-0000-4000-8000-000000000777", scopes=Scope)
DELEGATE = Appointer(
    person_id=OTHER_PERSON, scopes=frozenset({Scope.APPOINT, Scope.VIEW}), until=date(2027, 6, 30)
)
POLICY = policy_on(NOW.date())
TODAY = NOW.date()
THIS_YEAR = terms(Scope.VIEW, starts_on=TODAY, ends_on=date(2026, 12, 31))


def offered(
    given_terms: Terms = THIS_YEAR,
    *,
    number: EstablishmentNumber = MITHAL,
    existing: Delegation | None = None,
) -> Delegation:
    return rules.offer(
        number, PERSON, given_terms, by=OWNER.person_id, existing=existing, at=NOW, policy=POLICY
    ).after


def accepted() -> Delegation:
    return rules.accept(offered(), by=PERSON, at=NOW).after


def check(
    given_terms: Terms = THIS_YEAR,
    *,
    person_id: str = PERSON,
    by: Appointer = OWNER,
    existing: Delegation | None = None,
) -> None:
    rules.check_appointment(
        person_id, given_terms, by=by, owners={OWNER.person_id}, existing=existing, at=NOW
    )


def test_an_offer_is_open_as_long_as_the_policy_says_and_names_its_terms_in_the_event() -> None:
    change = rules.offer(MITHAL, PERSON, THIS_YEAR, by=OWNER.person_id, existing=None, at=NOW, policy=POLICY)

    assert change.after.open_until == NOW + timedelta(days=POLICY.offer_days)
    assert (change.event.type, change.event.actor, change.after.revision) == (
        "DelegationOffered",
        OWNER.person_id,
        1,
    )
    assert change.event.data == {
        "person_id": PERSON,
        "establishment": MITHAL.reveal(),
        "offered_by": OWNER.person_id,
        "scopes": ["VIEW"],
        "starts_on": TODAY.isoformat(),
        "ends_on": "2026-12-31",
    }


@pytest.mark.parametrize(
    ("bad", "pointer"),
    [
        (Terms(scopes=frozenset(), starts_on=TODAY), "/scopes"),
        (terms(starts_on=TODAY - timedelta(days=1)), "/starts_on"),
        (terms(starts_on=TODAY + timedelta(days=POLICY.start_ahead_days + 1)), "/starts_on"),
        (terms(starts_on=TODAY, ends_on=TODAY - timedelta(days=1)), "/ends_on"),
    ],
    ids=["no scope", "yesterday", "too far ahead", "ends before it begins"],
)
def test_terms_that_make_no_sense_are_refused_by_field(bad: Terms, pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_terms(bad, at=NOW, policy=POLICY)

    assert refused.value.pointer == pointer


def test_terms_of_today_alone_are_accepted() -> None:
    rules.check_terms(terms(starts_on=TODAY, ends_on=TODAY), at=NOW, policy=POLICY)


@pytest.mark.parametrize(
    ("attempt", "refusal"),
    [
        (lambda: check(person_id=OWNER.person_id), SelfAppointment),
        (lambda: check(person_id=DELEGATE.person_id, by=DELEGATE), SelfAppointment),
        (lambda: check(terms(Scope.REPLY, ends_on=TODAY), by=DELEGATE), ScopeNotHeld),
        (lambda: check(terms(Scope.VIEW, ends_on=date(2027, 7, 1)), by=DELEGATE), ScopeNotHeld),
        (lambda: check(terms(Scope.VIEW, ends_on=None), by=DELEGATE), ScopeNotHeld),
        (
            lambda: check(by=Appointer(person_id=OTHER_PERSON, scopes={Scope.VIEW})),
            ScopeNotHeld,
        ),
        (lambda: check(person_id=OWNER.person_id, by=DELEGATE), OwnerNeedsNone),
        (lambda: check(existing=offered()), AlreadyDelegated),
        (lambda: check(existing=accepted()), AlreadyDelegated),
    ],
    ids=[
        "an owner to themselves",
        "a delegate to themselves",
        "a scope the delegate lacks",
        "a day beyond the delegate's own",
        "for ever, by a delegate for a time",
        "without the scope of appointing",
        "to an owner",
        "while an offer is open",
        "while one is accepted",
    ],
)
def test_nobody_is_appointed_beyond_what_the_appointer_holds(
    attempt: Callable[[], None], refusal: type[DomainError]
) -> None:
    with pytest.raises(refusal):
        attempt()


def test_a_delegate_passes_on_what_they_hold_until_their_own_last_day() -> None:
    check(terms(Scope.VIEW, Scope.APPOINT, ends_on=date(2027, 6, 30)), by=DELEGATE)


@pytest.mark.parametrize(
    "ended",
    [
        lambda: rules.decline(offered(), by=PERSON, at=NOW).after,
        lambda: rules.revoke(offered(), by=OWNER, at=NOW).after,
        lambda: rules.revoke(accepted(), by=OWNER, at=NOW).after,
        lambda: rules.resign(accepted(), by=PERSON, at=NOW).after,
        lambda: offered().model_copy(update={"open_until": NOW - timedelta(microseconds=1)}),
        lambda: accepted().model_copy(update={"terms": terms(Scope.VIEW, ends_on=TODAY - timedelta(days=1))}),
    ],
    ids=["declined", "withdrawn", "revoked", "given up", "not answered in time", "over by its last day"],
)
def test_what_ended_may_be_offered_anew_on_the_same_chain(ended: Callable[[], Delegation]) -> None:
    before = ended()

    check(existing=before)
    again = offered(existing=before)

    assert (again.state, again.revision) == (DelegationState.OFFERED, before.revision + 1)
    assert again.id == delegation_id(MITHAL, PERSON)


def test_an_offer_is_accepted_to_its_last_moment_by_whom_it_was_made_to() -> None:
    change = rules.accept(offered(), by=PERSON, at=offered().open_until)

    assert (change.after.state, change.event.type, change.event.actor) == (
        DelegationState.ACCEPTED,
        "DelegationAccepted",
        PERSON,
    )


@pytest.mark.parametrize("answer", [rules.accept, rules.decline])
@pytest.mark.parametrize(
    "state", [state for state in DelegationState if state is not DelegationState.OFFERED]
)
def test_an_offer_is_answered_once(answer: Callable[..., DelegationChange], state: DelegationState) -> None:
    with pytest.raises(OfferNotOpen):
        answer(offered().model_copy(update={"state": state}), by=PERSON, at=NOW)


@pytest.mark.parametrize("answer", [rules.accept, rules.decline])
def test_an_offer_is_not_answered_too_late(answer: Callable[..., DelegationChange]) -> None:
    with pytest.raises(OfferNotOpen):
        answer(offered(), by=PERSON, at=offered().open_until + timedelta(microseconds=1))


def test_an_offer_whose_last_day_is_over_is_not_accepted() -> None:
    for_today = offered(terms(Scope.VIEW, starts_on=TODAY, ends_on=TODAY))

    with pytest.raises(OfferNotOpen):
        rules.accept(for_today, by=PERSON, at=NOW + timedelta(days=1))


@pytest.mark.parametrize("act", [rules.accept, rules.decline, rules.resign])
def test_nobody_answers_or_gives_up_what_was_offered_to_another(
    act: Callable[..., DelegationChange],
) -> None:
    with pytest.raises(NotFound):
        act(offered(), by=OTHER_PERSON, at=NOW)


@pytest.mark.parametrize("state", [DelegationState.DECLINED, DelegationState.REVOKED, DelegationState.ENDED])
def test_what_is_over_is_neither_revoked_nor_given_up(state: DelegationState) -> None:
    over = offered().model_copy(update={"state": state})

    with pytest.raises(DelegationOver):
        rules.revoke(over, by=OWNER, at=NOW)
    with pytest.raises(DelegationOver):
        rules.resign(over, by=PERSON, at=NOW)


def test_a_delegate_revokes_what_they_hold_and_nothing_else() -> None:
    beyond = offered(terms(Scope.VIEW, Scope.BILLS, starts_on=TODAY))

    assert rules.revoke(accepted(), by=DELEGATE, at=NOW).after.state is DelegationState.REVOKED
    with pytest.raises(ScopeNotHeld):
        rules.revoke(beyond, by=DELEGATE, at=NOW)


def test_nobody_revokes_their_own_instead_of_giving_it_up() -> None:
    with pytest.raises(SelfAppointment):
        rules.revoke(accepted(), by=Appointer(person_id=PERSON, scopes=Scope), at=NOW)


SCOPES = st.frozensets(st.sampled_from(Scope), min_size=1)
DAYS = st.dates(date(2026, 11, 22), date(2030, 1, 1))


@given(SCOPES, DAYS, st.none() | DAYS, SCOPES, DAYS, st.none() | DAYS)
def test_two_offers_have_one_code_only_when_every_term_is_the_same(
    scopes: frozenset[Scope],
    starts_on: date,
    ends_on: date | None,
    other_scopes: frozenset[Scope],
    other_starts_on: date,
    other_ends_on: date | None,
) -> None:
    one = Terms(scopes=scopes, starts_on=starts_on, ends_on=ends_on)
    other = Terms(scopes=other_scopes, starts_on=other_starts_on, ends_on=other_ends_on)

    same = rules.offer_digest(MITHAL, PERSON, one) == rules.offer_digest(MITHAL, PERSON, other)

    assert same == (one == other)
    assert rules.offer_digest(MITHAL, PERSON, one) != rules.offer_digest(NAMUDHAJ, PERSON, one)
    assert rules.offer_digest(MITHAL, PERSON, one) != rules.offer_digest(MITHAL, OTHER_PERSON, one)


@given(SCOPES, st.none() | DAYS, SCOPES, st.none() | DAYS)
def test_a_chain_of_appointments_never_grows_beyond_its_first_link(
    held: frozenset[Scope], until: date | None, asked: frozenset[Scope], ends_on: date | None
) -> None:
    by = Appointer(person_id=OTHER_PERSON, scopes=held, until=until)
    wanted = Terms(scopes=asked, starts_on=TODAY, ends_on=ends_on)

    try:
        check(wanted, by=by)
    except ScopeNotHeld:
        return

    assert asked <= held
    assert Scope.APPOINT in held
    assert until is None or (ends_on is not None and ends_on <= until)
