"""An amendment of a service that goes on changes the days it names, and what follows them stays as recorded."""

from datetime import date

import pytest

from ishtirak.kernel.insurance import Route
from ishtirak.kernel.months import Month
from ishtirak.register.periods import RecordedPeriod, RecordedWageLine, Source, SourceKind
from ishtirak.requests.model import WaitOutcome
from ishtirak.reviews import rules as reviews
from ishtirak.reviews.refusals import OutsideThePeriodAsked
from ishtirak.use_cases.assess_claim import ServiceDoesNotGoOn
from tests.fakes.register import a_period
from tests.fakes.requests import NOW, OFFICER, OWNER, claimed, decision, period_data, policy
from tests.lives.account import Account

CONTRACT = Source(kind=SourceKind.CONTRACT, reference="C-1000", version=1)


def going_on(account: Account) -> str:
    """A service at ten thousand riyals from September 2026 on, at twelve from November on; its id."""
    wages = (
        RecordedWageLine(
            first_month=Month.parse("2026-09"), last_month=Month.parse("2026-10"), basic=1_000_000
        ),
        RecordedWageLine(first_month=Month.parse("2026-11"), basic=1_200_000),
    )
    facts = {"person_id": OWNER, "source": CONTRACT, "wages": wages}
    account.scene.records(starts_on="2026-09-10", ends_on=None, **facts)
    return a_period("2026-09-10", None, **facts).id


def standing(account: Account) -> RecordedPeriod:
    (period,) = (period for period in account.scene.register.accounts.periods(OWNER) if period.stands)
    return period


def test_days_are_added_in_front_and_the_service_goes_on() -> None:
    account = Account()

    account.amend(going_on(account), "2026-08-01", "2026-10-31", on="2026-11-22", continues=True)

    period = standing(account)
    assert (period.starts_on, period.ends_on) == (date(2026, 8, 1), None)
    assert [(days.starts_on, days.ends_on, days.route) for days in period.registered] == [
        (date(2026, 8, 1), date(2026, 9, 9), Route.RETROACTIVE),
        (date(2026, 9, 10), None, Route.ON_TIME),
    ]
    assert [(str(line.first_month), line.last_month, line.basic) for line in period.wages] == [
        ("2026-08", Month.parse("2026-10"), 1_000_000),
        ("2026-11", None, 1_200_000),
    ]
    assert account.total == account.billed == 180_000 + 54_000
    assert period.taken_out == ()


def test_what_follows_the_last_day_of_a_part_of_a_month_stays_too() -> None:
    account = Account()

    account.amend(going_on(account), "2026-09-20", "2026-10-15", on="2026-11-22", continues=True)

    period = standing(account)
    assert (period.starts_on, period.ends_on) == (date(2026, 9, 20), None)
    assert [str(line.first_month) for line in period.wages] == ["2026-09", "2026-11"]
    assert [(days.starts_on, days.ends_on) for days in period.taken_out] == [
        (date(2026, 9, 10), date(2026, 9, 19))
    ]


def test_without_it_the_amendment_ends_the_service() -> None:
    account = Account()

    account.amend(going_on(account), "2026-09-10", "2026-10-31", on="2026-11-22")

    assert standing(account).ends_on == date(2026, 10, 31)


def test_only_a_service_without_an_end_goes_on() -> None:
    account = Account()
    ended = account.post("2026-01-01", "2026-02-28", on="2026-03-01")

    with pytest.raises(ServiceDoesNotGoOn):
        account.assess("2026-01-01", "2026-01-31", on="2026-11-22", amends=ended, continues=True)
    with pytest.raises(ServiceDoesNotGoOn):
        account.assess("2026-05-01", "2026-05-31", on="2026-11-22", continues=True)
    with pytest.raises(ServiceDoesNotGoOn):
        account.assess("2026-08-01", "2026-09-08", on="2026-11-22", amends=going_on(account), continues=True)


def test_no_officer_cuts_off_the_end_of_what_goes_on() -> None:
    request = claimed().model_copy(update={"data": period_data(continues=True)})
    shorter = decision(
        WaitOutcome.APPROVED,
        approved_from=request.data.starts_on,
        approved_to=period_data(ends_on="2025-03-30").ends_on,
    )

    with pytest.raises(OutsideThePeriodAsked):
        reviews.decide(request, shorter, by=OFFICER, total_halalas=0, at=NOW, policy=policy())
