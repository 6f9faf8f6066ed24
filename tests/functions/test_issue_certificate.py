"""Certificates over HTTP: who gets one, what stays frozen in it, and what a stranger with the code learns."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ishtirak.billing import decisions
from ishtirak.billing.lateness import bill_calculator
from ishtirak.certificates.model import CertificateKind
from ishtirak.certificates.policy import policy_on
from ishtirak.register.listing import contributor_id_of
from tests.fakes.bills import BilledAccount, a_bill, a_notice, a_row, grounds
from tests.fakes.register import MITHAL, NAMUDHAJ, OTHER_PERSON, PERSON, a_period
from tests.functions.establishment_world import (
    FILE,
    OFFICER,
    OTHER_OFFICER,
    EstablishmentWorld,
    establishment_world,
)
from tests.functions.register_world import answered

EVENTS = Path(__file__).parents[2] / "functions" / "issue_certificate" / "events"
MINE = "/v1/me/certificates"
COMPLIANCE = f"{FILE}/certificates"


@pytest.fixture
def office() -> Iterator[EstablishmentWorld]:
    with establishment_world() as world:
        yield world


def test_periods_are_certified_as_they_are_and_stay_so(office: EstablishmentWorld) -> None:
    office.post(a_period("2024-01-01", "2024-12-31", establishment=NAMUDHAJ))
    status, issued = office.certify(MINE, person=PERSON)
    office.post(a_period("2025-01-01", None))
    again = office.certify(MINE, person=PERSON)

    assert (status, again) == (201, (201, issued))
    (period,) = issued["periods"]["periods"]
    assert (period["establishment"], period["starts_on"], period["ends_on"]) == (
        "7000000002",
        "2024-01-01",
        "2024-12-31",
    )
    assert (issued["kind"], issued["compliance"]) == ("PERIODS", None)
    assert (issued["issued_on"], issued["valid_until"]) == ("2026-11-25", "2027-02-22")
    assert issued["periods"]["masked_identity"] == "••••0008"


def test_a_stranger_with_the_code_learns_that_it_stands_and_of_whom_nothing(
    office: EstablishmentWorld,
) -> None:
    office.post(a_period("2024-01-01", "2024-12-31"))
    issued = office.certify(MINE, person=PERSON)[1]

    status, standing = office.verify(issued["verification_code"])

    assert (status, standing["stands"], standing["reference"]) == (200, True, issued["reference"])
    text = json.dumps(standing, ensure_ascii=False)
    for personal in ("ماجد", "Majid", "0008", PERSON, contributor_id_of(MITHAL, PERSON), "7000000001"):
        assert personal not in text


def test_a_certificate_stands_to_its_last_day_and_no_longer(office: EstablishmentWorld) -> None:
    code = office.certify(COMPLIANCE, person=OFFICER)[1]["verification_code"]
    days = policy_on(office.clock.at.date()).days(CertificateKind.COMPLIANCE)

    office.clock.at += timedelta(days=days - 1)
    last = office.verify(code)[1]["stands"]
    office.clock.at += timedelta(days=1)

    assert (last, office.verify(code)[1]["stands"]) == (True, False)


def test_compliance_is_certified_where_nothing_is_overdue(office: EstablishmentWorld) -> None:
    office.post(a_period("2025-01-01", None))

    status, issued = office.certify(COMPLIANCE, person=OFFICER)

    assert status == 201
    assert issued["compliance"] == {
        "number": "7000000001",
        "name_ar": "شركة المثال",
        "name_en": "Al-Mithal",
        "contributors": 1,
        "bills_in_plan": 0,
        "in_plan": 0,
    }
    assert office.verify(issued["verification_code"])[1]["establishment"] == "7000000001"


def test_compliance_is_refused_with_what_is_open_until_it_is_paid(office: EstablishmentWorld) -> None:
    billed = BilledAccount(office.register, bill=a_bill(a_period()))
    billed.clock.day = office.clock.at.date()

    status, refused = office.certify(COMPLIANCE, person=OFFICER)
    due = bill_calculator().on(billed.bill, billed.clock.day).due
    billed.receive(a_notice(amount=due, on=billed.clock.day))
    settled = office.certify(COMPLIANCE, person=OFFICER, key="once-paid")[0]

    assert (status, refused["code"], refused["rule"]) == (409, "dues_open", "REG-12")
    assert f"{due // 100:,}" in refused["detail"]
    assert settled == 201


def test_a_plan_that_is_kept_is_compliance_and_one_that_is_not_is_none(office: EstablishmentWorld) -> None:
    billed = BilledAccount(office.register, bill=a_bill(a_period(), a_row("2025-01")))
    billed.clock.day = office.clock.at.date()
    calculator, first = bill_calculator(), office.clock.at.date() + timedelta(days=10)
    planned = decisions.grant_instalments(
        billed.state,
        billed.bill,
        count=3,
        first_due_on=first,
        guarantee="A guarantee of a bank",
        grounds=grounds(day=billed.clock.day),
        calculator=calculator,
    )
    billed.store(planned)

    kept = office.certify(COMPLIANCE, person=OFFICER)
    office.clock.at += timedelta(days=12)
    broken = office.certify(COMPLIANCE, person=OFFICER, key="later")

    assert kept[0] == 201
    assert (kept[1]["compliance"]["bills_in_plan"], broken[0]) == (1, 409)
    assert kept[1]["compliance"]["in_plan"] > 0


def test_nobody_certifies_for_an_establishment_of_others(office: EstablishmentWorld) -> None:
    absent = office.certify(COMPLIANCE.replace("7000000001", "7999999999"), person=OTHER_OFFICER, key="a")

    assert office.certify(COMPLIANCE, person=OTHER_OFFICER, key="b") == absent
    assert office.certify(COMPLIANCE, person=OTHER_PERSON, key="c") == absent
    assert absent[0] == 404


def test_a_code_nobody_was_given_is_nothing_whatever_its_form(office: EstablishmentWorld) -> None:
    code = office.certify(MINE, person=PERSON)[1]["verification_code"]
    wrong = ("0" * 26, code[:-1] + ("0" if code[-1] != "0" else "1"), code[:-1], code.lower(), "x", "%2e%2e")

    answers = [office.verify(each) for each in wrong]

    assert [status for status, _ in answers] == [404] * len(wrong)
    assert all(answer == answers[0] for answer in answers)


def test_from_one_address_so_many_codes_are_looked_up(office: EstablishmentWorld) -> None:
    code = office.certify(MINE, person=PERSON)[1]["verification_code"]
    limit = policy_on(office.clock.at.date()).lookups

    first = {office.verify("0" * 26)[0] for _ in range(limit.most)}
    status, refused = office.verify(code)
    office.clock.at += timedelta(seconds=limit.seconds)

    assert (first, status, refused["code"]) == ({404}, 429, "too_many_lookups")
    assert office.verify(code)[0] == 200


def test_the_code_is_kept_nowhere_but_in_the_answer(office: EstablishmentWorld) -> None:
    import boto3

    code = office.certify(COMPLIANCE, person=OFFICER)[1]["verification_code"]

    items = boto3.client("dynamodb").scan(TableName=office.table)["Items"]
    holding = [item["pk"]["S"] for item in items if code in json.dumps(item, ensure_ascii=False)]
    assert all(key.startswith("IDEMPOTENCY#") for key in holding)


@pytest.mark.parametrize("name", ["periods", "compliance", "verify"])
def test_a_sample_event_is_answered(office: EstablishmentWorld, name: str) -> None:
    event = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))

    assert answered(office.certificates, event)[0] == (404 if name == "verify" else 201)


def test_the_day_of_issue_is_a_day_of_the_kingdom(office: EstablishmentWorld) -> None:
    office.clock.at = office.clock.at.replace(hour=22)

    assert office.certify(MINE, person=PERSON)[1]["issued_on"] == "2026-11-26"
