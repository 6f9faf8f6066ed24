"""What a person and an employer may see of the register, and what they may not."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ishtirak.billing import decisions
from ishtirak.billing.lateness import bill_calculator
from ishtirak.kernel.identity import EstablishmentNumber
from ishtirak.kernel.insurance import System
from ishtirak.register import rules
from ishtirak.register.establishments import Cessation, CessationKind
from ishtirak.register.periods import RecordedPeriod
from tests.fakes.bills import SUPERVISOR, BilledAccount, a_bill, a_notice, a_row, grounds
from tests.fakes.register import (
    FINGERPRINT,
    MITHAL,
    NAMUDHAJ,
    OTHER_PERSON,
    PERSON,
    a_cause,
    a_contributor,
    a_period,
    an_establishment,
    register_on,
    register_table,
    rows_of,
)
from tests.functions.register_world import answered, asked

EVENTS = Path(__file__).parents[2] / "functions" / "view_accounts" / "events"
OFFICER_OF_MITHAL = "00000000-0000-4000-8000-000000000005"
GONE = EstablishmentNumber("7000000009")


class Accounts:
    """The function, and the register it reads."""

    def __init__(self, table: str) -> None:
        import boto3

        from functions.view_accounts.handler import build
        from functions.view_accounts.settings import Settings

        kms = boto3.client("kms")
        mac = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["Arn"]
        self.api = build(Settings(access_table=table, register_table=table, mac_key_arn=mac))
        self.register = register_on(table)
        self.register.transaction.commit(
            self.register.establishments.save(an_establishment()),
            self.register.establishments.save(an_establishment(NAMUDHAJ)),
            self.register.appoint(OFFICER_OF_MITHAL, MITHAL),
            self.register.people.save(a_contributor(), fingerprint=FINGERPRINT),
            self.register.people.save(
                a_contributor(OTHER_PERSON, masked_identity="••••0016"), fingerprint="cd" * 32
            ),
        )

    def post(self, period: RecordedPeriod, *months: str) -> None:
        before = self.register.accounts.state(period.person_id, period.system)
        posting = rules.post(before, period=period, rows=rows_of(*months), cause=a_cause())
        self.register.store(posting, before=before)

    def see(
        self,
        path: str,
        *,
        person: str | None = PERSON,
        roles: tuple[str, ...] = ("contributor",),
        **query: str,
    ) -> tuple[int, dict[str, Any]]:
        return answered(self.api, asked("GET", path, person=person, roles=roles, query=query))

    def employer_sees(self, path: str, **query: str) -> tuple[int, dict[str, Any]]:
        return self.see(path, person=OFFICER_OF_MITHAL, roles=("contributor",), **query)


@pytest.fixture
def accounts() -> Iterator[Accounts]:
    with register_table() as table:
        yield Accounts(table)


def test_a_person_sees_their_periods_with_the_employers_name_and_what_they_rest_on(
    accounts: Accounts,
) -> None:
    accounts.post(a_period())
    accounts.post(a_period("2024-01-01", "2024-12-31", person_id=OTHER_PERSON))

    status, answer = accounts.see("/v1/me/periods")

    (period,) = answer["periods"]
    assert status == 200
    assert period["establishment_name_ar"] == "شركة المثال"
    assert period["source"] == {"kind": "REQUEST", "reference": "request-1", "version": 1}
    assert (period["starts_on"], period["ends_on"]) == ("2025-01-01", "2025-03-31")


def test_a_statement_adds_up_by_month_branch_and_side(accounts: Accounts) -> None:
    accounts.post(a_period("2025-01-01", "2025-02-28"), "2025-01", "2025-02")
    accounts.post(a_period("2025-01-01", "2025-01-31", establishment=NAMUDHAJ), "2025-01")

    status, answer = accounts.see("/v1/me/contributions", system="SOCIAL_INSURANCE")

    assert status == 200
    assert [(month["month"], month["worker"], month["total"]) for month in answer["months"]] == [
        ("2025-01", 195_000, 430_000),
        ("2025-02", 97_500, 215_000),
    ]
    assert answer["months"][0]["branches"] == [
        {"branch": "ANNUITIES", "worker": 180_000, "employer": 180_000, "total": 360_000},
        {"branch": "SANED", "worker": 15_000, "employer": 15_000, "total": 30_000},
        {"branch": "HAZARDS", "worker": 0, "employer": 40_000, "total": 40_000},
    ]
    assert (answer["worker"], answer["employer"], answer["total"]) == (292_500, 352_500, 645_000)
    assert answer["years"] == [
        {"year": 2025, "months": 2, "service_days": 59, "total": 645_000, "billed": 0, "paid": 0}
    ]
    assert {line["code"] for line in answer["explanations"]} == {"rate"}


def test_a_statement_tells_days_wages_and_employers(accounts: Accounts) -> None:
    accounts.post(a_period("2025-01-01", "2025-02-28"))

    (employer,) = accounts.see("/v1/me/contributions")[1]["employers"]

    assert employer["registered"] == [
        {"starts_on": "2025-01-01", "ends_on": "2025-02-28", "route": "ON_TIME"}
    ]
    assert [(line["first_month"], line["basic"], line["housing"]) for line in employer["wages"]] == [
        ("2025-01", 800_000, 200_000)
    ]
    assert (employer["name_ar"], employer["not_computed"]) == ("شركة المثال", None)


def test_a_reversed_period_is_in_no_list_and_no_sum(accounts: Accounts) -> None:
    accounts.post(a_period(), "2025-01")
    before = accounts.register.accounts.state(PERSON, System.SOCIAL_INSURANCE)
    entries = accounts.register.accounts.entries(PERSON, System.SOCIAL_INSURANCE)
    undone = rules.reverse(before, period=a_period(), entries=entries, cause=a_cause())
    accounts.register.store(undone, before=before)

    assert accounts.see("/v1/me/periods")[1] == {"periods": []}
    assert accounts.see("/v1/me/contributions")[1]["months"] == []


def test_only_paid_months_qualify_and_unpaid_ones_count_for_a_while(accounts: Accounts) -> None:
    account = BilledAccount(accounts.register)
    first = account.bill.rows[0]
    account.receive(a_notice(amount=first.contribution + first.fine + 1))

    (period,) = accounts.see("/v1/me/periods")[1]["periods"]
    statement = accounts.see("/v1/me/contributions")[1]

    assert [month["counting"] for month in period["months"]] == [
        "QUALIFIES",
        "COUNTED_UNPAID",
        "COUNTED_UNPAID",
    ]
    assert (period["months_paid"], period["counted_to"]) == (1, "2025-03")
    assert [(month["is_paid"], month["paid"]) for month in statement["months"]] == [
        (True, 180_000),
        (False, 1),
        (False, 0),
    ]
    assert (statement["months_paid"], statement["paid"]) == (1, 180_001)


def test_a_long_unpaid_period_stops_counting_and_counts_for_longer_when_extended(accounts: Accounts) -> None:
    period = a_period("2025-01-01", "2025-12-31")
    bill = a_bill(period, *(a_row(f"2025-{month:02}") for month in range(1, 13)))
    account = BilledAccount(accounts.register, period=period, bill=bill)
    before = accounts.see("/v1/me/periods")[1]["periods"][0]
    account.store(
        decisions.extend_counting(
            account.state, account.bill, grounds=grounds(), calculator=bill_calculator()
        )
    )
    proposed = account.bill.decisions[0].id
    account.store(
        decisions.answer_decision(
            account.state,
            account.bill,
            proposed,
            approved=True,
            by=SUPERVISOR,
            at=account.clock.now(),
            calculator=bill_calculator(),
        )
    )

    after = accounts.see("/v1/me/periods")[1]["periods"][0]

    assert (before["counted_to"], after["counted_to"]) == ("2025-06", "2025-12")
    assert (before["stopped_by"]["code"], after["stopped_by"]) == ("counting_stopped_unpaid", None)


def test_counting_stops_when_the_employer_ceases_and_the_answer_says_why(accounts: Accounts) -> None:
    liquidated = Cessation(kind=CessationKind.LIQUIDATION, on=date(2025, 1, 20))
    gone = an_establishment(GONE, ceased=liquidated)
    accounts.register.transaction.commit(accounts.register.establishments.save(gone))
    BilledAccount(accounts.register, period=a_period(establishment=GONE))

    (period,) = accounts.see("/v1/me/periods")[1]["periods"]

    assert period["counted_to"] == "2025-01"
    assert period["stopped_by"] == {
        "rule": "FIN-04",
        "code": "counting_stopped_liquidation",
        "title": "توقف الاحتساب بتصفية المنشأة",
        "source": "نظام التأمينات الاجتماعية، المادة 9، ولائحته التنفيذية، المادة 35",
        "assumed": False,
        "needs_decision": False,
        "text": "لا تُحتسب الأشهر غير المسددة اعتبارًا من شهر فبراير 2025، لتصفية المنشأة في 20 يناير 2025.",
    }


def test_each_system_has_its_own_statement(accounts: Accounts) -> None:
    accounts.post(a_period(system=System.CIVIL_PENSION), "2025-01")

    assert accounts.see("/v1/me/contributions")[1]["total"] == 0
    assert accounts.see("/v1/me/contributions", system="CIVIL_PENSION")[1]["total"] == 3 * 144_000


@pytest.mark.parametrize("system", ["", "PRIVATE", "social_insurance"])
def test_an_unknown_system_is_a_field_to_correct(accounts: Accounts, system: str) -> None:
    status, answer = accounts.see("/v1/me/contributions", system=system)

    assert (status, answer["errors"][0]["pointer"]) == (422, "/system")


def test_an_employer_sees_whom_they_act_for(accounts: Accounts) -> None:
    _, answer = accounts.employer_sees("/v1/establishments")

    assert [found["number"] for found in answer["establishments"]] == ["7000000001"]


@pytest.mark.parametrize(
    ("path", "roles"),
    [
        ("/v1/establishments", ("officer",)),
        ("/v1/me/periods", ("supervisor", "officer")),
    ],
)
def test_another_role_is_turned_away(accounts: Accounts, path: str, roles: tuple[str, ...]) -> None:
    status, answer = accounts.see(path, roles=roles)

    assert (status, answer["code"]) == (403, "not_for_this_role")


@pytest.mark.parametrize(
    "path", ["/v1/me/periods", "/v1/me/contributions", "/v1/me/access-log", "/v1/establishments"]
)
def test_nobody_in_particular_sees_nothing(accounts: Accounts, path: str) -> None:
    assert accounts.see(path, person=None)[0] == 401


@pytest.mark.parametrize("file", sorted(EVENTS.glob("*.json")), ids=lambda file: file.stem)
def test_a_sample_event_is_answered(accounts: Accounts, file: Path) -> None:
    accounts.post(a_period())

    assert answered(accounts.api, json.loads(file.read_text(encoding="utf-8")))[0] == 200
