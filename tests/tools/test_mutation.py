"""The target that counts mutants can say no."""

import pytest

from tools.mutation import FLOOR, judge, score

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
