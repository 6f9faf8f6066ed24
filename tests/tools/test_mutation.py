"""The target that counts mutants can say no."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tools import mutation
from tools.mutation import FLOOR, ROOT, TARGETS, copied, judge, score

ALL_KILLED = {"killed": 100, "survived": 0, "no_tests": 0, "timeout": 0, "segfault": 0, "total": 100}


def test_killed_and_never_ending_mutants_were_noticed() -> None:
    statistics = {**ALL_KILLED, "killed": 90, "timeout": 4, "segfault": 1, "survived": 5}

    assert score(statistics) == 95.0


@pytest.mark.parametrize(("survived", "kept"), [(0, True), (5, True), (6, False)])
def test_the_floor_is_held(survived: int, *, kept: bool) -> None:
    statistics = {**ALL_KILLED, "killed": 100 - survived, "survived": survived}

    assert judge(statistics, floor=FLOOR)[0] is kept


def test_a_mutant_no_test_runs_is_alive() -> None:
    assert not judge({**ALL_KILLED, "killed": 94, "no_tests": 6}, floor=FLOOR)[0]


def test_no_mutants_at_all_are_no_pass() -> None:
    assert not judge(dict.fromkeys(ALL_KILLED, 0), floor=FLOOR)[0]


@pytest.mark.parametrize("name", TARGETS)
def test_what_a_target_names_exists(name: str) -> None:
    target = TARGETS[name]

    assert [list(ROOT.glob(source)) for source in target.sources if not list(ROOT.glob(source))] == []
    assert [path for path in (*target.tests, *target.left_out) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", TARGETS)
def test_a_copy_holds_the_tests_of_its_target_without_those_left_out(name: str, tmp_path: Path) -> None:
    target = TARGETS[name]

    copy = copied(target, into=tmp_path)

    mutmut = tomllib.loads((copy / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
    assert mutmut["only_mutate"] == list(target.sources)
    assert mutmut["pytest_add_cli_args_test_selection"] == list(target.tests)
    assert all((copy / test).exists() for test in target.tests)
    assert not any((copy / test).exists() for test in target.left_out)
    assert (ROOT / target.tests[0]).exists()


def test_one_target_below_the_floor_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def noticed(name: str, **_: Any) -> bool:
        tried.append(name)
        return name != "billing"

    monkeypatch.setattr(mutation, "environment", Path)
    monkeypatch.setattr(mutation, "mutated", noticed)

    assert (mutation.main([]), tried) == (1, ["statute", "billing", "contracts"])
    assert mutation.main(["--of", "statute"]) == 0
    assert mutation.main(["--of", "contracts", "--of", "billing"]) == 1
    assert tried[3:] == ["statute", "contracts", "billing"]
