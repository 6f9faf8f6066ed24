"""An event becomes a notice for each person it concerns: the contributor, those who act for the employer, or both.

A text says what happened, the reference, and who pays how much; it names nobody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from ishtirak.billing.model import Bill
from ishtirak.billing.ports import Bills
from ishtirak.eventlog.aggregate import AggregateKind
from ishtirak.eventlog.event import PublishedEvent
from ishtirak.kernel.clock import RIYADH, Clock, today
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.money import Halalas, format_riyals
from ishtirak.kernel.scope import Scope
from ishtirak.messages.notices import AUDIENCES, Audience, Notice, Notices
from ishtirak.messages.policy import policy_on
from ishtirak.register.ports import Establishments
from ishtirak.requests.model import SubmittedRequest, WaitOutcome
from ishtirak.requests.ports import Requests
from ishtirak.use_cases.acting import acting_people

_BILLED: Final = "RequestBilled"
_DECIDED: Final = "ReviewDecided"
_AMOUNT_OF: Final = {"BillPartlyPaid": "due_halalas"}
"""Which amount of an event about a bill its text says, where it is not what the event itself came to."""


def notify_people(
    event: PublishedEvent,
    *,
    requests: Requests,
    bills: Bills,
    establishments: Establishments,
    notices: Notices,
    clock: Clock,
) -> int:
    """Hand over a notice for each person to be told, and return how many; doing it again hands over the same ones.

    Nobody gets two of one event: a contributor who may act for the employer is told as the contributor. Of those who
    may act for an establishment the policy says how many are told. Raises `Unavailable` when another try may help, and
    `LookupError` for an event that has no audience: whoever subscribed to it owes one.
    """
    audiences = AUDIENCES[event.type]
    matter = _matter(event, requests=requests, bills=bills)
    told: dict[str, _Text] = {}
    for audience in audiences:
        if (text := matter.texts.get(audience)) is not None:
            for person_id in _people(audience, matter, establishments=establishments, clock=clock):
                told.setdefault(person_id, text)
    for employer, text in matter.other_employers:
        for person_id in _acting_for(employer, Scope.BILLS, establishments=establishments, clock=clock):
            told.setdefault(person_id, text)
    for person_id, text in told.items():
        notices.put(Notice(event_id=event.id, person_id=person_id, code=text.code, facts=text.facts))
    return len(told)


@dataclass(frozen=True)
class _Text:
    """Which text an audience gets, and what fills it."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Matter:
    """Whom an event is about, and what each side is told of it; a side without a text is told nothing."""

    contributor: str
    texts: Mapping[Audience, _Text]
    employer: EstablishmentNumber | None = None
    scope: Scope = Scope.BILLS
    """What somebody must be entitled to, to be told for the employer."""
    other_employers: tuple[tuple[EstablishmentNumber, _Text], ...] = ()
    """Those whose own bill followed from the event."""


def _people(
    audience: Audience, matter: _Matter, *, establishments: Establishments, clock: Clock
) -> Iterator[str]:
    if audience is Audience.CONTRIBUTOR:
        yield matter.contributor
    elif matter.employer is not None:
        yield from _acting_for(matter.employer, matter.scope, establishments=establishments, clock=clock)


def _acting_for(
    employer: EstablishmentNumber, scope: Scope, *, establishments: Establishments, clock: Clock
) -> Sequence[str]:
    """Those whose business it is when the message goes out: who was revoked since the event is told nothing."""
    return acting_people(
        employer,
        scope=scope,
        limit=policy_on(today(clock)).people_an_establishment,
        establishments=establishments,
        clock=clock,
    )


def _matter(event: PublishedEvent, *, requests: Requests, bills: Bills) -> _Matter:
    if event.aggregate.kind is AggregateKind.REQUEST:
        return _of_request(event, requests=requests, bills=bills)
    person_id = str(event.data["person_id"])
    if event.aggregate.kind is AggregateKind.DELEGATION:
        return _of_delegation(event, person_id=person_id)
    if "bill_reference" in event.data:
        return _of_bill(event, person_id=person_id)
    return _Matter(person_id, {Audience.CONTRIBUTOR: _Text(event.type)})


def _of_request(event: PublishedEvent, *, requests: Requests, bills: Bills) -> _Matter:
    request = requests.get(event.aggregate.key)
    if not isinstance(request, SubmittedRequest):
        return _Matter(request.owner, {Audience.CONTRIBUTOR: _Text(f"{event.type}_draft")})
    others: tuple[tuple[EstablishmentNumber, _Text], ...] = ()
    if event.type == _BILLED:
        texts = _billed(event, request, bills=bills)
        others = tuple(
            _billed_too(event, bill_id, bills=bills) for bill_id in event.data.get("other_bills", ())
        )
    elif event.type == _DECIDED:
        texts = _decided(event, request)
    else:
        facts: dict[str, str] = {"reference": request.reference}
        if "until" in event.data:
            facts["until"] = _written(_day(event.data["until"]))
        texts = {
            Audience.CONTRIBUTOR: _Text(event.type, facts),
            Audience.EMPLOYER: _Text(f"{event.type}_employer", facts),
        }
    return _Matter(
        request.owner,
        texts,
        employer=request.data.establishment,
        scope=Scope.BILLS if event.type == _BILLED else Scope.REPLY,
        other_employers=others,
    )


def _billed(event: PublishedEvent, request: SubmittedRequest, *, bills: Bills) -> Mapping[Audience, _Text]:
    """Both sides learn that the employer owes it (law art. 9): the worker by the request's reference, and the
    employer by the bill's, which is the one to pay under.
    """
    bill_id = event.data["bill_id"]
    if bill_id is None:
        return {Audience.CONTRIBUTOR: _Text(f"{event.type}_nothing_due", {"reference": request.reference})}
    amount = format_riyals(Halalas(event.data["total_halalas"]))
    reference = _stored(bill_id, bills=bills).reference
    return {
        Audience.CONTRIBUTOR: _Text(event.type, {"reference": request.reference, "amount": amount}),
        Audience.EMPLOYER: _Text(f"{event.type}_employer", {"reference": reference, "amount": amount}),
    }


def _billed_too(event: PublishedEvent, bill_id: str, *, bills: Bills) -> tuple[EstablishmentNumber, _Text]:
    """Another employer owes more, because the maximum is shared anew (regulation art. 19)."""
    bill = _stored(bill_id, bills=bills)
    facts = {"reference": bill.reference, "amount": format_riyals(Halalas(bill.total))}
    return bill.debtor, _Text(f"{event.type}_employer", facts)


def _stored(bill_id: str, *, bills: Bills) -> Bill:
    bill = bills.find(bill_id)
    if bill is None:
        raise LookupError(f"bill {bill_id} is stored with its event")
    return bill


def _decided(event: PublishedEvent, request: SubmittedRequest) -> Mapping[Audience, _Text]:
    """An approval, of the whole period or of a part. Another outcome has an event of its own, or none yet."""
    if event.data["outcome"] != WaitOutcome.APPROVED:
        return {}
    decision = next(each for each in request.decisions if each.at == event.at)
    data = request.data
    approved = (decision.approved_from or data.starts_on, decision.approved_to or data.ends_on)
    whole = [day.gregorian() for day in approved] == [data.starts_on.gregorian(), data.ends_on.gregorian()]
    code = event.type if whole else f"{event.type}_in_part"
    return {Audience.CONTRIBUTOR: _Text(code, {"reference": request.reference})}


def _of_delegation(event: PublishedEvent, *, person_id: str) -> _Matter:
    """The delegate, and those who may appoint for the establishment: who acts in its name is theirs to know."""
    texts = {
        Audience.CONTRIBUTOR: _Text(event.type),
        Audience.EMPLOYER: _Text(f"{event.type}_employer"),
    }
    employer = EstablishmentNumber(event.data["establishment"])
    return _Matter(person_id, texts, employer=employer, scope=Scope.APPOINT)


def _of_bill(event: PublishedEvent, *, person_id: str) -> _Matter:
    amount = event.data[_AMOUNT_OF.get(event.type, "amount_halalas")]
    facts = {"reference": str(event.data["bill_reference"]), "amount": format_riyals(Halalas(amount))}
    text = _Text(f"{event.type}_employer", facts)
    return _Matter(
        person_id, {Audience.EMPLOYER: text}, employer=EstablishmentNumber(event.data["establishment"])
    )


def _day(instant: str) -> date:
    return datetime.fromisoformat(instant).astimezone(RIYADH).date()


def _written(day: date) -> str:
    """With strokes: among Arabic letters they leave a date in its order, as hyphens would not (UAX 9)."""
    return day.strftime("%Y/%m/%d")
