"""post_period: period, ledger entry, bill and the request's own state, together and once."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.post_period.handler import build
from functions.post_period.settings import Settings
from ishtirak.adapters.aws.account_table import AccountTable
from ishtirak.eventlog.event import Chain
from ishtirak.kernel.dates import CivilDate
from ishtirak.kernel.errors import ChangedMeanwhile
from ishtirak.kernel.insurance import System
from ishtirak.kernel.months import Month
from ishtirak.register.refusals import PeriodOverlaps
from ishtirak.register.rules import post
from ishtirak.requests import refusals, rules
from ishtirak.requests.model import Request, RequestKind, RequestState
from ishtirak.reviews import rules as review_rules
from ishtirak.statute.refusals import RuleRefused
from tests.fakes.register import a_cause, a_period
from tests.fakes.requests import (
    NOW,
    OFFICER,
    OTHER_REQUEST,
    OWNER,
    REQUEST,
    claimed,
    decided,
    decision,
    period_data,
    policy,
    submitted,
)
from tests.fakes.residency import InMemoryResidency
from tests.functions.access_world import World
from tests.functions.events import context, sample
from tests.functions.scene import Killed, Scene, dying

SOCIAL = System.SOCIAL_INSURANCE


class Posting(Scene):
    def __init__(self, cloud: World) -> None:
        super().__init__(cloud)
        settings = Settings(
            requests_table=cloud.requests,
            register_table=cloud.register,
            data_key_arn=cloud.data_key,
            jawazat_secret_arn="arn:jawazat",
        )
        self.residency = InMemoryResidency()
        self.step = build(settings, clock=self.clock, residency=self.residency)

    def post(self, request_id: str = REQUEST) -> Any:
        return self.step({"execution": request_id, "request_id": request_id}, context())["bill_id"]

    def records(self, **facts: Any) -> None:
        """Somebody else posts a period to the owner's account."""
        period = a_period(**facts)
        state = self.register.accounts.state(OWNER, SOCIAL)
        posting = post(state, period=period, rows=(), cause=a_cause())
        self.register.store(posting, before=state)

    @property
    def posted(self) -> tuple[int, int, int]:
        """How many periods, ledger entries and bills there are."""
        bills = [item for item in self.cloud.items(self.cloud.register) if item["sk"] == "BILL"]
        return (
            len(self.register.accounts.periods(OWNER)),
            len(self.register.accounts.entries(OWNER, SOCIAL)),
            len(bills),
        )


@pytest.fixture
def scene(cloud: World) -> Posting:
    return Posting(cloud)


def test_an_approved_request_becomes_a_period_an_entry_and_a_bill(scene: Posting) -> None:
    scene.holds(decided())

    bill_id = scene.step(sample("post_period", "post"), context())["bill_id"]

    request = scene.requests.get(REQUEST)
    assert (request.state, request.bill_id) == (RequestState.BILLED, bill_id)
    bill = scene.register.bills.find(bill_id)
    (period,) = scene.register.accounts.periods(OWNER)
    (entry,) = scene.register.accounts.entries(OWNER, SOCIAL)
    assert bill is not None
    assert bill.contributions == sum(row.worker + row.employer for row in entry.rows) > 0
    assert bill.fines > 0
    assert (period.starts_on.isoformat(), str(period.ends_on)) == ("2025-01-01", "2025-03-31")
    assert period.source.reference == request.reference
    (event,) = scene.requests.timeline(REQUEST)
    assert event.data == {"bill_id": bill_id, "total_halalas": bill.total, "other_bills": []}


def test_posting_twice_posts_once(scene: Posting) -> None:
    scene.holds(decided())

    assert scene.post() == scene.post()
    assert scene.posted == (1, 1, 1)
    assert scene.events(REQUEST) == ["RequestBilled"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, 8))
def test_a_posting_that_died_anywhere_is_finished_by_the_next_try(
    scene: Posting, number: int, after: bool
) -> None:
    scene.holds(decided())
    try:
        with dying(number, after=after) as made:
            scene.post()
    except Killed:
        assert scene.posted in ((0, 0, 0), (1, 1, 1))
    else:
        assert len(made) < number

    scene.post()

    assert scene.posted == (1, 1, 1)
    assert scene.events(REQUEST) == ["RequestBilled"]


def test_only_an_approved_request_is_posted(scene: Posting) -> None:
    scene.holds(submitted().after)

    with pytest.raises(refusals.NotApproved):
        scene.post()

    assert scene.posted == (0, 0, 0)


def test_a_period_recorded_since_the_approval_refuses_the_posting_whole(scene: Posting) -> None:
    approved = scene.holds(decided())
    scene.records()

    with pytest.raises((RuleRefused, PeriodOverlaps)):
        scene.post()

    assert scene.posted == (1, 1, 0)
    assert scene.requests.get(REQUEST) == approved


def test_a_period_recorded_in_the_same_moment_refuses_the_posting_whole(
    scene: Posting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the reading of the account and the writing to it: the version of its state decides."""
    approved = scene.holds(decided())
    original: Callable[..., Any] = AccountTable.save

    def overtaken(accounts: AccountTable, *given: Any, **named: Any) -> Any:
        monkeypatch.setattr(AccountTable, "save", original)
        scene.records()
        return original(accounts, *given, **named)

    monkeypatch.setattr(AccountTable, "save", overtaken)

    with pytest.raises(ChangedMeanwhile):
        scene.post()
    with pytest.raises((RuleRefused, PeriodOverlaps)):
        scene.post()

    assert scene.posted == (1, 1, 0)
    assert scene.requests.get(REQUEST) == approved


def test_a_request_withdrawn_in_the_same_moment_is_not_posted(scene: Posting) -> None:
    """The other half of the transaction decides as well."""
    approved = scene.holds(decided())
    moved = rules.record_failure(approved, "States.Timeout", at=NOW)
    assert moved is not None
    original = scene.requests.get(REQUEST)
    scene.register.transaction.commit(scene.requests.save(moved))

    with pytest.raises(refusals.NotApproved):
        scene.post()

    assert original == approved
    assert scene.posted == (0, 0, 0)


def partly(first: str, last: str) -> Request:
    """Half a year asked for, two wages; some of its days approved."""
    lines = [
        {"first_month": "2025-01", "last_month": "2025-03", "basic": 500_000},
        {"first_month": "2025-04", "last_month": "2025-06", "basic": 900_000},
    ]
    asked = claimed().model_copy(update={"data": period_data(ends_on="2025-06-30", wage_lines=lines)})
    days: dict[str, Any] = {"approved_from": CivilDate.parse(first), "approved_to": CivilDate.parse(last)}
    return review_rules.decide(
        asked, decision(**days), by=OFFICER, total_halalas=0, at=NOW, policy=policy()
    ).after


def test_a_partial_approval_posts_the_days_approved_and_no_wage_of_any_other(scene: Posting) -> None:
    scene.holds(partly("2025-02-10", "2025-03-31"))

    scene.post()

    (period,) = scene.register.accounts.periods(OWNER)
    (entry,) = scene.register.accounts.entries(OWNER, SOCIAL)
    assert (str(period.starts_on), str(period.ends_on)) == ("2025-02-10", "2025-03-31")
    assert {str(row.month) for row in entry.rows} == {"2025-02", "2025-03"}
    assert [(str(line.first_month), str(line.last_month), line.basic) for line in period.wages] == [
        ("2025-02", "2025-03", 500_000)
    ]


def amendment(**changed: Any) -> Request:
    """An approved request that amends what REQUEST recorded."""
    return decided().model_copy(
        update={
            "id": OTHER_REQUEST,
            "kind": RequestKind.AMEND,
            "data": period_data(**changed),
            "chain": Chain(),
        }
    )


def test_an_amendment_bills_only_what_it_adds(scene: Posting) -> None:
    scene.holds(decided())
    first = scene.register.bills.find(scene.post())
    (period,) = scene.register.accounts.periods(OWNER)
    line = {"first_month": "2025-01", "last_month": "2025-04", "basic": 800_000, "housing": 200_000}
    longer = amendment(ends_on="2025-04-30", wage_lines=[line])
    scene.holds(longer.model_copy(update={"amends": period.id}))

    second = scene.register.bills.find(scene.post(OTHER_REQUEST))

    assert first is not None
    assert second is not None
    assert [row.month for row in first.rows] == [Month(2025, 1), Month(2025, 2), Month(2025, 3)]
    assert [row.month for row in second.rows] == [Month(2025, 4)]
    standing = [kept for kept in scene.register.accounts.periods(OWNER) if kept.stands]
    assert [str(kept.ends_on) for kept in standing] == ["2025-04-30"]


def test_an_amendment_that_adds_nothing_has_no_bill(scene: Posting) -> None:
    scene.holds(decided())
    scene.post()
    (period,) = scene.register.accounts.periods(OWNER)
    line = {"first_month": "2025-01", "last_month": "2025-02", "basic": 800_000, "housing": 200_000}
    shorter = amendment(ends_on="2025-02-28", wage_lines=[line])
    scene.holds(shorter.model_copy(update={"amends": period.id}))

    assert scene.post(OTHER_REQUEST) is None
    assert scene.requests.get(OTHER_REQUEST).state is RequestState.BILLED


def test_an_amendment_of_what_is_not_recorded_is_refused(scene: Posting) -> None:
    scene.holds(amendment().model_copy(update={"amends": OTHER_REQUEST}))

    with pytest.raises(RuleRefused):
        scene.post(OTHER_REQUEST)

    assert scene.posted == (0, 0, 0)
