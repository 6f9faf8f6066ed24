"""What an employer sees of its contributors, and what it may not; and that the person reads who read."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ishtirak.disclosure.policy import policy_on
from ishtirak.kernel.identity import HIDDEN
from ishtirak.kernel.insurance import System
from ishtirak.register import rules
from ishtirak.register.establishments import EmployerSector
from tests.fakes.bills import BilledAccount, a_bill
from tests.fakes.register import (
    MITHAL,
    NAMUDHAJ,
    OTHER_PERSON,
    PERSON,
    TAJRIBA,
    a_cause,
    a_period,
    an_establishment,
)
from tests.functions.access_world import IDENTITY, MOBILE
from tests.functions.establishment_world import (
    FILE,
    LIST,
    OFFICER,
    OTHER_OFFICER,
    REASON,
    EstablishmentWorld,
    establishment_world,
    told_as,
)
from tests.functions.register_world import answered, asked

EVENTS = Path(__file__).parents[2] / "functions" / "view_establishment" / "events"
NUMBER = {"field": "IDENTITY_NUMBER"}


@pytest.fixture
def seen() -> Iterator[EstablishmentWorld]:
    with establishment_world() as world:
        yield world


def account(seen: EstablishmentWorld, person: str = PERSON, *, by: str = OFFICER) -> tuple[int, Any]:
    return seen.see(f"{LIST}/{told_as(person)}", person=by)


def found(seen: EstablishmentWorld, **query: str) -> list[str]:
    """The ids of every page together."""
    ids: list[str] = []
    after: dict[str, str] = {}
    while True:
        status, page = seen.see(LIST, **query, **after)
        assert status == 200, page
        ids += [each["contributor_id"] for each in page["contributors"]]
        if page["next"] is None:
            return ids
        after = {"after": page["next"]}


def test_the_file_says_who_acts_how_many_there_are_and_what_is_open(seen: EstablishmentWorld) -> None:
    seen.know(OFFICER, name_ar="نورة بنت المثال", name_en="Noura Al-Mithal")
    seen.post(a_period("2025-01-01", None))
    seen.post(a_period("2025-01-01", "2025-03-31", person_id=OTHER_PERSON))

    status, file = seen.see(FILE)

    assert status == 200
    assert (file["number"], file["sector"], file["systems"]) == (
        "7000000001",
        "PRIVATE",
        ["SOCIAL_INSURANCE"],
    )
    (officer,) = file["officers"]
    assert (officer["masked_name_ar"], officer["masked_name_en"]) == (f"نورة {HIDDEN}", f"Noura {HIDDEN}")
    assert OFFICER not in json.dumps(file)
    assert file["contributors"][0] == {"nationality": "SAUDI", "active": 1, "ended": 1}
    assert file["compliance"] == {"in_compliance": True, "reasons": []}
    assert file["dues"]["next_due_on"] is None


def test_the_file_adds_up_open_bills_and_says_why_there_is_no_compliance(seen: EstablishmentWorld) -> None:
    billed = BilledAccount(seen.register, bill=a_bill(a_period()))

    file = seen.see(FILE)[1]

    opened = {each["state"]: (each["bills"], each["due"]) for each in file["dues"]["open"]}
    assert opened == {"ISSUED": (1, billed.bill.total), "PARTLY_PAID": (0, 0)}
    (reason,) = file["compliance"]["reasons"]
    assert (reason["code"], reason["bills"], reason["due"]) == ("BILL_OVERDUE", 1, billed.bill.total)
    assert reason["text"]


@pytest.mark.parametrize(
    ("sector", "systems"),
    [
        (EmployerSector.GOVERNMENT, ["CIVIL_PENSION", "SOCIAL_INSURANCE"]),
        (EmployerSector.MILITARY, ["MILITARY_PENSION", "SOCIAL_INSURANCE"]),
    ],
)
def test_a_public_body_sees_its_own_pension(
    seen: EstablishmentWorld, sector: EmployerSector, systems: list[str]
) -> None:
    establishments = seen.register.establishments
    seen.register.transaction.commit(
        establishments.save(an_establishment(TAJRIBA, sector=sector)),
        seen.register.appoint(OFFICER, TAJRIBA),
    )
    system = System(systems[0])
    seen.post(a_period("2026-01-01", None, establishment=TAJRIBA, system=system))

    file = seen.see(FILE.replace("7000000001", "7000000003"))[1]
    path = LIST.replace("7000000001", "7000000003")
    status, shown = seen.see(f"{path}/{told_as(PERSON, TAJRIBA)}")

    assert (file["systems"], file["contributors"][0]["active"]) == (systems, 1)
    assert status == 200
    assert {month["system"] for month in shown["months"]} == {system.value}
    assert shown["months"][0]["total"] > 0


@pytest.mark.parametrize(
    ("query", "people"),
    [
        ({}, {PERSON, OTHER_PERSON}),
        ({"name": "ماجد"}, {PERSON, OTHER_PERSON}),
        ({"name": "سالمة"}, set()),
        ({"name": "al-m majid"}, {PERSON, OTHER_PERSON}),
        ({"name": "majid zaki"}, set()),
        ({"last_digits": "0016"}, {OTHER_PERSON}),
        ({"last_digits": "0016", "name": "ماجد"}, {OTHER_PERSON}),
        ({"last_digits": "0016", "sort": "START"}, {OTHER_PERSON}),
        ({"nationality": "SAUDI"}, {PERSON, OTHER_PERSON}),
        ({"nationality": "GCC"}, set()),
        ({"state": "ACTIVE"}, {PERSON}),
        ({"state": "ENDED"}, {OTHER_PERSON}),
        ({"month": "2025-02"}, {PERSON, OTHER_PERSON}),
        ({"month": "2025-04"}, {PERSON}),
        ({"month": "2024-12"}, set()),
        ({"name": "ماجد", "sort": "REGISTERED"}, {PERSON, OTHER_PERSON}),
    ],
)
def test_everything_that_is_given_has_to_hold(
    seen: EstablishmentWorld, query: dict[str, str], people: set[str]
) -> None:
    seen.post(a_period("2025-01-01", None))
    seen.post(a_period("2025-01-01", "2025-03-31", person_id=OTHER_PERSON))

    assert sorted(found(seen, **query, limit="1")) == sorted(told_as(each) for each in people)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"limit": "0"}, "/limit"),
        ({"limit": "101"}, "/limit"),
        ({"after": "x"}, "/after"),
        ({"name": "-"}, "/name"),
        ({"name": "َّ"}, "/name"),
        ({"last_digits": "12"}, "/last_digits"),
        ({"last_digits": "٠٠٠٨"}, "/last_digits"),
        ({"nationality": "SA"}, "/nationality"),
        ({"state": "active"}, "/state"),
        ({"month": "2025-13"}, "/month"),
        ({"sort": "WAGE"}, "/sort"),
        ({"person_id": PERSON}, "/person_id"),
    ],
)
def test_a_list_that_cannot_be_is_a_field_to_correct(
    seen: EstablishmentWorld, query: dict[str, str], pointer: str
) -> None:
    status, answer = seen.see(LIST, **query)

    assert (status, answer["errors"][0]["pointer"]) == (422, pointer)


def test_a_cursor_serves_its_own_filter_order_reader_and_establishment_alone(
    seen: EstablishmentWorld,
) -> None:
    appoint = seen.register.appoint
    seen.register.transaction.commit(appoint(OTHER_OFFICER, MITHAL), appoint(OFFICER, NAMUDHAJ))
    for person in (PERSON, OTHER_PERSON):
        seen.post(a_period("2025-01-01", None, person_id=person))
        seen.post(a_period("2025-01-01", None, person_id=person, establishment=NAMUDHAJ))
    cursor = seen.see(LIST, limit="1")[1]["next"]

    tried = [
        seen.see(LIST, after=cursor, name="ماجد"),
        seen.see(LIST, after=cursor, sort="START"),
        seen.see(LIST, after=cursor, state="ACTIVE"),
        seen.see(LIST, after=cursor, person=OTHER_OFFICER),
        seen.see(LIST.replace("7000000001", "7000000002"), after=cursor),
        seen.see(LIST, after=cursor[:-1]),
        seen.see(LIST, after=cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1]),
    ]

    assert [(status, answer["errors"][0]["pointer"]) for status, answer in tried] == [(422, "/after")] * 7
    assert seen.see(LIST, after=cursor)[0] == 200


def test_a_cursor_says_no_name(seen: EstablishmentWorld) -> None:
    for person in (PERSON, OTHER_PERSON):
        seen.post(a_period("2025-01-01", None, person_id=person))

    cursor = seen.see(LIST, limit="1", name="majid")[1]["next"] or seen.see(LIST, limit="1")[1]["next"]

    content = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))[16:]
    inner = base64.b64decode(content)
    for secret in ("ماجد", "majid", told_as(PERSON), told_as(OTHER_PERSON)):
        assert secret.encode() not in content + inner


def test_an_account_is_of_the_periods_with_this_employer_alone(seen: EstablishmentWorld) -> None:
    seen.post(a_period("2025-01-01", "2025-03-31"))
    alone = account(seen)
    seen.post(a_period("2025-01-01", None, establishment=NAMUDHAJ))
    seen.post(a_period("2020-01-01", "2020-12-31", establishment=NAMUDHAJ))

    with_another = account(seen)

    assert alone == with_another
    status, shown = alone
    assert status == 200
    assert [(each["starts_on"], each["ends_on"]) for each in shown["periods"]] == [
        ("2025-01-01", "2025-03-31")
    ]
    assert [(each["month"], each["total"]) for each in shown["months"]] == [
        ("2025-01", 215_000),
        ("2025-02", 215_000),
        ("2025-03", 215_000),
    ]
    assert NAMUDHAJ.reveal() not in json.dumps(shown)


def test_an_account_masks_number_and_mobile(seen: EstablishmentWorld) -> None:
    seen.post(a_period("2025-01-01", None))

    shown = account(seen)[1]

    assert shown["contributor"]["masked_identity"] == "••••0008"
    assert shown["masked_mobile"].endswith(MOBILE[-3:])
    assert not {IDENTITY, MOBILE} & set(json.dumps(shown).replace('"', " ").split())
    assert PERSON not in json.dumps(shown)


def test_a_directory_that_does_not_answer_costs_the_mobile_alone(seen: EstablishmentWorld) -> None:
    seen.post(a_period("2025-01-01", None))
    seen.directory.available = False

    status, shown = account(seen)

    assert (status, shown["masked_mobile"], len(shown["periods"])) == (200, None, 1)


def test_a_former_employer_sees_its_period_and_nothing_of_today(seen: EstablishmentWorld) -> None:
    seen.post(a_period("2025-01-01", "2025-03-31"))

    shown = account(seen)[1]
    status, refused = seen.reveal(told_as(PERSON), NUMBER | REASON)

    assert shown["contributor"]["state"] == "ENDED"
    assert shown["masked_mobile"] is None
    assert max(each["month"] for each in shown["months"]) == "2025-03"
    assert (status, refused["code"]) == (409, "employment_over")


def test_whoever_is_elsewhere_answers_as_nobody(seen: EstablishmentWorld) -> None:
    seen.post(a_period("2025-01-01", None, establishment=NAMUDHAJ))
    seen.post(a_period("2025-01-01", None, person_id=OTHER_PERSON))
    nobody = "00000000-0000-4000-8000-00000000dead"

    answers = [
        seen.see(f"{LIST}/{told_as(PERSON, NAMUDHAJ)}"),
        seen.see(f"{LIST}/{told_as(PERSON)}"),
        seen.see(f"{LIST}/{nobody}"),
        seen.see(f"{LIST}/{PERSON}"),
        seen.see(f"{LIST}/x"),
        seen.see(f"{LIST}/{told_as(OTHER_PERSON)}", person=OTHER_OFFICER),
        seen.see(f"{LIST}/{told_as(OTHER_PERSON)}", person=PERSON),
        seen.see(LIST, person=OTHER_OFFICER),
        seen.see(FILE, person=OTHER_OFFICER),
        seen.see(FILE.replace("7000000001", "7999999999")),
        seen.reveal(told_as(OTHER_PERSON), NUMBER | REASON, person=OTHER_OFFICER),
        seen.reveal(told_as(PERSON), NUMBER | REASON),
    ]

    assert [status for status, _ in answers] == [404] * len(answers)
    assert all(answer == answers[0] for answer in answers)
    assert seen.log_of() == {"readings": [], "lists": [], "next": None}


def test_two_employers_know_one_person_by_two_ids(seen: EstablishmentWorld) -> None:
    assert told_as(PERSON) != told_as(PERSON, NAMUDHAJ)


def test_a_reversed_period_takes_the_contributor_off_the_list(seen: EstablishmentWorld) -> None:
    seen.post(a_period())
    accounts = seen.register.accounts
    before = accounts.state(PERSON, System.SOCIAL_INSURANCE)
    entries = accounts.entries(PERSON, System.SOCIAL_INSURANCE)
    undone = rules.reverse(before, period=a_period(), entries=entries, cause=a_cause())
    seen.register.store(undone, before=before)

    late = account(seen)
    seen.follow(PERSON)

    assert late[0] == 404
    assert found(seen) == []
    assert account(seen) == late


def test_revealing_shows_the_number_once_and_writes_down_who_what_and_why(seen: EstablishmentWorld) -> None:
    seen.post(a_period("2025-01-01", None))

    status, shown = seen.reveal(told_as(PERSON), NUMBER | REASON)
    mobile = seen.reveal(told_as(PERSON), {"field": "MOBILE"} | REASON)[1]

    assert (status, shown) == (200, {"field": "IDENTITY_NUMBER", "value": IDENTITY})
    assert mobile == {"field": "MOBILE", "value": MOBILE}
    read = seen.log_of()["readings"]
    assert {(each["matter"], each["reason_code"], each["reason"]) for each in read} == {
        (matter, "WAGE_PAYMENT", REASON["reason"]) for matter in ("MOBILE", "IDENTITY_NUMBER")
    }
    assert {each["establishment"] for each in read} == {"7000000001"}
    assert all(each["reason_text"] and each["matter_text"] for each in read)
    assert OFFICER not in json.dumps(read)


def test_a_reveal_is_an_event_without_the_words_or_the_number(seen: EstablishmentWorld) -> None:
    from ishtirak.disclosure.model import RevealHistory

    seen.post(a_period("2025-01-01", None))
    seen.reveal(told_as(PERSON), NUMBER | REASON)

    (event,) = seen.register.events_of(RevealHistory(MITHAL, OFFICER).aggregate)
    assert (event.type, event.actor) == ("PersonalDataRevealed", OFFICER)
    assert event.data["reason_code"] == "WAGE_PAYMENT"
    assert not {IDENTITY, REASON["reason"]} & set(map(str, event.data.values()))


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (NUMBER, "/reason_code"),
        (NUMBER | {"reason_code": "WAGE_PAYMENT"}, "/reason"),
        (NUMBER | REASON | {"reason": "  "}, "/reason"),
        (NUMBER | REASON | {"reason_code": "CURIOSITY"}, "/reason_code"),
        (REASON, "/field"),
        (REASON | {"field": "BIRTH_DATE"}, "/field"),
        (NUMBER | REASON | {"person_id": PERSON}, "/person_id"),
    ],
)
def test_nothing_is_revealed_without_a_reason(
    seen: EstablishmentWorld, body: dict[str, str], pointer: str
) -> None:
    seen.post(a_period("2025-01-01", None))

    status, answer = seen.reveal(told_as(PERSON), body)

    assert (status, answer["errors"][0]["pointer"]) == (422, pointer)
    assert seen.log_of()["readings"] == []


def test_an_officer_reveals_so_many_in_an_hour(seen: EstablishmentWorld) -> None:
    seen.post(a_period("2025-01-01", None))
    hour = policy_on(seen.clock.at.date()).windows[0]

    first = {seen.reveal(told_as(PERSON), NUMBER | REASON)[0] for _ in range(hour.reveals)}
    status, refused = seen.reveal(told_as(PERSON), NUMBER | REASON)
    seen.clock.at += timedelta(seconds=hour.seconds)
    later = seen.reveal(told_as(PERSON), NUMBER | REASON)[0]

    assert (first, status, refused["code"], later) == ({200}, 429, "too_many_reveals", 200)
    assert len(seen.log_of()["readings"]) == hour.reveals + 1


def test_nothing_is_written_down_where_nothing_could_be_shown(seen: EstablishmentWorld) -> None:
    seen.post(a_period("2025-01-01", None))
    seen.directory.available = False

    status, _ = seen.reveal(told_as(PERSON), {"field": "MOBILE"} | REASON)

    assert status == 503
    assert seen.log_of()["readings"] == []


def test_each_reading_of_an_account_and_each_page_of_the_list_is_on_record(seen: EstablishmentWorld) -> None:
    seen.post(a_period("2025-01-01", None))
    for _ in range(2):
        account(seen)
        seen.clock.at += timedelta(minutes=1)
    for _ in range(3):
        seen.see(LIST)

    log = seen.log_of(limit="1")
    rest = seen.log_of(after=log["next"])

    assert [each["matter"] for each in (*log["readings"], *rest["readings"])] == ["ACCOUNT"] * 2
    assert log["readings"][0]["at"] > rest["readings"][0]["at"]
    assert [(each["establishment"], each["day"], each["pages"]) for each in log["lists"]] == [
        ("7000000001", "2026-11-25", 3)
    ]
    assert (log["readings"][0]["name_ar"], rest["next"]) == ("شركة المثال", None)
    assert seen.log_of(OTHER_PERSON) == {"readings": [], "lists": [], "next": None}


@pytest.mark.parametrize("file", sorted(EVENTS.glob("*.json")), ids=lambda file: file.stem)
def test_a_sample_event_is_answered(seen: EstablishmentWorld, file: Path) -> None:
    seen.post(a_period("2025-01-01", None))

    assert answered(seen.api, json.loads(file.read_text(encoding="utf-8")))[0] == 200


def test_nobody_in_particular_sees_nothing(seen: EstablishmentWorld) -> None:
    for path in (FILE, LIST, f"{LIST}/{told_as(PERSON)}"):
        assert answered(seen.api, asked("GET", path))[0] == 401


def test_after_a_merger_periods_stay_where_they_were_recorded(seen: EstablishmentWorld) -> None:
    establishments = seen.register.establishments
    seen.register.transaction.commit(
        establishments.save(an_establishment(TAJRIBA, merged_with=(MITHAL,))),
        seen.register.appoint(OFFICER, TAJRIBA),
    )
    seen.post(a_period("2025-01-01", "2025-06-30"))
    seen.post(a_period("2025-07-01", None, establishment=TAJRIBA))

    before, after = seen.see(FILE)[1], seen.see(FILE.replace("7000000001", "7000000003"))[1]

    assert (before["contributors"][0]["ended"], after["contributors"][0]["active"]) == (1, 1)
    assert after["merged_with"] == ["7000000001"]
    assert len(account(seen)[1]["periods"]) == 1
