"""An effect is committed in one place: what a retry, a lost reply and a cancelled transaction mean is decided there."""

import ast

import pytest

from tests.architecture.sources import functions_of, sources, tree

TRANSACTION = "ishtirak/adapters/transaction.py"
#: Who may call what of DynamoDB; `update_item` is for counters that are spent before anything is looked at.
CALLERS = {
    "transact_write_items": {TRANSACTION},
    "transact_get_items": {TRANSACTION},
    "put_item": {TRANSACTION},
    "update_item": {"ishtirak/adapters/dynamo.py"},
    "delete_item": set(),
    "batch_write_item": set(),
    "batch_get_item": set(),
    "execute_statement": set(),
    "execute_transaction": set(),
}


@pytest.mark.parametrize("call", CALLERS)
def test_a_call_of_dynamodb_is_made_where_its_failures_are_decided(call: str) -> None:
    callers = {
        path.as_posix()
        for path in sources("ishtirak", "functions")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == call
    }

    assert callers == CALLERS[call]


def test_only_a_use_case_commits() -> None:
    committing = {
        path.parts[1]
        for path in sources("ishtirak", "functions")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    }

    # the edge adds the kept response to what a use case commits
    assert committing == {"use_cases", "edge"}


def test_no_use_case_commits_in_a_loop() -> None:
    """A second commit after a first is two effects: one of them may be all there is."""
    repeated = [
        f"{path}:{node.lineno}"
        for path in sources("ishtirak/use_cases")
        for function in functions_of(path)
        for loop in ast.walk(function)
        if isinstance(loop, ast.For | ast.While)
        for node in ast.walk(loop)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]

    assert repeated == []
