"""Change the statutory rules in every small way, and count the changes no test notices. `make mutation`.

Each mutant of `ishtirak/statute` is run against the unit tests and worked examples of that capability, in a
copy under `.build/mutation` with an environment of its own. The fuzz test stays out: it would kill by luck what a
named test should kill by purpose. Exit status 0 when at least `FLOOR` per cent are killed; a mutant that no test
runs counts as alive.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOM = ROOT / ".build" / "mutation"
FLOOR = 95.0
LEFT_OUT = ("tests/unit/statute/test_totality.py", "tests/unit/kernel")
CONFIGURATION = """
[project]
name = "mutants"
version = "0"

[tool.mutmut]
source_paths = ["ishtirak/statute/"]
also_copy = ["ishtirak", "tests"]
pytest_add_cli_args_test_selection = ["tests/unit/statute", "tests/cases"]

[tool.pytest.ini_options]
addopts = ["-q", "-x", "-p", "no:cacheprovider"]
pythonpath = ["."]
"""


def environment(uv: str) -> Path:
    """The Python that has mutmut, pinned by hash."""
    python = ROOM / "venv" / "bin" / "python"
    if not python.exists():
        _run(uv, "venv", "--quiet", "--no-project", "--no-config", "--python", sys.executable, ROOM / "venv")
    requirements = ROOT / "requirements" / "mutation.txt"
    _run(uv, "pip", "sync", "--quiet", "--no-config", "--require-hashes", "--python", python, requirements)
    return python


def copied() -> Path:
    """A fresh copy of what is mutated and what tests it: no mutant is ever written into the working tree."""
    copy = ROOM / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    for folder in ("ishtirak", "tests"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in LEFT_OUT:
        left_out = copy / path
        shutil.rmtree(left_out) if left_out.is_dir() else left_out.unlink()
    (copy / "pyproject.toml").write_text(CONFIGURATION, encoding="utf-8")
    return copy


def score(statistics: dict[str, int]) -> float:
    """Mutants noticed (a test failed, or never came to its end) of all there are, in per cent."""
    noticed = statistics["killed"] + statistics["timeout"] + statistics["segfault"]
    return 100 * noticed / statistics["total"] if statistics["total"] else 0.0


def judge(statistics: dict[str, int], *, floor: float) -> tuple[bool, str]:
    """Whether the floor is kept, and the sentence that says so. No mutants at all is not a pass."""
    reached = score(statistics)
    alive = {name: count for name, count in statistics.items() if count and name not in ("killed", "total")}
    summary = f"{statistics['killed']} of {statistics['total']} mutants killed, {reached:.1f}% noticed; others: {alive}"
    return reached >= floor, summary


def main() -> int:
    """Copy, mutate, count."""
    parser = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    parser.add_argument("--uv", default="uv", help="the uv to make the environment with")
    parser.add_argument("--max-children", type=int, default=1, help="mutants tried at the same time")
    arguments = parser.parse_args()
    python, copy = environment(arguments.uv), copied()
    run = [str(python), "-m", "mutmut", "run", "--max-children", str(arguments.max_children)]
    with (ROOM / "run.log").open("w", encoding="utf-8") as log:
        ended = subprocess.run(run, cwd=copy, stdout=log, stderr=log, check=False)
    if ended.returncode:
        print(f"mutmut ended with {ended.returncode}; see {ROOM / 'run.log'}", file=sys.stderr)
        return 2
    _run(python, "-m", "mutmut", "export-cicd-stats", cwd=copy)
    statistics = json.loads((copy / "mutants" / "mutmut-cicd-stats.json").read_text(encoding="utf-8"))
    kept, summary = judge(statistics, floor=FLOOR)
    print(summary)
    return 0 if kept else 1


def _run(*command: object, cwd: Path = ROOT) -> None:
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    raise SystemExit(main())
