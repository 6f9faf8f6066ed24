"""The guide tells what there is: every sign-in, every way to fail, every order."""

from pathlib import Path

import pytest

from local.simulators import Simulators
from local.simulators.faults import Fault, Mode
from local.simulators.people import roster
from local.simulators.sender import Tampering
from local.simulators.sms import MagicNumber

GUIDE = (Path(__file__).parents[2] / "docs/guides/simulators.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("person", [person.key for person in roster().people])
def test_everybody_is_introduced(person: str) -> None:
    assert f"`{person}`" in GUIDE


def test_the_password_is_told() -> None:
    assert {sign_in.password for sign_in in roster().sign_ins} == {"Local-only-2026"}
    assert "`Local-only-2026`" in GUIDE


@pytest.mark.parametrize("mode", list(Mode))
def test_every_way_to_fail_is_told(mode: Mode) -> None:
    assert f"| `{mode}` |" in GUIDE


def test_every_shape_of_a_wrong_answer_is_told() -> None:
    shapes = Fault.model_json_schema()["properties"]["shape"]["enum"]

    assert not [shape for shape in shapes if f"`{shape}`" not in GUIDE]


@pytest.mark.parametrize("tampering", [one for one in Tampering if one is not Tampering.NONE])
def test_every_way_to_spoil_a_delivery_is_told(tampering: Tampering) -> None:
    assert f"`{tampering}`" in GUIDE


@pytest.mark.parametrize("number", list(MagicNumber))
def test_every_magic_number_is_told(number: MagicNumber) -> None:
    assert f"`{number}`" in GUIDE or f"`…{number[-3:]}`" in GUIDE


def test_every_order_and_every_endpoint_is_told() -> None:
    agencies = Simulators(roster())
    paths = {
        endpoint.path.replace("<", "{").replace(">", "}")
        for agency in agencies.all()
        for endpoint in agency.endpoints()
    }

    assert not [path for path in paths if path not in GUIDE]
