"""The feed of service dates over HTTP: what is asked, and that nothing but a whole right answer becomes dates."""

import json
from datetime import date
from typing import Any

import pytest

from ishtirak.adapters.agencies.jawazat import JawazatResidency
from ishtirak.adapters.agencies.outbound import AgencyUnavailable
from ishtirak.adapters.aws.secrets import JawazatAccess, Secret
from ishtirak.kernel.identity import EstablishmentNumber, IdentityNumber
from ishtirak.register.service_dates import JoiningReason, LeavingReason, ServiceDates
from tests.unit.adapters.scripted import OneSecret, Reply, Step, in_json, outbound

MARIA, MITHAL = IdentityNumber("2000000014"), EstablishmentNumber("7000000001")
ACCESS = {"url": "https://jawazat.example/api", "key": "a-key-of-the-authority"}
ENDED = {
    "starts_on": "2024-02-11",
    "started_by": "ENTRY",
    "ends_on": "2026-01-31",
    "ended_by": "FINAL_EXIT",
}
OPEN = {"starts_on": "2026-10-05", "started_by": "SPONSORSHIP_TRANSFER", "ends_on": None, "ended_by": None}
RECORD: dict[str, Any] = {
    "identity_number": "2000000014",
    "unified_number": "7000000001",
    "services": [ENDED, OPEN],
}
NOBODY = in_json({"code": "person_not_found"}, status=404, media_type="application/problem+json")


def residency(*steps: Step, store: OneSecret | None = None) -> tuple[JawazatResidency, Any]:
    client, pool = outbound(*steps)
    secret = Secret(store or OneSecret(ACCESS), arn="arn:jawazat", model=JawazatAccess)
    return JawazatResidency(secret, outbound=client), pool


def test_the_number_and_the_key_stay_out_of_the_address() -> None:
    adapter, pool = residency(in_json(RECORD))

    adapter.services(MARIA, MITHAL)

    [seen] = pool.seen
    assert (seen.method, seen.url) == ("POST", "https://jawazat.example/api/v1/services/search")
    assert json.loads(seen.body) == {"identity_number": "2000000014", "unified_number": "7000000001"}
    assert seen.options["headers"]["x-api-key"] == ACCESS["key"]


def test_services_come_in_order_with_their_reasons() -> None:
    adapter, _ = residency(in_json(RECORD | {"visa": "work"}))

    assert adapter.services(MARIA, MITHAL) == (
        ServiceDates(
            starts_on=date(2024, 2, 11),
            started_by=JoiningReason.ENTRY,
            ends_on=date(2026, 1, 31),
            ended_by=LeavingReason.FINAL_EXIT,
        ),
        ServiceDates(starts_on=date(2026, 10, 5), started_by=JoiningReason.SPONSORSHIP_TRANSFER),
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"identity_number": "2000000022"},
        {"unified_number": "7000000002"},
        {"services": None},
        {"services": [OPEN] * 101},
        {"services": [OPEN, ENDED]},
        {"services": [ENDED, ENDED]},
        {"services": [ENDED, OPEN | {"starts_on": "2026-01-31"}]},
        *(
            {"services": [{name: value for name, value in ENDED.items() if name != left_out}]}
            for left_out in ENDED
        ),
        *(
            {"services": [{name: value for name, value in OPEN.items() if name != left_out}]}
            for left_out in OPEN
        ),
        {"services": [OPEN | {"starts_on": "05/10/2026"}]},
        {"services": [OPEN | {"started_by": "FINAL_EXIT"}]},
        {"services": [OPEN | {"ends_on": "2026-10-04", "ended_by": "DEATH"}]},
        {"services": [OPEN | {"ends_on": "2026-10-31"}]},
        {"services": [OPEN | {"ended_by": "DEATH"}]},
    ],
)
def test_a_record_with_one_wrong_field_is_no_answer(wrong: dict[str, Any]) -> None:
    adapter, _ = residency(in_json(RECORD | wrong))

    with pytest.raises(AgencyUnavailable) as refusal:
        adapter.services(MARIA, MITHAL)

    assert refusal.value.reason == "wrong_answer"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b""),
        in_json([RECORD]),
        in_json(RECORD, media_type="text/html"),
        in_json({"message": "no route"}, status=404),
        in_json({"code": "no_such_endpoint"}, status=404, media_type="application/problem+json"),
    ],
)
def test_bytes_that_are_no_record_are_no_answer(reply: Reply) -> None:
    adapter, _ = residency(reply)

    with pytest.raises(AgencyUnavailable) as refusal:
        adapter.services(MARIA, MITHAL)

    assert (refusal.value.agency, refusal.value.reason) == ("jawazat", "wrong_answer")


def test_the_authoritys_own_nobody_has_no_service() -> None:
    adapter, _ = residency(NOBODY)

    assert adapter.services(MARIA, MITHAL) == ()


def test_a_rotated_key_is_read_anew_and_the_question_asked_again() -> None:
    store = OneSecret(ACCESS)

    def refuse_and_rotate(seen: Any) -> Reply:
        store.content = ACCESS | {"key": "a-rotated-key-value"}
        return in_json({}, status=401)

    adapter, pool = residency(refuse_and_rotate, in_json(RECORD), store=store)

    assert len(adapter.services(MARIA, MITHAL)) == 2
    assert [seen.options["headers"]["x-api-key"] for seen in pool.seen] == [
        ACCESS["key"],
        "a-rotated-key-value",
    ]


def test_a_key_refused_twice_is_the_operators_matter() -> None:
    adapter, pool = residency(in_json({}, status=403))

    with pytest.raises(AgencyUnavailable) as refusal:
        adapter.services(MARIA, MITHAL)

    assert refusal.value.reason == "credentials_refused"
    assert len(pool.seen) == 2
