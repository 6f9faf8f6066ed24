"""Qiwa's simulator: events the receiver can verify, versions, repeats, forgeries, and what it serves."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import urllib3
from jsonschema import Draft202012Validator
from werkzeug import Request, Response

from ishtirak.contracts.model import ContractEvent, ContractTerms, ContractWage, Employer, Worker
from ishtirak.webhooks.signatures import SignatureRefused, verify
from local.simulators import Simulators
from local.simulators.people import roster
from local.simulators.qiwa import SCHEMA
from local.simulators.server import Endpoint, Simulator

type Ask = Callable[..., tuple[int, Any]]


class Receiver(Simulator):
    """Stands where our webhook would: verifies, remembers, answers what it is told."""

    name = "receiver"

    def __init__(self, simulators: Simulators) -> None:
        super().__init__()
        self._simulators = simulators
        self.accepted: list[tuple[str, dict[str, Any]]] = []
        self.refused: list[str] = []

    def endpoints(self) -> Iterator[Endpoint]:
        yield Endpoint("events", "POST", "/v1/qiwa/events", self._receive)

    def _receive(self, request: Request) -> Response:
        body = request.get_data()
        headers: dict[str, str | None] = dict(request.headers)
        keys = self._simulators.qiwa.signing_keys[:1]
        try:
            message_id = verify(headers, body=body, keys=keys, now=datetime.now(UTC))
        except SignatureRefused as refused:
            self.refused.append(refused.reason)
            return Response(status=401)
        self.accepted.append((message_id, json.loads(body)))
        return Response(status=202)


@pytest.fixture
def receiver(simulators: Simulators) -> Iterator[Receiver]:
    standing = Receiver(simulators)
    standing.start()
    simulators.qiwa.target = f"{standing.url}/v1/qiwa/events"
    yield standing
    standing.stop()


@pytest.fixture
def order(simulators: Simulators, request_json: Ask) -> Callable[..., tuple[int, Any]]:
    def give(what: str, **content: Any) -> tuple[int, Any]:
        return request_json("POST", f"{simulators.qiwa.url}/_sim/{what}", content)

    return give


def test_an_authenticated_contract_arrives_signed_and_in_the_published_form(
    receiver: Receiver, order: Ask
) -> None:
    status, told = order("authenticate", worker="sara", establishment="mithal")

    [(message_id, event)] = receiver.accepted
    Draft202012Validator(SCHEMA).validate(event)
    assert status == 201
    assert told["delivery"] == {"message_id": message_id, "statuses": [202]}
    assert (event["type"], event["version"]) == ("contract.authenticated", 1)
    assert event["worker"] == {
        "identity_number": "1000000016",
        "name_ar": "سارة التجريبية",
        "name_en": "Sara At-Tajribiyah",
        "birth_date": "2001-05-20",
        "nationality": "SA",
    }
    assert event["establishment"]["unified_number"] == "7000000001"
    assert (event["terms"]["kind"], event["terms"]["ends_on"]) == ("OPEN", None)


def test_a_birth_date_keeps_its_calendar_on_the_way(receiver: Receiver, order: Ask) -> None:
    order("authenticate", worker="1000000008", establishment="7000000005")

    [(_, event)] = receiver.accepted
    assert event["worker"]["birth_date"] == {"calendar": "HIJRI", "year": 1405, "month": 3, "day": 17}


def test_each_change_is_the_next_version_of_the_whole_contract(receiver: Receiver, order: Ask) -> None:
    _, told = order("authenticate", worker="maria", establishment="mithal", contract_number="C-2026001")

    order("amend", contract_number="C-2026001", terms={"wage": {"basic": 950000}})
    order("terminate", contract_number="C-2026001", ends_on="2026-12-31")

    events = [event for _, event in receiver.accepted]
    assert [(event["type"], event["version"]) for event in events] == [
        ("contract.authenticated", 1),
        ("contract.amended", 2),
        ("contract.terminated", 3),
    ]
    assert events[1]["terms"]["wage"] == told["event"]["terms"]["wage"] | {"basic": 950000}
    assert (events[2]["terms"]["ends_on"], events[2]["terms"]["wage"]["basic"]) == ("2026-12-31", 950000)
    assert len({message_id for message_id, _ in receiver.accepted}) == 3


def test_an_old_version_is_sent_again_under_its_own_id(receiver: Receiver, order: Ask) -> None:
    order("authenticate", worker="sara", establishment="mithal", contract_number="C-0001")
    order("amend", contract_number="C-0001", terms={"work_type": "PART_TIME"})

    status, _ = order("deliver", contract_number="C-0001", version=1)

    assert status == 200
    assert receiver.accepted[2] == receiver.accepted[0]


def test_a_delivery_that_fails_is_repeated_under_the_same_id(
    simulators: Simulators, receiver: Receiver, order: Ask, request_json: Ask
) -> None:
    request_json("POST", f"{receiver.url}/_sim/faults", {"mode": "refuse", "status": 500})

    _, told = order("authenticate", worker="sara", establishment="mithal")

    assert told["delivery"]["statuses"] == [500, 202]


def test_an_answer_lost_after_taking_the_event_brings_it_twice(
    receiver: Receiver, order: Ask, request_json: Ask
) -> None:
    request_json("POST", f"{receiver.url}/_sim/faults", {"mode": "time_out_after"})

    _, told = order("authenticate", worker="sara", establishment="mithal")

    assert told["delivery"]["statuses"] == [0, 202]
    assert receiver.accepted[0] == receiver.accepted[1]


@pytest.mark.parametrize(
    ("tampering", "reason"),
    [
        ("body", "no_live_key_matches"),
        ("signature", "no_live_key_matches"),
        ("unknown_key", "no_live_key_matches"),
        ("old_timestamp", "timestamp_outside_tolerance"),
    ],
)
def test_what_was_tampered_with_is_refused(
    receiver: Receiver, order: Ask, tampering: str, reason: str
) -> None:
    order("authenticate", worker="sara", establishment="mithal", contract_number="C-0001", deliver=False)

    _, told = order("deliver", contract_number="C-0001", tampering=tampering)

    assert told["delivery"]["statuses"] == [401]
    assert (receiver.refused, receiver.accepted) == ([reason], [])


def test_during_a_rotation_the_old_key_still_verifies(receiver: Receiver, order: Ask) -> None:
    _, rotated = order("rotate", step="add")

    _, told = order("authenticate", worker="sara", establishment="mithal")

    assert len(rotated["signing_keys"]) == 2
    assert told["delivery"]["statuses"] == [202]


def test_any_document_can_be_sent_signed(receiver: Receiver, order: Ask) -> None:
    order("send", event={"schema": "2.0", "type": "contract.renamed"})

    assert [event for _, event in receiver.accepted] == [{"schema": "2.0", "type": "contract.renamed"}]


@pytest.mark.parametrize(
    ("what", "content", "status"),
    [
        ("authenticate", {"worker": "nobody", "establishment": "mithal"}, 404),
        ("authenticate", {"worker": "sara", "establishment": "nowhere"}, 404),
        ("authenticate", {"worker": "sara"}, 422),
        ("authenticate", {"worker": "sara", "establishment": "mithal", "contract_number": "17"}, 422),
        ("authenticate", {"worker": "sara", "establishment": "mithal", "terms": {"kind": "LOOSE"}}, 422),
        (
            "authenticate",
            {"worker": "sara", "establishment": "mithal", "terms": {"wage": {"basic": 1.5}}},
            422,
        ),
        ("amend", {"contract_number": "C-9999"}, 404),
        ("deliver", {"contract_number": "C-9999"}, 404),
        ("target", {"url": "https://elsewhere.example/"}, 422),
        ("rotate", {"step": "both"}, 422),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_and_nothing_is_sent(
    receiver: Receiver, order: Ask, what: str, content: dict[str, Any], status: int
) -> None:
    answered, _ = order(what, **content)

    assert answered == status
    assert receiver.accepted == []


def test_a_refused_contract_leaves_its_number_free(receiver: Receiver, order: Ask) -> None:
    order(
        "authenticate",
        worker="sara",
        establishment="mithal",
        contract_number="C-0001",
        terms={"kind": "LOOSE"},
    )

    status, _ = order("authenticate", worker="sara", establishment="mithal", contract_number="C-0001")
    again, _ = order("authenticate", worker="sara", establishment="mithal", contract_number="C-0001")

    assert (status, again) == (201, 422)


def test_without_a_target_it_says_so(simulators: Simulators, order: Ask) -> None:
    status, answer = order("authenticate", worker="sara", establishment="mithal")

    assert (status, answer["code"]) == (409, "no_target")


def test_a_contract_is_served_as_it_stands(
    simulators: Simulators, receiver: Receiver, order: Ask, request_json: Ask
) -> None:
    order("authenticate", worker="sara", establishment="mithal", contract_number="C-0001")
    order("terminate", contract_number="C-0001", ends_on="2026-12-31")
    url = f"{simulators.qiwa.url}/v1/contracts"

    status, contract = request_json("GET", f"{url}/C-0001", x_api_key=simulators.qiwa.key)
    unknown, _ = request_json("GET", f"{url}/C-0002", x_api_key=simulators.qiwa.key)
    without_key, _ = request_json("GET", f"{url}/C-0001")

    assert (status, unknown, without_key) == (200, 404, 401)
    assert (contract["status"], contract["version"]) == ("TERMINATED", 2)


def test_the_snapshot_counts_and_hashes_its_rows(
    simulators: Simulators, receiver: Receiver, order: Ask
) -> None:
    for worker in ("sara", "maria", "anil"):
        order("authenticate", worker=worker, establishment="mithal")

    response = urllib3.request(
        "GET", f"{simulators.qiwa.url}/v1/snapshots/latest", headers={"x-api-key": simulators.qiwa.key}
    )

    lines = response.data.decode().splitlines(keepends=True)
    trailer = json.loads(lines[-1])
    assert trailer == {"rows": 3, "sha256": hashlib.sha256("".join(lines[:-1]).encode()).hexdigest()}
    assert [json.loads(line)["status"] for line in lines[:-1]] == ["AUTHENTICATED"] * 3


@pytest.mark.parametrize("worker", [person.key for person in roster().people])
def test_what_qiwa_tells_of_anybody_is_what_the_receiving_side_reads(
    simulators: Simulators, receiver: Receiver, order: Ask, worker: str
) -> None:
    order("authenticate", worker=worker, establishment="mithal", contract_number="C-0001")
    for change in ("amend", "terminate", "expire"):
        order(change, contract_number="C-0001")

    read = [ContractEvent.model_validate_json(json.dumps(event)) for _, event in receiver.accepted]

    assert [event.version for event in read] == [1, 2, 3, 4]
    assert {event.worker.identity_number for event in read} == {roster().person(worker).identity_number}


def test_the_published_form_names_the_fields_the_receiving_side_reads() -> None:
    published = {name: set(part.get("properties", ())) for name, part in SCHEMA["properties"].items()}

    assert set(published) == {field.alias or name for name, field in ContractEvent.model_fields.items()}
    assert published["establishment"] == set(Employer.model_fields)
    assert published["worker"] == set(Worker.model_fields)
    assert published["terms"] == set(ContractTerms.model_fields)
    assert set(SCHEMA["properties"]["terms"]["properties"]["wage"]["properties"]) == set(
        ContractWage.model_fields
    )
