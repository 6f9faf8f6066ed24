"""Who is told of an event, and what: the contributor, those who act for the employer, or both; each once."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest

from ishtirak.billing import decisions
from ishtirak.billing.lateness import bill_calculator
from ishtirak.edge.texts import LANGUAGES, SmsTexts
from ishtirak.eventlog.event import Event, PublishedEvent
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import Unavailable
from ishtirak.kernel.ids import stable_id
from ishtirak.kernel.money import Halalas, format_riyals
from ishtirak.messages.policy import policy_on
from ishtirak.requests import waits
from ishtirak.requests.model import Party, Request
from ishtirak.reviews import rules as review_rules
from ishtirak.use_cases.notify_people import notify_people
from tests.fakes import requests as cases
from tests.fakes.bills import ISSUED, SUPERVISOR, BilledAccount, a_bill, a_notice, grounds
from tests.fakes.messages import NoticesInMemory
from tests.fakes.register import MITHAL, NAMUDHAJ, a_period
from tests.fakes.requests import EMPLOYER, NOW, OWNER, REQUEST, StoppedClock
from tests.unit.use_cases.scene import Scene

EVENT_ID = "e0e0e0e0-0000-4000-8000-000000000001"
SECOND = "00000000-0000-4000-8000-000000000015"
THEIR_OFFICER = "00000000-0000-4000-8000-000000000016"
REFERENCE = cases.submitted().after.reference
OWED = "5400.00"


class Desk(Scene):
    """A submitted request, its employer with two who act for it, and the notices handed over."""

    def __init__(self) -> None:
        super().__init__()
        self.notices = NoticesInMemory()
        self.holds(cases.submitted().after)
        self.appoint(SECOND)

    def appoint(self, *people: str) -> None:
        for person_id in people:
            self.transaction.commit(self.register.appoint(person_id, MITHAL))

    def shows(self, request: Request) -> None:
        self.requests.kept[request.id] = request

    def hears(self, event: PublishedEvent | Event) -> int:
        published = PublishedEvent.model_validate(event, from_attributes=True)
        return notify_people(
            published,
            requests=self.requests,
            bills=self.register.bills,
            establishments=self.register.establishments,
            notices=self.notices,
            clock=StoppedClock(),
        )

    def hears_of(self, type: str, *, subject: str = f"request/{REQUEST}", **data: Any) -> int:
        return self.hears(
            PublishedEvent(
                id=EVENT_ID,
                type=type,
                subject=subject,
                seq=1,
                at="2026-11-22T09:00:00.000Z",
                actor="test",
                data=data,
            )
        )

    @property
    def told(self) -> dict[str, tuple[str, Mapping[str, str]]]:
        """Code and facts by person: of one event nobody has two, and every text finds its facts."""
        assert len({notice.person_id for notice in self.notices.kept}) == len(self.notices.kept)
        for language, notice in product(LANGUAGES, self.notices.kept):
            assert "—" not in SmsTexts().compose(language, notice.code, notice.facts)
        return {notice.person_id: (notice.code, notice.facts) for notice in self.notices.kept}

    def billed(self) -> None:
        """What the employer owes for the request's period."""
        bill = a_bill(reference="ISH-1448-00000000-0")
        BilledAccount(self.register, bill=bill)
        self.hears_of("RequestBilled", bill_id=bill.id, total_halalas=540_000)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_defect_12_a_bill_is_told_to_both_sides_and_it_is_the_employer_who_owes(desk: Desk) -> None:
    desk.billed()

    to_pay = ("RequestBilled_employer", {"reference": "ISH-1448-00000000-0", "amount": OWED})
    assert desk.told == {
        OWNER: ("RequestBilled", {"reference": REFERENCE, "amount": OWED}),
        EMPLOYER.person_id: to_pay,
        SECOND: to_pay,
    }


def test_defect_12_the_employer_is_told_of_a_claim_and_until_when_to_reply(desk: Desk) -> None:
    asked = cases.asked(cases.submitted().after, Party.EMPLOYER)

    desk.hears(asked.events[0])

    assert asked.after.wait is not None
    assert asked.after.wait.until[:10] == "2026-12-02"
    facts = {"reference": REFERENCE, "until": "2026/12/02"}
    assert desk.told == {
        OWNER: ("EmployerAsked", facts),
        EMPLOYER.person_id: ("EmployerAsked_employer", facts),
        SECOND: ("EmployerAsked_employer", facts),
    }


def test_both_sides_are_told_that_the_employers_time_has_passed(desk: Desk) -> None:
    silent = waits.record_timeout(
        cases.asked(cases.submitted().after, Party.EMPLOYER).after, Party.EMPLOYER, at=NOW
    )
    assert silent is not None

    desk.hears(silent.events[0])

    assert {person: code for person, (code, _) in desk.told.items()} == {
        OWNER: "EmployerStayedSilent",
        EMPLOYER.person_id: "EmployerStayedSilent_employer",
        SECOND: "EmployerStayedSilent_employer",
    }


def test_a_claimant_who_acts_for_the_employer_is_told_as_the_claimant_only(desk: Desk) -> None:
    desk.appoint(OWNER)

    desk.billed()

    assert desk.told[OWNER] == ("RequestBilled", {"reference": REFERENCE, "amount": OWED})
    assert len(desk.told) == 3


def test_nobody_who_acts_for_another_establishment_is_told(desk: Desk) -> None:
    desk.transaction.commit(desk.register.appoint(THEIR_OFFICER, NAMUDHAJ))

    desk.hears_of("EmployerAsked", until="2026-12-06T20:59:59.000Z")

    assert desk.told.keys() == {OWNER, EMPLOYER.person_id, SECOND}


def test_of_hundreds_who_act_for_an_establishment_as_many_are_told_as_the_policy_says(desk: Desk) -> None:
    desk.appoint(*(f"00000000-0000-4000-8000-1{place:011}" for place in range(300)))

    handed = desk.hears_of("EmployerAsked", until="2026-12-06T20:59:59.000Z")

    assert handed == len(desk.told) == 1 + policy_on(NOW.date()).people_an_establishment


def test_an_amendment_that_costs_nothing_more_is_no_bill_and_no_news_to_the_employer(desk: Desk) -> None:
    desk.hears_of("RequestBilled", bill_id=None, total_halalas=0)

    assert desk.told == {OWNER: ("RequestBilled_nothing_due", {"reference": REFERENCE})}


def test_another_employer_who_owes_more_now_is_told_of_their_own_bill(desk: Desk) -> None:
    """The maximum is shared anew, and they are billed in the same posting."""
    elsewhere = a_bill(a_period(establishment=NAMUDHAJ), reference="ISH-1448-00000001-0")
    desk.register.transaction.commit(
        desk.register.bills.save(issued=(elsewhere,)),
        desk.register.appoint(THEIR_OFFICER, NAMUDHAJ),
    )

    desk.hears_of("RequestBilled", bill_id=None, total_halalas=0, other_bills=[elsewhere.id])

    assert desk.told == {
        OWNER: ("RequestBilled_nothing_due", {"reference": REFERENCE}),
        THEIR_OFFICER: (
            "RequestBilled_employer",
            {"reference": "ISH-1448-00000001-0", "amount": format_riyals(Halalas(elsewhere.total))},
        ),
    }


def test_a_bill_that_is_not_there_is_not_told_as_nothing_due(desk: Desk) -> None:
    with pytest.raises(LookupError):
        desk.hears_of("RequestBilled", bill_id="no-such-bill", total_halalas=540_000)

    assert desk.told == {}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, "ReviewDecided"),
        ({"approved_from": "2025-01-01", "approved_to": "2025-03-31"}, "ReviewDecided"),
        ({"approved_from": "2025-02-01"}, "ReviewDecided_in_part"),
        ({"approved_to": "2025-02-28"}, "ReviewDecided_in_part"),
    ],
)
def test_an_approval_says_whether_it_is_of_the_whole_period(desk: Desk, changed: Any, code: str) -> None:
    days: dict[str, Any] = {name: CivilDate.parse(day) for name, day in changed.items()}
    given = cases.decision(**days)
    approved = review_rules.decide(
        cases.claimed(), given, by=cases.OFFICER, total_halalas=0, at=NOW, policy=cases.policy()
    )
    desk.shows(approved.after)

    desk.hears(approved.events[0])

    assert desk.told == {OWNER: (code, {"reference": REFERENCE})}


@pytest.mark.parametrize("outcome", ["NEEDS_SECOND", "RETURNED", "REJECTED"])
def test_a_decision_that_is_no_approval_is_told_by_the_event_that_follows(desk: Desk, outcome: str) -> None:
    assert desk.hears_of("ReviewDecided", outcome=outcome) == 0
    assert desk.told == {}


def test_a_returned_request_is_told_with_the_day_to_complete_it_by(desk: Desk) -> None:
    returned = cases.returned()

    desk.hears_of("RequestReturned", until=returned.wait.until if returned.wait else "")

    assert desk.told == {OWNER: ("RequestReturned", {"reference": REFERENCE, "until": "2026/12/02"})}


def test_a_draft_has_no_reference(desk: Desk) -> None:
    desk.shows(cases.drafted().after)

    desk.hears_of("RequestWithdrawn")

    assert desk.told == {OWNER: ("RequestWithdrawn_draft", {})}


@pytest.mark.parametrize("type", ["ContractRegistered", "ContractAmended", "ContractEnded", "ContractVoided"])
def test_what_a_contract_did_is_told_to_its_worker_alone(desk: Desk, type: str) -> None:
    desk.hears_of(
        type,
        subject=f"account/{OWNER}/SOCIAL_INSURANCE",
        person_id=OWNER,
        establishment=MITHAL.reveal(),
        contract_number="C-202611220001",
    )

    assert desk.told == {OWNER: (type, {})}


def waived(account: BilledAccount, percent: int, *, approved: bool | None = None) -> None:
    """A waiver; one of everything is by resolution of the Board, so it waits for a supervisor."""
    resolution = None if approved is None else "12/1448"
    given = grounds(board_resolution=resolution)
    state, calculator = account.state, bill_calculator()
    account.store(
        decisions.waive_fines(state, account.bill, percent=percent, grounds=given, calculator=calculator)
    )
    if approved is not None:
        answered(account, approved=approved)


def divided(account: BilledAccount, *, approved: bool) -> None:
    """A plan of three instalments, of a sum that needs a second person."""
    account.store(
        decisions.grant_instalments(
            account.state,
            account.bill,
            count=3,
            first_due_on=ISSUED + timedelta(days=5),
            guarantee="bank",
            grounds=grounds(),
            calculator=bill_calculator(),
        )
    )
    answered(account, approved=approved)


def extended(account: BilledAccount, *, approved: bool) -> None:
    account.store(
        decisions.extend_counting(
            account.state, account.bill, grounds=grounds(), calculator=bill_calculator()
        )
    )
    answered(account, approved=approved)


def answered(account: BilledAccount, *, approved: bool) -> None:
    assert account.bill.waiting is not None
    account.store(
        decisions.answer_decision(
            account.state,
            account.bill,
            account.bill.waiting.id,
            approved=approved,
            by=SUPERVISOR,
            at=account.clock.now(),
            calculator=bill_calculator(),
        )
    )


def paid(account: BilledAccount, amount: int) -> None:
    account.receive(a_notice(amount=amount))


@pytest.mark.parametrize(
    ("becomes", "type"),
    [
        (partial(waived, percent=10), "FineWaived"),
        (partial(waived, percent=100, approved=True), "FineWaived"),
        (partial(waived, percent=100, approved=False), "WaiverDeclined"),
        (partial(divided, approved=True), "InstalmentsGranted"),
        (partial(divided, approved=False), "InstalmentsDeclined"),
        (partial(extended, approved=True), "CountingExtended"),
        (partial(extended, approved=False), "ExtensionDeclined"),
        (partial(paid, amount=100_000), "BillPartlyPaid"),
        (partial(paid, amount=a_bill().total), "BillPaid"),
    ],
)
def test_defect_12_what_becomes_of_a_bill_is_told_to_those_who_act_for_its_debtor(
    desk: Desk, becomes: Callable[[BilledAccount], None], type: str
) -> None:
    account = BilledAccount(desk.register)
    due, total = bill_calculator().as_it_stands, account.bill.total

    becomes(account)

    happened = account.events[-1]
    amount = due(account.bill).due if type == "BillPartlyPaid" else happened.data["amount_halalas"]
    assert (happened.source, happened.type) == ("ishtirak.billing", type)
    assert desk.hears(happened) == 2
    assert set(desk.told.keys()) == {EMPLOYER.person_id, SECOND}
    code, facts = desk.told[EMPLOYER.person_id]
    assert code == f"{type}_employer"
    assert facts == {"reference": account.bill.reference, "amount": format_riyals(Halalas(amount))}
    assert 0 <= amount <= total


def test_somebody_handed_a_notice_before_the_queue_failed_gets_the_same_one_again(desk: Desk) -> None:
    desk.notices.durable = 2
    with pytest.raises(Unavailable):
        desk.hears_of("EmployerAsked", until="2026-12-06T20:59:59.000Z")
    handed = list(desk.notices.kept)
    desk.notices.durable = 1000

    desk.hears_of("EmployerAsked", until="2026-12-06T20:59:59.000Z")

    assert desk.notices.kept[2:4] == handed
    assert {notice.reference for notice in desk.notices.kept} == {
        stable_id("notice", EVENT_ID, person_id) for person_id in (OWNER, EMPLOYER.person_id, SECOND)
    }


def test_an_event_nobody_is_told_of_is_a_defect_of_whoever_subscribed(desk: Desk) -> None:
    with pytest.raises(LookupError):
        desk.hears_of("ReviewClaimed")
