"""The gate over workflow files: the real ones pass, and every check of it can fail."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.gates import asl
from infra.workflow import WORKFLOWS, require_same_functions

FILES = sorted(WORKFLOWS.glob("*.asl.yaml"))
Spoil = Callable[[dict[str, Any]], None]

SOUND: dict[str, Any] = {
    "QueryLanguage": "JSONata",
    "StartAt": "Ask",
    "States": {
        "Ask": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "Arguments": {
                "FunctionName": "${Ask}",
                "Payload": {"token": "{% $states.context.Task.Token %}", "id": "{% $states.input.id %}"},
            },
            "Assign": {"id": "{% $states.input.id %}"},
            "TimeoutSeconds": 60,
            "Catch": [
                {"ErrorEquals": ["States.Timeout"], "Next": "Note"},
                {"ErrorEquals": ["States.ALL"], "Next": "Record"},
            ],
            "Next": "Note",
        },
        "Note": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {
                "FunctionName": "${Note}",
                "Payload": "{% ($said := 'to $nobody'; $map([1], function($each) { $each & $said & $id })) %}",
            },
            "TimeoutSeconds": 60,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Record"}],
            "Next": "Enough?",
        },
        "Record": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": {"FunctionName": "${Record}"},
            "TimeoutSeconds": 60,
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}],
            "Next": "Failed",
        },
        "Enough?": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $id = 'r-1' %}", "Next": "Done"}],
            "Default": "Note",
        },
        "Done": {"Type": "Succeed"},
        "Failed": {"Type": "Fail", "Error": "Failed"},
    },
}


def complaints(spoil: Spoil) -> str:
    definition = copy.deepcopy(SOUND)
    spoil(definition["States"])
    return "\n".join(str(finding) for finding in asl.findings(definition, name="w"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.removesuffix(".asl.yaml"))
def test_every_workflow_file_holds(path: Path) -> None:
    definition = yaml.safe_load(path.read_text(encoding="utf-8"))

    assert [str(finding) for finding in asl.findings(definition, name=path.stem)] == []


def test_there_is_a_workflow_to_check() -> None:
    assert "add_period.asl.yaml" in {path.name for path in FILES}


def test_a_sound_definition_is_accepted() -> None:
    assert asl.findings(SOUND, name="w") == []


def _put(state: str, field: str, value: Any) -> Spoil:
    def change(states: dict[str, Any]) -> None:
        states[state][field] = value

    return change


def _take(state: str, field: str) -> Spoil:
    def change(states: dict[str, Any]) -> None:
        del states[state][field]

    return change


def _catch_only(*errors: str) -> Spoil:
    return _put("Ask", "Catch", [{"ErrorEquals": [error], "Next": "Record"} for error in errors])


def _add(state: str, content: dict[str, Any]) -> Spoil:
    def change(states: dict[str, Any]) -> None:
        states[state] = content

    return change


def _endless(states: dict[str, Any]) -> None:
    states["Enough?"]["Choices"].append({"Condition": "{% true %}", "Next": "Spin"})
    states["Spin"] = {"Type": "Pass", "Next": "Spin"}


def _only_failing(states: dict[str, Any]) -> None:
    states["Done"] = {"Type": "Fail", "Error": "Never"}


def _inner(states: dict[str, Any]) -> None:
    states["Note"] = {
        "Type": "Map",
        "Items": "{% [1] %}",
        "ItemProcessor": {"StartAt": "Gone", "States": {"One": {"Type": "Succeed"}}},
        "Next": "Enough?",
    }


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (_put("Ask", "Next", "Nowhere"), "w/Ask: target 'Nowhere' does not exist"),
        (_put("Enough?", "Default", "Nowhere"), "w/Enough?: target 'Nowhere' does not exist"),
        (_catch_only("States.Timeout"), "does not catch States.ALL"),
        (_catch_only("States.ALL"), "does not catch States.Timeout"),
        (_catch_only("States.ALL", "States.Timeout"), "catches something after States.ALL"),
        (_take("Note", "Catch"), "w/Note: does not catch States.ALL"),
        (
            _put("Note", "Catch", [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}]),
            "w/Note: fails into 'Failed' without recording it",
        ),
        (_take("Record", "Catch"), "w/Record: does not catch States.ALL"),
        (_take("Note", "TimeoutSeconds"), "w/Note: has no TimeoutSeconds"),
        (_add("Lonely", {"Type": "Succeed"}), "w/Lonely: is never reached"),
        (_endless, "leads to no end"),
        (_only_failing, "no way through it ends well"),
        (_take("Note", "Next"), "w/Note: needs either End or Next"),
        (_put("Note", "End", True), "w/Note: needs either End or Next"),
        (_put("Note", "ResultPath", "$.x"), "w/Note: ResultPath is JSONPath in a JSONata state"),
        (_put("Note", "Arguments", {"id.$": "$.id"}), "a name ending in .$ is JSONPath"),
        (_put("Note", "Output", "{% $id & %}"), "w/Note/Output: is not JSONata"),
        (_put("Note", "Output", "{% $id "), "w/Note/Output: the expression is not closed"),
        (_put("Note", "Output", "{% $idd %}"), "w/Note/Output: reads $idd, which nothing assigns"),
        (_put("Ask", "Arguments", {"FunctionName": "${Ask}"}), "waits for a token it gives to nobody"),
        (_inner, "w/Note[0]: StartAt 'Gone' does not exist"),
    ],
)
def test_the_gate_names_what_is_wrong(spoil: Spoil, complaint: str) -> None:
    assert complaint in complaints(spoil)


def test_a_start_that_does_not_exist_is_named() -> None:
    findings = asl.findings({**SOUND, "StartAt": "Begin"}, name="w")

    assert "w: StartAt 'Begin' does not exist" in [str(finding) for finding in findings]


def test_the_file_and_the_stack_must_name_the_same_functions() -> None:
    with pytest.raises(ValueError, match=r"the file names \['Ask'\], the stack offers \['Ask', 'Note'\]"):
        require_same_functions("w", "FunctionName: ${Ask}", offered={"Ask", "Note"})


def test_a_wait_times_out_by_the_deadline_people_are_told_and_is_counted_from_its_own_beginning() -> None:
    """Whatever ends a wait, or precedes the first, says anew until when each party would be allowed."""
    states = yaml.safe_load(Path("workflows/add_period.asl.yaml").read_text(encoding="utf-8"))["States"]
    waiting = {
        name: state for name, state in states.items() if "waitForTaskToken" in state.get("Resource", "")
    }
    tells = {"Check eligibility", *waiting, *(name for name in states if name.endswith("timeout"))}

    assert len(waiting) == 4
    for state in waiting.values():
        party = state["Arguments"]["Payload"]["party"].lower()
        assert state["Arguments"]["Payload"]["until"] == f"{{% $waits.{party}.until %}}"
        assert state["TimeoutSeconds"] == f"{{% $waits.{party}.seconds %}}"
    for name in tells:
        assert states[name]["Assign"]["waits"] in (
            "{% $states.result.waits %}",
            "{% $states.result.Payload.waits %}",
        )
