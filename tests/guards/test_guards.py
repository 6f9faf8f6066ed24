"""No condition of a write stands without a test that fails when it is taken away."""

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ishtirak import adapters
from ishtirak.adapters import dynamo
from tests.flows.assembly import ROOT
from tests.guards.ablation import ablated
from tests.guards.declared import declarations
from tests.guards.found import Guard, clauses, guards

SAMPLE = (
    "AccessTable.consume update: digest = :digest",
    "SessionTable.renew update_if: generation = :read",
)


def test_every_guard_is_declared_and_nothing_else() -> None:
    """`python -m tests.guards --find` says which test misses a new one."""
    assert sorted(declarations()) == guards()


def test_every_guard_is_missed_by_a_test_or_says_why_it_cannot_be() -> None:
    for declared in declarations().values():
        assert bool(declared.killed_by) != bool(declared.never), declared.guard


def test_guards_that_say_the_same_name_each_other_and_the_reason() -> None:
    known = set(guards())
    for declared in declarations().values():
        assert bool(declared.together_with) == bool(declared.because), declared.guard
        assert set(declared.together_with) <= known, declared.guard


def test_the_tests_that_miss_them_exist() -> None:
    for declared in declarations().values():
        if declared.killed_by is not None:
            file, name = declared.killed_by.split("::")
            tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
            there = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            assert name.partition("[")[0] in there, declared.killed_by


def test_conditions_are_written_where_they_are_read_from() -> None:
    """One that is put together elsewhere would not be found."""
    folder = Path(adapters.__file__).parent
    for file in sorted(folder.rglob("*.py")):
        if file != folder / "dynamo.py":
            text = file.read_text(encoding="utf-8")
            assert '"ConditionExpression' not in text, file.name
            assert ".update_item(" not in text, file.name
            assert ".delete_item(" not in text, file.name


def test_a_guard_is_taken_away_by_itself() -> None:
    condition = "one = :one AND two = :two"
    ours = Guard("test_a_guard_is_taken_away_by_itself", "delete", "two = :two")

    with ablated([ours]) as met:
        write = dynamo.delete("table", {"pk": "1"}, condition=condition)

    assert write.operation["Delete"]["ConditionExpression"] == (
        "one = :one AND (two = :two OR attribute_not_exists(zz_never))"
    )
    assert {guard.clause for guard in met} == set(clauses(condition))
    assert (
        dynamo.delete("table", {"pk": "1"}, condition=condition).operation["Delete"]["ConditionExpression"]
        == condition
    )


def _taken_away(*names: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: tests run inside it."""
    return subprocess.run(
        [sys.executable, "-m", "tests.guards", *names], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_some_guards_are_missed_when_they_are_taken_away() -> None:
    run = _taken_away(*SAMPLE)

    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.count("noticed\t") == len(SAMPLE)


@pytest.mark.nightly
def test_every_guard_is_missed_when_it_is_taken_away(report: Callable[[str], None]) -> None:
    run = _taken_away()

    report(f"guards taken away: {run.stdout.count('noticed' + chr(9))}, and missed each time")
    assert run.returncode == 0, run.stdout + run.stderr
