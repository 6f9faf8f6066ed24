"""The feed's simulator, and the real adapter when it misbehaves."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ishtirak.adapters.agencies.absher import AbsherDirectory
from ishtirak.adapters.agencies.jawazat import JawazatResidency
from ishtirak.adapters.agencies.outbound import AgencyUnavailable, Outbound
from ishtirak.adapters.aws.secrets import AbsherAccess, JawazatAccess, Secret
from ishtirak.kernel.identity import BorderNumber, EstablishmentNumber, IdentityNumber
from ishtirak.register.service_dates import JoiningReason, LeavingReason, ServiceDates
from local.simulators import Simulators
from local.simulators.faults import Fault, Mode
from tests.simulators.access import WrittenSecrets

MARIA, KAMAL = IdentityNumber("2000000014"), BorderNumber("3000000001")
MITHAL = EstablishmentNumber("7000000001")

type Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def residency(simulators: Simulators, impatient: Outbound) -> JawazatResidency:
    secret = Secret(WrittenSecrets(simulators), arn="JawazatSecretArn", model=JawazatAccess)
    return JawazatResidency(secret, outbound=impatient)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(mode=Mode.REFUSE, status=503, count=2),
        Fault(mode=Mode.TIME_OUT_AFTER, count=2),
        Fault(mode=Mode.SLOW, seconds=0.1, endpoint="services"),
    ],
)
def test_a_passing_fault_is_not_noticed(
    simulators: Simulators, residency: JawazatResidency, fault: Fault
) -> None:
    simulators.jawazat.faults.add(fault)

    assert len(residency.services(MARIA, MITHAL)) == 1
    assert simulators.jawazat.faults.orders() == []


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
def test_a_lasting_fault_is_no_answer_and_never_no_service(
    simulators: Simulators, residency: JawazatResidency, fault: Fault, reason: str
) -> None:
    simulators.jawazat.faults.add(fault)

    with pytest.raises(AgencyUnavailable) as refusal:
        residency.services(MARIA, MITHAL)

    assert (refusal.value.agency, refusal.value.reason) == ("jawazat", reason)


def test_what_is_reported_anew_is_seen_at_the_next_question(
    simulators: Simulators, residency: JawazatResidency, request_json: Ask
) -> None:
    service = {"starts_on": "2026-11-01", "started_by": "ENTRY"}
    ended = service | {"ends_on": "2026-11-20", "ended_by": "FINAL_EXIT"}
    report = {"identity_number": MARIA.reveal(), "unified_number": MITHAL.reveal(), "services": [ended]}

    status, _ = request_json("POST", f"{simulators.jawazat.url}/_sim/services", report)

    assert status == 204
    assert residency.services(MARIA, MITHAL) == (
        ServiceDates(
            starts_on=date(2026, 11, 1),
            started_by=JoiningReason.ENTRY,
            ends_on=date(2026, 11, 20),
            ended_by=LeavingReason.FINAL_EXIT,
        ),
    )


@pytest.mark.parametrize(
    ("search", "status"),
    [
        ({"identity_number": "2000000014", "unified_number": "7000000001"}, 200),
        ({"identity_number": "3000000001", "unified_number": "7000000001"}, 200),
        ({"identity_number": "1000000008", "unified_number": "7000000001"}, 404),
        ({"identity_number": "2000000006", "unified_number": "7000000001"}, 404),
        ({"identity_number": "2000000015", "unified_number": "7000000001"}, 400),
        ({"identity_number": "2000000014"}, 400),
    ],
)
def test_the_feed_knows_residents_and_nobody_else(
    simulators: Simulators, request_json: Ask, search: dict[str, Any], status: int
) -> None:
    url = f"{simulators.jawazat.url}/v1/services/search"

    answered, _ = request_json("POST", url, search, x_api_key=simulators.jawazat.key)

    assert answered == status


def test_the_feed_tells_nothing_without_its_key(simulators: Simulators, request_json: Ask) -> None:
    search = {"identity_number": "2000000014", "unified_number": "7000000001"}

    status, answer = request_json("POST", f"{simulators.jawazat.url}/v1/services/search", search)

    assert status == 401
    assert "services" not in answer


def test_an_iqama_issued_meanwhile_answers_to_both_numbers(
    simulators: Simulators, impatient: Outbound, request_json: Ask
) -> None:
    secret = Secret(WrittenSecrets(simulators), arn="AbsherSecretArn", model=AbsherAccess)
    directory = AbsherDirectory(secret, outbound=impatient)
    iqama = IdentityNumber("2000000055")
    issue = {"border_number": KAMAL.reveal(), "identity_number": iqama.reveal()}

    before = directory.find(KAMAL)
    status, _ = request_json("POST", f"{simulators.absher.url}/_sim/iqama", issue)

    assert status == 204
    assert before is not None
    assert (before.identity, before.border_number) == (KAMAL, None)
    for number in (KAMAL, iqama):
        after = directory.find(number)
        assert after is not None
        assert (after.identity, after.border_number) == (iqama, KAMAL)
