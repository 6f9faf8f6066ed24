"""The directory's simulator, and the real adapter when it misbehaves."""

import time
from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest

from ishtirak.adapters.agencies.absher import AbsherDirectory
from ishtirak.adapters.agencies.outbound import AgencyUnavailable, Outbound, OutboundPolicy
from ishtirak.adapters.aws.secrets import AbsherAccess, Secret
from ishtirak.kernel.identity import IdentityNumber, Mobile
from local.simulators import Simulators
from local.simulators.faults import Fault, Mode
from tests.simulators.access import WrittenSecrets

MAJID = IdentityNumber("1000000008")

type Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def directory(simulators: Simulators, impatient: Outbound) -> AbsherDirectory:
    secret = Secret(WrittenSecrets(simulators), arn="AbsherSecretArn", model=AbsherAccess)
    return AbsherDirectory(secret, outbound=impatient)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(mode=Mode.REFUSE, status=503, count=2),
        Fault(mode=Mode.REFUSE, status=429, retry_after=0),
        Fault(mode=Mode.TIME_OUT_AFTER, count=2),
        Fault(mode=Mode.SLOW, seconds=0.1),
    ],
)
def test_a_passing_fault_is_not_noticed(
    simulators: Simulators, directory: AbsherDirectory, fault: Fault
) -> None:
    simulators.absher.faults.add(fault)

    person = directory.find(MAJID)

    assert person is not None
    assert simulators.absher.faults.orders() == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault(mode=Mode.REFUSE, status=500, count=None), "broken"),
        (Fault(mode=Mode.REFUSE, status=404), "wrong_answer"),
        (Fault(mode=Mode.REFUSE, status=401, count=None), "credentials_refused"),
        (Fault(mode=Mode.TIME_OUT_AFTER, count=None, seconds=5.0), "no_answer"),
        (Fault(mode=Mode.WRONG_ANSWER, shape="cut_short"), "wrong_answer"),
        (Fault(mode=Mode.WRONG_ANSWER, shape="other_fields"), "wrong_answer"),
        (Fault(mode=Mode.WRONG_ANSWER, shape="web_page"), "wrong_answer"),
    ],
)
def test_a_lasting_fault_is_no_answer_and_never_nobody(
    simulators: Simulators, directory: AbsherDirectory, fault: Fault, reason: str
) -> None:
    simulators.absher.faults.add(fault)

    with pytest.raises(AgencyUnavailable) as refusal:
        directory.find(MAJID)

    assert refusal.value.reason == reason


def test_a_rotated_key_is_noticed_without_an_error(
    simulators: Simulators, directory: AbsherDirectory
) -> None:
    directory.find(MAJID)

    simulators.absher.key = "the-key-after-rotation"

    assert directory.find(MAJID) is not None


def test_a_mobile_changed_meanwhile_is_seen_at_the_next_question(
    simulators: Simulators, directory: AbsherDirectory, request_json: Ask
) -> None:
    change = {"identity_number": MAJID.reveal(), "mobile": "+966550000099"}

    status, _ = request_json("POST", f"{simulators.absher.url}/_sim/mobile", change)

    person = directory.find(MAJID)
    assert status == 204
    assert person is not None
    assert person.mobile == Mobile("+966550000099")


@pytest.mark.parametrize(
    ("search", "status"),
    [
        ({"identity_number": "1000000008"}, 200),
        (
            {
                "identity_number": "1000000008",
                "birth_date": {"calendar": "HIJRI", "year": 1405, "month": 3, "day": 17},
            },
            200,
        ),
        ({"identity_number": "1000000008", "birth_date": "1984-12-09"}, 404),
        ({"identity_number": "1234567897"}, 404),
        ({"identity_number": "1000000009"}, 400),
        ({"identity_number": "1000000008", "name": "x"}, 400),
        ({}, 400),
    ],
)
def test_the_directory_answers_a_search(
    simulators: Simulators, request_json: Ask, search: dict[str, Any], status: int
) -> None:
    url = f"{simulators.absher.url}/v1/people/search"

    answered, _ = request_json("POST", url, search, x_api_key=simulators.absher.key)

    assert answered == status


def test_the_directory_tells_nothing_without_its_key(simulators: Simulators, request_json: Ask) -> None:
    url = f"{simulators.absher.url}/v1/people/search"

    status, answer = request_json("POST", url, {"identity_number": "1000000008"}, x_api_key="guess")

    assert status == 401
    assert "name_ar" not in answer


def test_faults_are_ordered_listed_and_cleared_over_http(simulators: Simulators, request_json: Ask) -> None:
    url = f"{simulators.absher.url}/_sim/faults"

    added, _ = request_json("POST", url, {"endpoint": "search", "mode": "refuse", "count": 3, "status": 502})
    _, listed = request_json("GET", url)
    cleared, _ = request_json("DELETE", url)
    _, left = request_json("GET", url)

    assert (added, cleared) == (201, 204)
    assert [(fault["endpoint"], fault["mode"], fault["count"]) for fault in listed] == [
        ("search", "refuse", 3)
    ]
    assert left == []


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({"mode": "explode"}, 422),
        ({"mode": "refuse", "status": 200}, 422),
        ({"mode": "refuse", "count": 0}, 422),
        ({"mode": "refuse", "endpoint": "serch"}, 422),
    ],
)
def test_an_order_that_would_do_nothing_is_refused(
    simulators: Simulators, request_json: Ask, order: dict[str, Any], status: int
) -> None:
    answered, _ = request_json("POST", f"{simulators.absher.url}/_sim/faults", order)

    assert answered == status


def test_a_page_in_a_browser_cannot_give_orders(simulators: Simulators, request_json: Ask) -> None:
    url = f"{simulators.absher.url}/_sim/faults"

    status, _ = request_json("POST", url, {"mode": "refuse"}, content_type="text/plain")

    assert status == 415
    assert simulators.absher.faults.orders() == []


def test_a_lost_answer_is_lost_at_once_when_no_wait_is_ordered(simulators: Simulators) -> None:
    secret = Secret(WrittenSecrets(simulators), arn="AbsherSecretArn", model=AbsherAccess)
    patient = AbsherDirectory(
        secret, outbound=Outbound(OutboundPolicy(read=20.0, budget=20.0, first_pause=0.001))
    )
    simulators.absher.faults.add(Fault(mode=Mode.TIME_OUT_AFTER))

    started = time.perf_counter()
    patient.find(MAJID)

    assert time.perf_counter() - started < 5


def test_stopping_ends_a_wait_that_was_ordered(simulators: Simulators) -> None:
    simulators.absher.faults.add(Fault(mode=Mode.SLOW, seconds=60))
    secret = Secret(WrittenSecrets(simulators), arn="AbsherSecretArn", model=AbsherAccess)
    waiting = AbsherDirectory(secret, outbound=Outbound(OutboundPolicy(read=60.0, budget=60.0, attempts=1)))
    asking = Thread(target=waiting.find, args=(MAJID,))
    asking.start()
    while simulators.absher.faults.orders():
        time.sleep(0.005)

    simulators.absher.stop()
    asking.join(timeout=5)

    assert not asking.is_alive()
