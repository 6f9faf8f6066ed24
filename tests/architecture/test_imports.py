"""The import contracts of pyproject.toml are kept, and they speak of everything there is."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EDGES = {"adapters", "edge", "kernel"}
#: The product, the agencies it deals with and their simulators, in both scripts; as words, not within others.
OURS = re.compile(
    r"ishtirak|اشتراك|qiwa|قوى|absher|أبشر|gosi|التأمينات|taminat|تأمينات|\b(?:nasim|sada|wafa)\b",
    re.IGNORECASE,
)


def contracts() -> dict[str, dict[str, Any]]:
    read = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"]: contract for contract in read["tool"]["importlinter"]["contracts"]}


def capabilities() -> set[str]:
    return {path.parent.name for path in (ROOT / "ishtirak").glob("*/__init__.py")} - EDGES


def test_the_contracts_are_kept() -> None:
    # a process of its own: in this one it would silence every logger the other tests listen to
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]

    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert outcome.returncode == 0, outcome.stdout


def test_every_capability_is_kept_from_the_cloud() -> None:
    domain = contracts()["The domain knows no cloud"]

    assert set(domain["source_modules"]) == {f"ishtirak.{name}" for name in capabilities() | {"kernel"}}
    assert {"boto3", "botocore", "aws_lambda_powertools", "aws_cdk"} <= set(domain["forbidden_modules"])


def test_the_stack_reads_no_capability_but_the_periods_it_keeps_things_for() -> None:
    infra = contracts()["Infrastructure reads settings, the kernel and the periods of privacy, nothing else"]

    assert {f"ishtirak.{name}" for name in (capabilities() | {"adapters", "edge"}) - {"privacy"}} <= set(
        infra["forbidden_modules"]
    )


def test_every_top_level_package_is_under_contract() -> None:
    read = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}

    assert set(read["tool"]["importlinter"]["root_packages"]) == packages


def test_the_local_cloud_mentions_nothing_of_ours() -> None:
    files = [path for path in (ROOT / "localcloud").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    mentions = {
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in files
        for match in OURS.finditer(path.read_text(encoding="utf-8"))
    }

    assert ROOT / "localcloud/cloud.py" in files
    assert mentions == set()


def test_the_names_of_ours_are_found_where_they_are() -> None:
    assert {match[0].lower() for match in OURS.finditer("Ishtirak asks Absher; أبشر، sada.")} == {
        "ishtirak",
        "absher",
        "أبشر",
        "sada",
    }
