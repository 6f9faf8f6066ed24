"""Change rules in every small way, and count the changes no test notices. `make mutation`, or `--of billing` for one.

Each of `TARGETS` is mutated apart and run against the tests named for it alone, in a copy under `.build/mutation` with
an environment of its own. Fuzz tests stay out: they would kill by luck what a named test should kill by purpose.
Exit status 0 when of every target at least `FLOOR` per cent are killed; a mutant that no test runs counts as alive.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parents[1]
ROOM = ROOT / ".build" / "mutation"
FLOOR = 95.0


@dataclass(frozen=True)
class Target:
    """What is mutated, and what has to notice."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    """Tests that are not run: fuzz, and what needs libraries that are no part of the rules."""

    @property
    def configuration(self) -> str:
        """The `pyproject.toml` of the copy."""
        return CONFIGURATION.format(
            folders=json.dumps(sorted({f"{Path(source).parent}/" for source in self.sources})),
            sources=json.dumps(self.sources),
            tests=json.dumps(self.tests),
        )


CONFIGURATION: Final = """
[project]
name = "mutants"
version = "0"

[tool.mutmut]
source_paths = {folders}
only_mutate = {sources}
also_copy = ["ishtirak", "tests"]
pytest_add_cli_args_test_selection = {tests}

[tool.pytest.ini_options]
addopts = ["-q", "-x", "-p", "no:cacheprovider"]
pythonpath = ["."]
"""

TARGETS: Final[Mapping[str, Target]] = {
    "statute": Target(
        sources=("ishtirak/statute/*.py",),
        tests=("tests/unit/statute", "tests/cases"),
        left_out=("tests/unit/statute/test_totality.py",),
    ),
    "billing": Target(
        sources=("ishtirak/billing/*.py",),
        tests=("tests/unit/billing",),
        left_out=("tests/unit/billing/test_bill_ledger.py", "tests/unit/billing/test_decision_lives.py"),
    ),
    "contracts": Target(
        sources=(
            "ishtirak/contracts/life.py",
            "ishtirak/contracts/model.py",
            "ishtirak/contracts/policy.py",
            "ishtirak/contracts/rules.py",
        ),
        tests=(
            "tests/unit/contracts",
            "tests/unit/use_cases/test_apply_contract.py",
            "tests/unit/use_cases/test_apply_contract_edges.py",
            "tests/unit/use_cases/test_apply_contract_judgement.py",
            "tests/unit/use_cases/test_contract_lineage.py",
            "tests/unit/use_cases/test_contract_offers.py",
            "tests/unit/use_cases/test_contract_worker_numbers.py",
            "tests/unit/use_cases/test_known_facts.py",
        ),
        left_out=("tests/unit/contracts/test_event_schema.py",),
    ),
}


def environment(uv: str) -> Path:
    """The Python that has mutmut, pinned by hash."""
    python = ROOM / "venv" / "bin" / "python"
    if not python.exists():
        _run(uv, "venv", "--quiet", "--no-project", "--no-config", "--python", sys.executable, ROOM / "venv")
    requirements = ROOT / "requirements" / "mutation.txt"
    _run(uv, "pip", "sync", "--quiet", "--no-config", "--require-hashes", "--python", python, requirements)
    return python


def copied(target: Target, *, into: Path) -> Path:
    """A fresh copy of what is mutated and what tests it: no mutant is ever written into the working tree."""
    copy = into / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    for folder in ("ishtirak", "tests"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in target.left_out:
        (copy / path).unlink()
    (copy / "pyproject.toml").write_text(target.configuration, encoding="utf-8")
    return copy


def score(statistics: Mapping[str, int]) -> float:
    """Mutants noticed (a test failed, or never came to its end) of all there are, in per cent."""
    noticed = statistics["killed"] + statistics["timeout"] + statistics["segfault"]
    return 100 * noticed / statistics["total"] if statistics["total"] else 0.0


def judge(statistics: Mapping[str, int], *, floor: float) -> tuple[bool, str]:
    """Whether the floor is kept, and the sentence that says so. No mutants at all is not a pass."""
    reached = score(statistics)
    alive = {name: count for name, count in statistics.items() if count and name not in ("killed", "total")}
    summary = f"{statistics['killed']} of {statistics['total']} mutants killed, {reached:.1f}% noticed; others: {alive}"
    return reached >= floor, summary


def mutated(name: str, *, python: Path, max_children: int) -> bool:
    """Copy, mutate, count: whether the floor is kept. Prints how many, and how long it took."""
    room, began = ROOM / name, time.monotonic()
    copy = copied(TARGETS[name], into=room)
    with (room / "run.log").open("w", encoding="utf-8") as log:
        run = [str(python), "-m", "mutmut", "run", "--max-children", str(max_children)]
        ended = subprocess.run(run, cwd=copy, stdout=log, stderr=log, check=False)
    if ended.returncode:
        print(f"{name}: mutmut ended with {ended.returncode}; see {room / 'run.log'}", file=sys.stderr)
        return False
    _run(python, "-m", "mutmut", "export-cicd-stats", cwd=copy)
    statistics = json.loads((copy / "mutants" / "mutmut-cicd-stats.json").read_text(encoding="utf-8"))
    kept, summary = judge(statistics, floor=FLOOR)
    print(f"{name}: {summary}; {time.monotonic() - began:.0f} s", flush=True)
    return kept


def main(arguments: list[str] | None = None) -> int:
    """Every target, or those named; 1 where the floor of any is not kept."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    parser.add_argument("--uv", default="uv", help="the uv to make the environment with")
    parser.add_argument("--of", choices=TARGETS, action="append", help="one target only; may be repeated")
    parser.add_argument("--max-children", type=int, default=1, help="mutants tried at the same time")
    asked = parser.parse_args(arguments)
    python = environment(asked.uv)
    kept = [mutated(name, python=python, max_children=asked.max_children) for name in asked.of or TARGETS]
    return 0 if all(kept) else 1


def _run(*command: object, cwd: Path = ROOT) -> None:
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    raise SystemExit(main())
