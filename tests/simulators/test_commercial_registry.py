"""The registry's simulator, and the real adapter when it misbehaves."""

from collections.abc import Callable
from typing import Any

import pytest

from ishtirak.adapters.agencies.commercial_registry import CommercialRegistryFeed
from ishtirak.adapters.agencies.outbound import AgencyUnavailable, Outbound
from ishtirak.adapters.aws.secrets import RegistryAccess, Secret
from ishtirak.register.registry import RegistryStatus
from local.simulators import Simulators
from local.simulators.faults import Fault, Mode
from local.simulators.people import roster
from tests.simulators.access import WrittenSecrets

type Ask = Callable[..., tuple[int, Any]]


@pytest.fixture
def registry(simulators: Simulators, impatient: Outbound) -> CommercialRegistryFeed:
    secret = Secret(WrittenSecrets(simulators), arn="CommercialRegistrySecretArn", model=RegistryAccess)
    return CommercialRegistryFeed(secret, outbound=impatient)


def test_the_feed_says_of_every_establishment_that_it_was_entered(registry: CommercialRegistryFeed) -> None:
    entries = registry.changes(after=0, limit=50)

    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
    changes = [entry.change for entry in entries if entry.change is not None]
    assert len(changes) == len(entries)
    assert {change.unified_number for change in changes} == {
        establishment.unified_number for establishment in roster().establishments
    }
    assert changes[-1].status is RegistryStatus.LIQUIDATION


def test_pages_follow_one_another_to_the_end(registry: CommercialRegistryFeed) -> None:
    whole = registry.changes(after=0, limit=50)
    pages = [registry.changes(after=after, limit=2) for after in range(0, len(whole), 2)]

    assert [entry for page in pages for entry in page] == list(whole)
    assert registry.changes(after=len(whole), limit=2) == ()


@pytest.mark.parametrize(
    "content",
    [7, "text", [], {}, {"unified_number": "7000000001"}, {"unified_number": "1000000008"}],
    ids=repr,
)
def test_an_entry_that_is_none_keeps_its_place(
    simulators: Simulators, registry: CommercialRegistryFeed, request_json: Ask, content: Any
) -> None:
    entered = simulators.commercial_registry.latest("7000000001")
    last = registry.changes(after=0, limit=50)[-1].position
    for each in (content, entered):
        status, _ = request_json("POST", f"{simulators.commercial_registry.url}/_sim/changes", each)
        assert status == 201

    unreadable, readable = registry.changes(after=last, limit=50)

    assert (unreadable.position, unreadable.change) == (last + 1, None)
    assert readable.change is not None


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
def test_a_lasting_fault_is_no_answer_and_never_the_end_of_the_feed(
    simulators: Simulators, registry: CommercialRegistryFeed, fault: Fault, reason: str
) -> None:
    simulators.commercial_registry.faults.add(fault)

    with pytest.raises(AgencyUnavailable) as refusal:
        registry.changes(after=0, limit=50)

    assert (refusal.value.agency, refusal.value.reason) == ("commercial_registry", reason)


def test_without_the_key_nothing_is_told(simulators: Simulators, request_json: Ask) -> None:
    url = f"{simulators.commercial_registry.url}/v1/changes"

    assert request_json("POST", url, {"after": 0, "limit": 5})[0] == 401
    refused = request_json(
        "POST", url, {"after": -1, "limit": 5}, x_api_key=simulators.commercial_registry.key
    )
    assert refused[0] == 400
