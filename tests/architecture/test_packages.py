"""What a function can do is what it imports."""

import ast
from functools import cache
from pathlib import Path

import pytest

from infra import packaging

ROOT = packaging.ROOT
FUNCTIONS = packaging.function_names()
#: Adapters that reach beyond our own tables, and the functions that may hold them.
HOLDERS = {
    "agencies.absher": {
        "enrol_establishments",
        "ingest_contract",
        "manage_delegations",
        "manage_factors",
        "manage_password",
        "manage_officials",
        "prove_decision",
        "recover_password",
        "send_notice",
        "send_otp",
        "sign_in",
        "sign_up",
        "submit_request",
        "view_establishment",
    },
    "agencies.commercial_registry": {"enrol_establishments"},
    "agencies.jawazat": {
        "check_eligibility",
        "edit_request",
        "ingest_contract",
        "post_period",
        "review_request",
    },
    "agencies.sms": {"send_notice", "send_otp"},
    "aws.user_pool": {"manage_password", "sign_in"},
    "aws.pool_users": {"manage_password", "recover_password", "sign_up"},
    "aws.executions": {"drive_workflow", "show_stranded", "sweep_workflows"},
    "aws.stranded_queue": {"sweep_workflows"},
    "aws.bus": {"relay_events"},
    "aws.mac": {
        "decide_bill",
        "enrol_establishments",
        "ingest_contract",
        "issue_certificate",
        "issue_code",
        "manage_delegations",
        "manage_factors",
        "manage_password",
        "manage_officials",
        "prove_decision",
        "recover_password",
        "respond_to_period",
        "review_request",
        "send_otp",
        "sign_in",
        "sign_up",
        "submit_request",
        "view_accounts",
        "view_bills",
        "view_establishment",
    },
    "aws.encryption": {
        "check_eligibility",
        "edit_request",
        "enrol_establishments",
        "ingest_contract",
        "manage_delegations",
        "manage_factors",
        "manage_password",
        "manage_officials",
        "post_period",
        "prove_decision",
        "receive_contract",
        "receive_payment",
        "recover_password",
        "review_request",
        "send_notice",
        "send_otp",
        "settle_bill",
        "sign_in",
        "sign_up",
        "submit_request",
        "view_establishment",
    },
    "document_parsers": {"inspect_document"},
    "aws.quarantine_bucket": {"inspect_document", "request_upload"},
    "aws.evidence_bucket": {"inspect_document", "review_request"},
    "aws.retention_bucket": {"retain_documents"},
    "aws.scanner": {"inspect_document"},
}


@cache
def modules(function: str) -> frozenset[str]:
    return frozenset(packaging.modules_of(function))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_package_holds_no_other_function(function: str) -> None:
    others = {
        module.split(".")[1]
        for module in modules(function)
        if module.count(".") and module[:10] == "functions."
    }

    assert others == {function}


@pytest.mark.parametrize("adapter", sorted(HOLDERS))
def test_an_adapter_is_packaged_only_where_it_is_meant_to_be(adapter: str) -> None:
    holding = {function for function in FUNCTIONS if f"ishtirak.adapters.{adapter}" in modules(function)}

    assert holding == HOLDERS[adapter]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_workflow_step_or_worker_carries_no_http(function: str) -> None:
    answers_people = "ishtirak.edge.http" in modules(function)
    edges = {f"ishtirak.edge.{kind}" for kind in ("queue", "schedule", "stream", "task")}

    assert not (answers_people and edges & modules(function))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_entry_does_nothing_but_build_its_handler(function: str) -> None:
    tree = ast.parse((ROOT / "functions" / function / "main.py").read_text(encoding="utf-8"))

    statements = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr)]

    assert len(statements) == 1
    assert ast.unparse(statements[0]).startswith("handler = ")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_happens_when_a_handler_is_imported(function: str) -> None:
    tree = ast.parse((ROOT / "functions" / function / "handler.py").read_text(encoding="utf-8"))

    calls = [node for node in tree.body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]

    assert calls == []


def test_a_package_says_what_it_is_in_a_docstring_and_exports_nothing() -> None:
    for place in ("functions", "ishtirak"):
        for path in (ROOT / place).rglob("__init__.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            assert ast.get_docstring(tree), f"{path} says nothing"
            assert len(tree.body) == 1, f"{path} exports something"


def test_every_path_named_here_exists() -> None:
    adapters = ROOT / "ishtirak" / "adapters"

    assert all(adapters.joinpath(*adapter.split(".")).with_suffix(".py").exists() for adapter in HOLDERS)
    assert Path(packaging.__file__).is_relative_to(ROOT)
