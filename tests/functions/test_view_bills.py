"""What an employer sees of its bills: due today, an estimate for later, and nothing of anybody else's."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.fakes.bills import ISSUED, a_bill, a_notice
from tests.fakes.register import a_period
from tests.functions.bills_world import STRANGER, Bills, bills_world
from tests.functions.events import sample
from tests.functions.register_world import answered, asked


@pytest.fixture
def bills() -> Iterator[Bills]:
    with bills_world() as world:
        yield world


def test_a_bill_says_what_is_due_today_month_by_month(bills: Bills) -> None:
    status, answer = bills.employer_sees(bills.path)

    assert status == 200
    assert (answer["due"], answer["estimate"], answer["state"]) == (bills.account.bill.total, False, "ISSUED")
    assert answer["due"] == sum(month["due"] for month in answer["months"])
    assert [month["due_on"] for month in answer["months"]] == ["2025-02-15", "2025-03-15", "2025-04-15"]
    assert answer["worker"] == "••••0008"
    assert answer["establishment_name"] == "Al-Mithal"


def test_a_later_day_is_an_estimate_and_says_so(bills: Bills) -> None:
    day = ISSUED + timedelta(days=40)

    _, answer = bills.employer_sees(bills.path, as_of=day.isoformat())

    assert answer["estimate"] is True
    assert f"{day.day} {day:%B %Y}" in answer["estimate_text"]
    assert answer["due"] == bills.account.bill.total + 3 * 3_600


@pytest.mark.parametrize(
    "day",
    ["tomorrow", "2026-1-1", "20261123xx", "", "2026-02-30", "٢٠٢٦-١١-٢٣", "2026-11-23\n", "9999-12-31"],
)
def test_what_is_no_day_is_a_field_to_correct(bills: Bills, day: str) -> None:
    status, answer = bills.employer_sees(bills.path, as_of=day)

    assert (status, answer["code"], answer["errors"][0]["pointer"]) == (422, "fields_not_accepted", "/as_of")


@pytest.mark.parametrize("day", ["2026-11-21", "2027-11-24"])
def test_a_day_out_of_reach_is_a_field_to_correct(bills: Bills, day: str) -> None:
    status, answer = bills.employer_sees(bills.path, as_of=day)

    assert (status, answer["code"], answer["errors"][0]["pointer"]) == (422, "day_out_of_reach", "/as_of")


def test_payments_and_paid_months_are_shown(bills: Bills) -> None:
    first = bills.account.bill.rows[0]
    bills.account.receive(a_notice(amount=first.contribution + first.fine))

    _, answer = bills.employer_sees(bills.path)

    assert [month["paid"] for month in answer["months"]] == [True, False, False]
    assert answer["payments"][0]["paid_on"] == "2026-11-22"
    assert answer["state_text"] == "Partly paid"


def test_anothers_bill_answers_as_one_that_does_not_exist(bills: Bills) -> None:
    absent = "/v1/employer/bills/00000000-0000-4000-8000-00000000dead"

    answers = [
        bills.employer_sees(bills.path, person=STRANGER),
        bills.employer_sees(absent),
        bills.employer_sees("/v1/employer/bills/x"),
    ]

    assert [status for status, _ in answers] == [404] * 3
    assert all(answer == answers[0][1] for _, answer in answers)
    assert bills.employer_sees("/v1/employer/bills", person=STRANGER)[1] == {"bills": [], "next": None}


def test_who_acts_for_nobody_other_roles_and_nobody_are_turned_away(bills: Bills) -> None:
    worker = "00000000-0000-4000-8000-000000000001"
    theirs = asked("GET", bills.path, person=worker, roles=("contributor",))
    officers = asked("GET", bills.path, person=worker, roles=("officer",))

    assert answered(bills.viewing, theirs)[0] == 404
    assert bills.employer_sees("/v1/employer/bills", person=worker)[1] == {"bills": [], "next": None}
    assert answered(bills.viewing, officers)[0] == 403
    assert answered(bills.viewing, asked("GET", bills.path))[0] == 401


def test_all_pages_together_are_the_list_latest_first(bills: Bills) -> None:
    for year in (2021, 2022, 2023):
        period = a_period(f"{year}-01-01", f"{year}-03-31")
        bill = a_bill(period, reference=f"ISH-{year}", issued_on=ISSUED - timedelta(days=2100 - year))
        bills.account.issue(bill, period)

    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        _, page = bills.employer_sees("/v1/employer/bills", limit="2", **after)
        seen += [line["reference"] for line in page["bills"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}

    assert seen == [bills.account.bill.reference, "ISH-2023", "ISH-2022", "ISH-2021"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"limit": "0"}, "/limit"),
        ({"limit": "101"}, "/limit"),
        ({"after": "x"}, "/after"),
        ({"after": "ZZZZ"}, "/after"),
    ],
)
def test_a_page_that_cannot_be_is_a_field_to_correct(
    bills: Bills, query: dict[str, str], pointer: str
) -> None:
    status, answer = bills.employer_sees("/v1/employer/bills", **query)

    assert (status, answer["errors"][0]["pointer"]) == (422, pointer)


def test_a_touched_cursor_is_a_field_to_correct(bills: Bills) -> None:
    period = a_period("2021-01-01", "2021-03-31")
    bills.account.issue(a_bill(period, reference="ISH-2021"), period)
    cursor = bills.employer_sees("/v1/employer/bills", limit="1")[1]["next"]

    status, answer = bills.employer_sees("/v1/employer/bills", after=cursor[:-1])

    assert (status, answer["errors"][0]["pointer"]) == (422, "/after")


@pytest.mark.parametrize("name", ["list_bills", "read_bill"])
def test_a_sample_event_is_answered(bills: Bills, name: str) -> None:
    assert answered(bills.viewing, sample("view_bills", name))[0] == 200
