"""The directory over HTTP: what is asked, and that nothing but a whole right answer becomes a person."""

import json
import logging
from typing import Any

import pytest

from ishtirak.adapters.agencies.absher import AbsherDirectory
from ishtirak.adapters.agencies.outbound import AgencyUnavailable
from ishtirak.adapters.aws.secrets import AbsherAccess, Secret
from ishtirak.kernel.identity import BorderNumber, IdentityNumber, PersonNumber, person_number
from tests.unit.adapters.scripted import OneSecret, Reply, Step, in_json, outbound

MAJID = IdentityNumber("1000000008")
ENTERED = BorderNumber("3000000001")
ACCESS = {"url": "https://absher.example/api", "key": "a-key-of-the-directory"}
RECORD: dict[str, Any] = {
    "identity_number": "1000000008",
    "name_ar": "ماجد المثال",
    "name_en": "Majid Al-Mithal",
    "birth_date": {"calendar": "HIJRI", "year": 1405, "month": 3, "day": 17},
    "nationality": "SA",
    "sex": "MALE",
    "registered_mobile": "+966550000001",
}
NOBODY = in_json({"code": "person_not_found"}, status=404, media_type="application/problem+json")


def directory(*steps: Step, store: OneSecret | None = None) -> tuple[AbsherDirectory, Any]:
    client, pool = outbound(*steps)
    secret = Secret(store or OneSecret(ACCESS), arn="arn:absher", model=AbsherAccess)
    return AbsherDirectory(secret, outbound=client), pool


def test_the_number_and_the_key_stay_out_of_the_address() -> None:
    adapter, pool = directory(in_json(RECORD))

    adapter.find(MAJID)

    [seen] = pool.seen
    assert (seen.method, seen.url) == ("POST", "https://absher.example/api/v1/people/search")
    assert json.loads(seen.body) == {"identity_number": "1000000008"}
    assert seen.options["headers"]["x-api-key"] == ACCESS["key"]


def test_fields_the_directory_adds_later_are_ignored() -> None:
    adapter, _ = directory(in_json(RECORD | {"blood_group": "O+"}))

    person = adapter.find(MAJID)

    assert person is not None
    assert person.name_en == "Majid Al-Mithal"


@pytest.mark.parametrize("missing", RECORD)
def test_a_record_without_one_of_its_fields_is_no_answer(missing: str) -> None:
    adapter, _ = directory(in_json({name: value for name, value in RECORD.items() if name != missing}))

    with pytest.raises(AgencyUnavailable) as refusal:
        adapter.find(MAJID)

    assert refusal.value.reason == "wrong_answer"


@pytest.mark.parametrize(
    "wrong",
    [
        {"identity_number": "1000000016"},
        {"identity_number": "1000000009"},
        {"identity_number": 1000000008},
        {"name_ar": ""},
        {"name_en": None},
        {"name_en": "x" * 201},
        {"birth_date": "17/03/1405"},
        {"birth_date": 0},
        {"birth_date": {"calendar": "HIJRI", "year": 1405, "month": 13, "day": 1}},
        {"birth_date": {"calendar": "JULIAN", "year": 1405, "month": 3, "day": 17}},
        {"nationality": "SAU"},
        {"nationality": "sa"},
        {"sex": "UNKNOWN"},
        {"registered_mobile": "+14155550100"},
        {"registered_mobile": ""},
    ],
)
def test_a_record_with_one_wrong_field_is_no_answer(wrong: dict[str, Any]) -> None:
    adapter, _ = directory(in_json(RECORD | wrong))

    with pytest.raises(AgencyUnavailable) as refusal:
        adapter.find(MAJID)

    assert refusal.value.reason == "wrong_answer"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b""),
        Reply(body=b'{"identity_number": "1000'),
        Reply(body=b"\xff\xfe"),
        in_json([RECORD]),
        in_json(RECORD, media_type="text/html"),
        Reply(body=json.dumps(RECORD).encode(), headers={}),
    ],
)
def test_bytes_that_are_no_record_are_no_answer(reply: Reply) -> None:
    adapter, _ = directory(reply)

    with pytest.raises(AgencyUnavailable) as refusal:
        adapter.find(MAJID)

    assert refusal.value.reason == "wrong_answer"


def test_the_directorys_own_nobody_is_none() -> None:
    adapter, _ = directory(NOBODY)

    assert adapter.find(MAJID) is None


@pytest.mark.parametrize(
    "reply",
    [
        in_json({"message": "no route"}, status=404),
        in_json({"code": "no_such_endpoint"}, status=404, media_type="application/problem+json"),
        in_json({}, status=404, media_type="application/problem+json"),
        Reply(status=404, body=b"<html>", headers={"content-type": "text/html"}),
        in_json({"code": "person_not_found"}, status=400, media_type="application/problem+json"),
        in_json({"code": "person_not_found"}, status=410, media_type="application/problem+json"),
    ],
)
def test_the_no_of_something_on_the_way_says_nothing_of_the_person(reply: Reply) -> None:
    adapter, _ = directory(reply)

    with pytest.raises(AgencyUnavailable) as refusal:
        adapter.find(MAJID)

    assert refusal.value.reason == "wrong_answer"


def test_a_rotated_key_is_read_anew_and_the_question_asked_again() -> None:
    store = OneSecret(ACCESS)

    def refuse_and_rotate(seen: Any) -> Reply:
        store.content = ACCESS | {"key": "a-rotated-key-value"}
        return in_json({}, status=401)

    adapter, pool = directory(refuse_and_rotate, in_json(RECORD), store=store)

    person = adapter.find(MAJID)

    assert person is not None
    assert [seen.options["headers"]["x-api-key"] for seen in pool.seen] == [
        ACCESS["key"],
        "a-rotated-key-value",
    ]


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_refused_twice_is_the_operators_matter(status: int) -> None:
    adapter, pool = directory(in_json({}, status=status))

    with pytest.raises(AgencyUnavailable) as refusal:
        adapter.find(MAJID)

    assert refusal.value.reason == "credentials_refused"
    assert len(pool.seen) == 2


def test_a_wrong_answer_is_not_repeated_in_the_error_or_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    adapter, _ = directory(in_json(RECORD | {"sex": "UNKNOWN"}))

    with pytest.raises(AgencyUnavailable) as refusal:
        adapter.find(MAJID)

    shown = f"{refusal.value!r} {refusal.value} {refusal.value.__cause__!r} {refusal.value.__context__!r}"
    logged = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    for private in ("1000000008", "ماجد", "UNKNOWN", "550000001"):
        assert private not in shown + logged


def test_a_person_is_found_by_the_number_theirs_replaced() -> None:
    record = RECORD | {"identity_number": "2000000055", "border_number": "3000000001", "nationality": "BD"}
    adapter, _ = directory(in_json(record))

    person = adapter.find(ENTERED)

    assert person is not None
    assert (person.identity, person.border_number) == (IdentityNumber("2000000055"), ENTERED)


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        (ENTERED, {"identity_number": "2000000055", "border_number": "3000000002"}),
        (ENTERED, {"identity_number": "2000000055", "border_number": "2000000014"}),
        (ENTERED, {"identity_number": "2000000055"}),
        (person_number("OM:00000001"), {"identity_number": "OM:00000001", "nationality": "QA"}),
        (MAJID, {"premium_residency": "yes"}),
    ],
)
def test_a_record_of_another_number_is_no_answer(asked: PersonNumber, wrong: dict[str, Any]) -> None:
    adapter, _ = directory(in_json(RECORD | wrong))

    with pytest.raises(AgencyUnavailable) as refusal:
        adapter.find(asked)

    assert refusal.value.reason == "wrong_answer"


def test_premium_residency_is_held_where_the_directory_says_so() -> None:
    adapter, _ = directory(in_json(RECORD), in_json(RECORD | {"premium_residency": True}))

    held = [person.premium_residency for _ in range(2) if (person := adapter.find(MAJID)) is not None]

    assert held == [False, True]
