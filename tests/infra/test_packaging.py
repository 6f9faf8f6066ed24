"""A package is exactly what its function reaches, and equal inputs give equal bytes."""

import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import packaging

FUNCTIONS = packaging.function_names()
#: What a function's zip may weigh; it is read at every cold start.
FUNCTION_BUDGET = 500_000
#: What a layer's zip may weigh, by name.
LAYER_BUDGETS = {"lambda": 6_500_000, "documents": 16_000_000}


def zipped(folder: Path) -> int:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return len(buffer.getvalue())


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_package_is_small(function: str) -> None:
    assert zipped(packaging.code_of(function)) <= FUNCTION_BUDGET


@pytest.mark.parametrize("layer", sorted(LAYER_BUDGETS))
def test_a_layer_is_small(layer: str) -> None:
    assert zipped(packaging.layer_of(layer)) <= LAYER_BUDGETS[layer]


def test_a_package_holds_bytecode_in_place_of_every_module() -> None:
    files = contents(packaging.code_of("submit_request"))

    modules = {str(path) for path in packaging.files_of("submit_request") if path.suffix == ".py"}
    assert {name for name in files if not name.endswith(".json")} == {f"{name}c" for name in modules}
    assert len(modules) > 5


def test_bytecode_never_looks_at_the_time_of_its_source() -> None:
    for name, content in contents(packaging.code_of("submit_request")).items():
        if name.endswith(".pyc"):
            assert content[4:8] == b"\x01\x00\x00\x00"  # unchecked hash


def test_building_again_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = packaging.code_of("submit_request")

    monkeypatch.setattr(packaging, "BUILD", tmp_path)
    umask = os.umask(0o077)
    try:
        second = packaging.code_of("submit_request")
    finally:
        os.umask(umask)

    assert first != second
    assert first.name == second.name
    assert contents(first) == contents(second)


def test_an_unchanged_package_is_found_not_built() -> None:
    before = packaging.code_of("submit_request").stat().st_mtime_ns

    assert packaging.code_of("submit_request").stat().st_mtime_ns == before


def test_a_package_holds_the_data_its_modules_read() -> None:
    names = contents(packaging.code_of("submit_request")).keys()

    for place in ("ishtirak/edge/locale/ar/", "ishtirak/edge/locale/en/", "ishtirak/requests/policy.json"):
        assert any(name.startswith(place) for name in names), place


def test_samples_for_tests_are_not_deployed() -> None:
    for function in FUNCTIONS:
        assert not [path for path in packaging.files_of(function) if path.parts[2:3] == ("events",)]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_package_needs_nothing_of_ours_beside_itself(function: str, tmp_path: Path) -> None:
    code = shutil.copytree(packaging.code_of(function), tmp_path / "task")
    libraries = [path for path in sys.path if path.endswith("site-packages")]
    program = f"import importlib.util as u; import functions.{function}.handler; import functions.{function}.settings"

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=code,
        env={"PYTHONPATH": os.pathsep.join([str(code), *libraries]), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_a_layer_holds_no_sdk_and_no_builder(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = packaging.layer_of("lambda") / "python"
    names = {path.name for path in folder.iterdir()}

    assert {"aws_lambda_powertools", "pydantic", "pyotp", "hijridate"} <= names
    assert not {"boto3", "botocore", "bin", "aws_xray_sdk"} & names


def test_a_layers_machine_code_is_of_the_functions_processor() -> None:
    libraries = list((packaging.layer_of("lambda") / "python").rglob("*.so"))

    assert libraries
    assert all("aarch64-linux-gnu" in path.name for path in libraries)


def test_a_function_without_an_entry_is_refused_by_name() -> None:
    with pytest.raises(packaging.PackagingError, match=r"functions/no_such/main\.py does not exist"):
        packaging.modules_of("no_such")
