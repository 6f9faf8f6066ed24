"""The worked examples, and the runner that checks them."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cases.__main__ import main
from tests.cases.run import SECTIONS, Outcome, run_file

RULES = Path(__file__).parent / "rules.json"
AMENDMENTS = Path(__file__).parent / "amendments.json"
CONTRACTS = Path(__file__).parent / "contracts.json"
FILES = (RULES, AMENDMENTS, CONTRACTS)
EXAMPLES = {
    section: cases
    for file in FILES
    for section, cases in json.loads(file.read_text("utf-8")).items()
    if section != "note"
}


@pytest.mark.parametrize(
    "outcome",
    [outcome for file in FILES for outcome in run_file(file)],
    ids=lambda outcome: f"{outcome.section}-{outcome.name}",
)
def test_the_worked_example_comes_out(outcome: Outcome) -> None:
    assert outcome.actual == outcome.expected


def test_every_example_is_run() -> None:
    outcomes = [outcome for file in FILES for outcome in run_file(file)]

    assert len(outcomes) == sum(len(cases) for cases in EXAMPLES.values())
    assert EXAMPLES.keys() == SECTIONS.keys()


@pytest.mark.parametrize(("file", "count"), [(RULES, 53), (AMENDMENTS, 12), (CONTRACTS, 11)])
def test_the_runner_ends_with_the_count(file: Path, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(file)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"{count} passed, 0 failed"


@pytest.mark.parametrize("section", sorted(EXAMPLES))
def test_a_wrong_expectation_fails_with_both_sides(
    section: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = EXAMPLES[section][0]
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps({section: [falsified(case)]}), "utf-8")

    assert main([str(file)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("  expected ")
    assert lines[2].startswith("  actual   ")
    assert lines[-1] == "0 passed, 1 failed"


def falsified(case: dict[str, Any]) -> dict[str, Any]:
    """The case with one expected value changed."""
    wrong: dict[str, Any] = {
        "contributory_wage": "1.00",
        "fine": "1.00",
        "window_from": "1999-01-01",
        "employer_until": "1999-01-01",
        "valid": False,
        "gregorian": "1999-01-01",
        "segments": 9,
    }
    for name, value in wrong.items():
        if name in case:
            return {**case, name: value}
    if "acts" in case:
        *acts, last = case["acts"]
        return {**case, "acts": [*acts, {**last, "expected": {**last["expected"], "total": "1.00"}}]}
    return {**case, "expected": ["1.00"]}


@pytest.mark.parametrize(
    "content",
    [
        '{"poems": [{"id": "P1"}]}',
        '{"fines": [{"id": "F1"}]}',
        '{"ids": [{}]}',
        '{"amendment_sequence": [{}]}',
        '{"contract_event": [{}]}',
    ],
)
def test_a_case_that_cannot_be_run_fails(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "odd.json"
    file.write_text(content, "utf-8")

    assert main([str(file)]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 1 failed"


def test_nothing_to_run_is_no_success(tmp_path: Path) -> None:
    file = tmp_path / "empty.json"
    file.write_text("{}", "utf-8")

    assert main([str(file)]) == 2
    assert main([]) == 2
