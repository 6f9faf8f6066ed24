"""What manage_delegations takes and gives over HTTP."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from pydantic import Field

from ishtirak.delegations.model import Delegation, DelegationState
from ishtirak.edge.http.call import Call
from ishtirak.edge.http.operation import get, post
from ishtirak.edge.http.reply import Reply
from ishtirak.edge.pagination import NextPage, PageQuery
from ishtirak.edge.texts import text
from ishtirak.edge.views.codes import CodeEntered, CodeIssued, code_issued_view
from ishtirak.edge.views.persons import RecognisedPerson
from ishtirak.eventlog.event import Event
from ishtirak.kernel.dates import CivilDate, Day
from ishtirak.kernel.identity import EstablishmentNumber, PersonNumber
from ishtirak.kernel.pages import Page
from ishtirak.kernel.scope import Scope
from ishtirak.kernel.value import Value
from ishtirak.use_cases.answer_delegation import MyDelegation
from ishtirak.use_cases.offer_delegation import BegunOffer, DelegationOfPerson

_OF_ESTABLISHMENT = "/v1/employer/establishments/<number>/delegations"
_MINE = "/v1/me/delegations"


class OfferWish(Value):
    """To whom a delegation is to be offered, and what it is to allow; days are those of the kingdom."""

    identity_number: PersonNumber
    birth_date: CivilDate = Field(description="As the identity card has it, in its calendar")
    scopes: frozenset[Scope] = Field(min_length=1, description="What the delegate may do")
    starts_on: Day = Field(description="First day, today or later")
    ends_on: Day | None = Field(
        default=None, description="Last day; without one it goes on until it is ended"
    )


class OfferBegun(CodeIssued):
    """The code goes to the appointer's own phone; nothing is offered before it is entered."""

    delegate: RecognisedPerson


class TermsView(Value):
    """What is delegated, and for how long."""

    scopes: tuple[Scope, ...]
    starts_on: date = Field(description="First day, Gregorian")
    ends_on: date | None = Field(description="Last day, Gregorian; null where it goes on until it is ended")


class DelegationView(Value):
    """A delegation (تفويض) as its establishment sees it."""

    delegation_id: str
    delegate: RecognisedPerson | None = Field(description="Null for somebody the register does not know")
    terms: TermsView
    state: DelegationState
    state_text: str
    is_live: bool = Field(description="Accepted and not over, or offered and still to be answered")
    offered_at: datetime
    answer_by: datetime = Field(description="Until when an offer may be answered")


class DelegationList(Value):
    """One page of everything the establishment ever delegated."""

    delegations: tuple[DelegationView, ...]
    next: NextPage


class DelegationEntry(Value):
    """One thing that happened to a delegation."""

    type: str
    text: str
    at: datetime
    by_delegate: bool = Field(description="Whether the delegate did it, or somebody for the establishment")


class DelegationHistory(Value):
    """In the order in which it happened."""

    entries: tuple[DelegationEntry, ...]


class MyDelegationView(Value):
    """A delegation as its delegate sees it."""

    delegation_id: str
    establishment: EstablishmentNumber
    name_ar: str
    name_en: str
    terms: TermsView
    state: DelegationState
    state_text: str
    is_live: bool = Field(description="Accepted and not over, or offered and still to be answered")
    answer_by: datetime = Field(description="Until when an offer may be answered")


class MyDelegations(Value):
    """In the order of the establishments' numbers."""

    delegations: tuple[MyDelegationView, ...]


BEGIN_OFFER = post(
    f"{_OF_ESTABLISHMENT}/offers",
    summary="Begin to offer a delegation",
    description="Verifies the person and sends a code to the appointer's own phone. Five tries an hour.",
    takes=OfferWish,
    gives=OfferBegun,
    status=202,
    refusals=(429,),
)
OFFER_DELEGATION = post(
    _OF_ESTABLISHMENT,
    summary="Offer the delegation, with the code",
    takes=CodeEntered,
    gives=DelegationView,
    status=201,
)
LIST_DELEGATIONS = get(
    _OF_ESTABLISHMENT,
    summary="Delegations of an establishment",
    gives=DelegationList,
    query=PageQuery,
)
READ_DELEGATION_HISTORY = get(
    f"{_OF_ESTABLISHMENT}/<delegation_id>/history",
    summary="What happened to a delegation",
    gives=DelegationHistory,
)
REVOKE_DELEGATION = post(
    f"{_OF_ESTABLISHMENT}/<delegation_id>/revocation",
    summary="Take a delegation or an offer back",
    description="From the next call on the delegate does nothing for the establishment.",
    gives=DelegationView,
)
LIST_MY_DELEGATIONS = get(_MINE, summary="Delegated to me", gives=MyDelegations)
ACCEPT_DELEGATION = post(
    f"{_MINE}/<delegation_id>/acceptance",
    summary="Accept a delegation",
    gives=MyDelegationView,
)
DECLINE_DELEGATION = post(
    f"{_MINE}/<delegation_id>/refusal",
    summary="Decline a delegation",
    gives=MyDelegationView,
)
RESIGN_DELEGATION = post(
    f"{_MINE}/<delegation_id>/resignation",
    summary="Give a delegation up",
    gives=MyDelegationView,
)


def begun(offer: BegunOffer, call: Call[Any]) -> Reply[OfferBegun]:
    issued = code_issued_view(offer.opened)
    return Reply(OfferBegun(**dict(issued), delegate=RecognisedPerson.of(offer.delegate)))


def delegation(found: DelegationOfPerson, call: Call[Any]) -> Reply[DelegationView]:
    return Reply(_view(found, call.language), etag=found.delegation.revision)


def delegations(page: Page[DelegationOfPerson], call: Call[Any]) -> Reply[DelegationList]:
    found = tuple(_view(each, call.language) for each in page.items)
    return Reply(DelegationList(delegations=found, next=page.next))


def history(events: Sequence[Event], call: Call[Any]) -> Reply[DelegationHistory]:
    """Nobody is named in it, only the side they acted for."""
    entries = tuple(
        DelegationEntry(
            type=event.type,
            text=text(call.language, "delegation_events", event.type),
            at=datetime.fromisoformat(event.at),
            by_delegate=event.actor == event.data["person_id"],
        )
        for event in events
    )
    return Reply(DelegationHistory(entries=entries))


def my_delegation(found: MyDelegation, call: Call[Any]) -> Reply[MyDelegationView]:
    return Reply(_mine(found, call.language), etag=found.delegation.revision)


def my_delegations(found: Sequence[MyDelegation], call: Call[Any]) -> Reply[MyDelegations]:
    return Reply(MyDelegations(delegations=tuple(_mine(each, call.language) for each in found)))


def _view(found: DelegationOfPerson, language: str) -> DelegationView:
    one = found.delegation
    return DelegationView(
        delegation_id=one.id,
        delegate=RecognisedPerson.of(found.delegate) if found.delegate else None,
        terms=_terms(one),
        state=one.state,
        state_text=text(language, "delegation_states", one.state.value),
        is_live=found.is_live,
        offered_at=one.offered_at,
        answer_by=one.open_until,
    )


def _mine(found: MyDelegation, language: str) -> MyDelegationView:
    one, establishment = found.delegation, found.establishment
    return MyDelegationView(
        delegation_id=one.id,
        establishment=one.establishment,
        name_ar=establishment.name_ar if establishment else "—",
        name_en=establishment.name_en if establishment else "—",
        terms=_terms(one),
        state=one.state,
        state_text=text(language, "delegation_states", one.state.value),
        is_live=found.is_live,
        answer_by=one.open_until,
    )


def _terms(one: Delegation) -> TermsView:
    scopes = tuple(scope for scope in Scope if scope in one.terms.scopes)
    return TermsView(scopes=scopes, starts_on=one.terms.starts_on, ends_on=one.terms.ends_on)
