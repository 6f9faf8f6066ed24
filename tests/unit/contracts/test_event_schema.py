"""The committed schema of Qiwa's events is the one the code reads by."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ishtirak.contracts.model import ContractEvent
from tests.fakes.contracts import an_event

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "events" / "qiwa-contract.schema.json"
SAMPLES = sorted((Path(__file__).parents[3] / "functions" / "ingest_contract" / "events").glob("*.json"))


def test_the_committed_schema_is_the_models() -> None:
    committed = json.loads(REFERENCE.read_text(encoding="utf-8"))

    assert committed == ContractEvent.document(), "run: python -m tools.qiwa_schema"


def test_the_sample_is_valid_by_the_schema() -> None:
    Draft202012Validator(ContractEvent.document()).validate(an_event())


@pytest.mark.parametrize("broken", [{"version": 0}, {"contract_number": "1"}, {"terms__wage__basic": -1}])
def test_the_schema_refuses_what_the_model_refuses(broken: dict[str, object]) -> None:
    assert not Draft202012Validator(ContractEvent.document()).is_valid(an_event(**broken))


def test_what_the_simulator_may_send_is_read() -> None:
    simulator = json.loads(
        (Path(__file__).parents[3] / "local" / "simulators" / "qiwa-event.schema.json").read_text(
            encoding="utf-8"
        )
    )
    ours = ContractEvent.document()

    assert set(ours["required"]) <= set(simulator["required"])
    assert (
        simulator["properties"]["contract_number"]["pattern"]
        == ours["properties"]["contract_number"]["pattern"]
    )
    assert simulator["properties"]["type"]["enum"] == ours["$defs"]["EventType"]["enum"]
